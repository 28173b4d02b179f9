import { setImmediate as immediate } from "node:timers/promises";
import RED from "node-red";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";

const EMPTY: FlowNode[] = [{ id: "tab", type: "tab", label: "t" }];
const on = { z: "tab", x: 1, y: 1 };
const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
const realNow = Date.now;

/** Nothing to wait for but the response time, which passes only when a test lets it. */
export const QUICK = { confirmS: 0, holdS: 0, staggerS: 0, responseS: 10, marginW: 0, hysteresisW: 0, dryRun: false };

/** A row of the table of loads. */
export const row = (name: string, more: Record<string, unknown> = {}) => ({
  ...{ name, ratedW: "2000", priority: 1 },
  ...more,
});

/** What a load says of itself. */
export const load = (name: string, isOn: boolean | null, more: object = {}) => ({
  topic: "load",
  payload: { load: name, on: isOn, ...more },
});

/** A shed node in a real Node-RED, with a clock that stands still until the test lets time pass: no machine is too slow. */
export class ShedBench {
  readonly red: NodeRed;
  #clockMs = Date.parse("2026-06-10T12:05:00Z");
  #mark = 0;

  private constructor(red: NodeRed) {
    this.red = red;
    Date.now = () => this.#clockMs;
  }

  static async start(): Promise<ShedBench> {
    return new ShedBench(await startNodeRed({ flow: EMPTY }));
  }

  /** Whole seconds, as the nodes see them. */
  get now(): number {
    return Math.floor(this.#clockMs / 1000);
  }

  pass(seconds: number): void {
    this.#clockMs += seconds * 1000;
  }

  /** Shed nodes by id, and what hears them. */
  async deploy(
    nodes: Record<string, object>,
    others: readonly FlowNode[] = [],
    type?: "nodes" | "full",
  ): Promise<void> {
    const sheds = Object.entries(nodes).map(([id, settings]) => ({
      ...{ id, type: "meterman-shed", ...on, ...QUICK, loads: [], wires: [["out"], ["ledger"]] },
      ...settings,
    }));
    const caught = { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] };
    await this.red.deploy([...EMPTY, ...others, ...sheds, caught, ...["out", "ledger", "caught"].map(sink)], type);
  }

  /** One shed node with the id `shed`. */
  shed(loads: readonly object[], settings: object = {}, others: readonly FlowNode[] = []): Promise<void> {
    return this.deploy({ shed: { loads, ...settings } }, others);
  }

  /** Empties the flow; a node that is removed forgets. */
  async clear(): Promise<void> {
    await this.red.deploy(EMPTY);
    this.#mark = this.red.sent.length;
  }

  async stop(): Promise<void> {
    Date.now = realNow;
    await this.red.stop();
  }

  /** A window of which the first third is over. */
  demand(powerWatts: number | null, more: Record<string, unknown> = {}, node?: { id: string; name: string }) {
    const at = this.now;
    const known = powerWatts !== null;
    const figures = { usedWh: 100, bridgedWh: known ? 0 : null, limitWatts: 2500, certainBreak: false };
    const unknown = { projectedWatts: null, allowedWatts: null, peakWatts: null };
    const times = { at, windowStart: at - 300, windowEnd: at + 600, remainingS: 600, coveredUntil: at, coverage: 1 };
    const rest = { meters: ["0.0.1.1.2"], stale: !known, ageS: 0, counts: true, onPeak: false };
    const payload = { ...figures, ...unknown, ...times, ...rest, powerWatts, ...more };
    return node === undefined ? { topic: "demand", payload } : { topic: "demand", node, payload };
  }

  /** Hands messages to the node `shed`, one after the other. @returns when it has dealt with them */
  tell(...messages: readonly object[]): Promise<void> {
    return this.tellTo("shed", ...messages);
  }

  async tellTo(id: string, ...messages: readonly object[]): Promise<void> {
    for (const message of messages) this.red.inject(id, message);
    for (let turn = 0; turn < 4; turn += 1) await immediate();
  }

  /** Lets time pass, minute by minute, under what `message` says. */
  async during(seconds: number, message: () => object): Promise<void> {
    for (let left = seconds; left > 0; left -= 60) {
      this.pass(Math.min(60, left));
      await this.tell(message());
    }
  }

  /** Lets a second pass and tells `message` again and again, until `probe` is content. */
  until<T>(what: string, message: () => object, probe: () => T | Promise<T>): Promise<NonNullable<T>> {
    return this.red.until(what, async () => {
      this.pass(1);
      await this.tell(message());
      return probe();
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of every shape
  from(id: string, port = 0): any[] {
    const sent = this.red.sent.slice(this.#mark);
    return sent.flatMap((one) => (one.id === id && one.port === port ? [one.msg] : []));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of every shape
  decisions(id = "shed"): any[] {
    return this.from(id).map(({ payload }) => payload);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of every shape
  notices(topic: string, id = "shed"): any[] {
    return this.from(id, 1).flatMap((msg) => (msg.topic === topic ? [msg.payload] : []));
  }

  /** What Catch nodes were told. */
  get errors(): readonly string[] {
    return this.from("catch").map((msg) => String(msg.error.message));
  }

  /** What a node offers to others. */
  service(id = "shed"): unknown {
    const registry = RED.nodes as unknown as { getNode(id: string): { service?: unknown } | null };
    return registry.getNode(id)?.service;
  }

  status(id = "shed"): string {
    return this.red.status(id)?.text ?? "";
  }
}
