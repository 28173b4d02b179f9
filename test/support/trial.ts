import { type Examples, withoutSimulator } from "./examples.ts";
import type { House } from "./house.ts";
import type { FlowNode } from "./node-red.ts";

/** What a decision of a shed node says. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into decisions of every shape
type Said = any;

/** Waiting times of a shed node that a test can afford; what is decided does not depend on them. */
const QUICK = { confirmS: 0, holdS: 1, staggerS: 1, responseS: 2 };

/** A rule in a house of the test's own, with loads that obey. Only waiting times are shortened for it. */
export class Trial {
  readonly #examples: Examples;
  readonly #loads: Readonly<Record<string, number>>;

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
    const watts = on ? (this.#loads[load] ?? 0) : 0;
    this.#examples.red.inject("shed", { topic: "load", payload: { load, on, level, watts } });
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

  /** The first decisions by a rule, as soon as there are so many. */
  first(count: number, rule: string): Promise<Said[]> {
    return this.#examples.red.until(`${count} decisions by ${rule}`, () => {
      const found = this.decisions(rule);
      return found.length >= count ? found.slice(0, count) : undefined;
    });
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
