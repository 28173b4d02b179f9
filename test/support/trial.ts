import { type Examples, withoutSimulator } from "./examples.ts";
import type { House } from "./house.ts";
import type { FlowNode } from "./node-red.ts";

/** Tells the lines of a gateway for the power that a house uses until an instant; negative: feeds in. */
export type Told = Pick<House, "until">;

/** What a decision of a shed node says. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into decisions of every shape
type Said = any;

/** Waiting times of a shed node that a test can afford. Only the answer of a load has time, more than any machine takes. */
const QUICK = { confirmS: 0, holdS: 0, staggerS: 0, responseS: 30 };
const SETTLED_S = 31;
/** The car's level is in amps; it draws in proportion. */
const MOST_AMPS = 16;

/** A rule in a house of the test's own, with loads that obey. Only waiting times are shortened for it. */
export class Trial {
  readonly #examples: Examples;
  readonly #loads: Readonly<Record<string, number>>;
  /** States of loads that are under way. */
  readonly #told: Promise<void>[] = [];

  /** @param loads W of each while it is on */
  constructor(examples: Examples, loads: Readonly<Record<string, number>>) {
    this.#examples = examples;
    this.#loads = loads;
  }

  /** The flow without the simulator, and with nothing to wait for. */
  static quick(flow: FlowNode[]): FlowNode[] {
    return withoutSimulator(flow).map((node) => {
      if (node.type !== "meterman-shed") return node;
      const loads = (node.loads as object[]).map((load) => ({ ...load, minOnS: "0", minOffS: "0" }));
      return { ...node, ...QUICK, loads };
    });
  }

  now(): number {
    return Math.floor(Date.now() / 1000);
  }

  /** Hands lines of a gateway to the flow. */
  feed(lines: string): void {
    this.#examples.red.inject("gateway", { payload: Buffer.from(lines) });
  }

  tell(load: string, on: boolean, level?: number): void {
    const full = this.#loads[load] ?? 0;
    const watts = !on ? 0 : load === "ev" && level !== undefined ? (full * level) / MOST_AMPS : full;
    const told = this.#examples.red.hand("shed", { topic: "load", payload: { load, on, level, watts } });
    this.#told.push(told);
  }

  /** Says of a decision that it was followed. */
  obey({ load, level }: Said): void {
    this.tell(load, level > 0, level);
  }

  /** Says of every load that it is on, or off. */
  tellAll(on: boolean): void {
    for (const load of Object.keys(this.#loads)) this.tell(load, on);
  }

  /**
   * Every load on, and far more power than any limit. Before that the house used half of it or more: from one that used
   * nothing, 24 kW would break no limit in a short time.
   */
  overload(house: House, beforeW = 1500): void {
    this.tellAll(true);
    this.feed(house.until(this.now() - 15, beforeW) + house.use(15, 24_000));
  }

  /** Decisions by one rule, oldest first. */
  decisions(rule: string): Said[] {
    return this.#examples.payloads("shed").filter((one) => one.rule === rule);
  }

  /** The decisions by a rule, as soon as there are so many. */
  first(count: number, rule: string): Promise<Said[]> {
    return this.#examples.red.until(`${count} decisions by ${rule}`, () => {
      const found = this.decisions(rule);
      return found.length >= count ? found : undefined;
    });
  }

  /**
   * Obeys each decision by a rule as it comes, and lets its time to answer pass, while the house goes on with `watts`.
   * @returns all of them, as soon as they are `enough`
   */
  async follow(rule: string, house: Told, watts: number, enough: (found: Said[]) => boolean): Promise<Said[]> {
    for (let obeyed = 0; ; ) {
      const found = await this.first(obeyed + 1, rule);
      for (const one of found) this.obey(one);
      if (enough(found)) return found;
      obeyed = found.length;
      await this.pass(house, watts);
    }
  }

  /** Time passes in which the house uses `watts`: so much that every load has had its effect, unless told otherwise. */
  async pass(house: Told, watts: number, seconds = SETTLED_S): Promise<void> {
    // What a load says is said now, not when the time has passed.
    await Promise.all(this.#told);
    this.#examples.forward(seconds);
    this.feed(house.until(this.now(), watts));
  }

  /** The demand of the open window, as the flow last told it. */
  demand(id = "demand"): Said {
    return this.#examples.messages(id).at(-1)?.payload;
  }
}

/** What is switched or set, one after the other: `ev 0`. */
export const actions = (list: readonly { load: string; level: number }[]): string[] =>
  list.map(({ load, level }) => `${load} ${level}`);
export const named = (list: readonly { load: string }[]): string[] => list.map(({ load }) => load);
