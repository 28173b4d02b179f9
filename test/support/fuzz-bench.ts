import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import RED from "node-red";
import type { Fuzz } from "./fuzz.ts";
import { HomeAssistantServer } from "./home-assistant-server.ts";
import { type FlowNode, type NodeRed, type Sent, startNodeRed } from "./node-red.ts";

/** What became of one message. */
export interface Completion {
  readonly error?: Error & { code?: string };
}

const gc: () => void = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
})();

function flow(meter: string, folder: string, { url, token }: HomeAssistantServer): FlowNode[] {
  const on = { z: "tab", x: 1, y: 1, name: "" };
  const sinks = ["s1", "s2", "s3"];
  const outputs = (count: number) => sinks.slice(0, count).map((sink) => [sink]);
  const timers = { confirmS: 0, holdS: 0, staggerS: 0, responseS: 1, marginW: 0, hysteresisW: 0, dryRun: false };
  const loads = [{ name: "boiler", ratedW: 2000 }];
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "store", type: "meterman-store", name: "", folder, zone: "UTC", flushS: 1 },
    { id: "ha", type: "meterman-home-assistant", url, timeoutS: 2, credentials: { token } },
    { id: "gateway", type: "meterman-gateway", ...on, network: "0.0.1.1", wires: outputs(3) },
    { id: "simulator", type: "meterman-simulator", ...on, meters: [{ node: 2 }], playS: 0, wires: outputs(2) },
    { id: "meter", type: "meterman-meter", ...on, store: "store", meters: [], wires: outputs(3) },
    { id: "history", type: "meterman-history", ...on, store: "store", meter, wires: outputs(1) },
    { id: "publish", type: "meterman-publish", ...on, homeAssistant: "ha", path: "auto", wires: outputs(1) },
    { id: "demand", type: "meterman-demand", ...on, meters: meter, zone: "UTC", limitW: 2500, wires: outputs(2) },
    { id: "shed", type: "meterman-shed", ...on, ...timers, loads, wires: outputs(2) },
    { id: "api", type: "meterman-api", ...on, store: "store", wires: [] },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["s1"]] },
    ...sinks.map((id) => ({ id, type: "function", ...on, func: "return null", wires: [[]] })),
  ];
}

/** Every node of the package in one runtime, what became of each message, and what nobody caught. */
export class FuzzBench {
  readonly red: NodeRed;
  readonly server: HomeAssistantServer;
  readonly crashes: unknown[] = [];
  readonly #folder: string;
  readonly #completions = new Map<string, Completion[]>();
  readonly #crash = (reason: unknown) => void this.crashes.push(reason);

  private constructor(red: NodeRed, server: HomeAssistantServer, folder: string) {
    this.red = red;
    this.server = server;
    this.#folder = folder;
    process.on("uncaughtException", this.#crash);
    process.on("unhandledRejection", this.#crash);
    const hooks = RED.hooks as unknown as {
      add(name: string, hear: (event: Completion & { node: { id: string } }) => void): void;
    };
    hooks.add("onComplete.fuzz", ({ node, error }) => {
      this.completed(node.id).push(error === undefined ? {} : { error });
    });
  }

  /** @param meter whose account and demand are looked at */
  static async start(meter: string): Promise<FuzzBench> {
    const folder = await mkdtemp(join(tmpdir(), "meterman-fuzz-"));
    const server = await HomeAssistantServer.start();
    const red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
    const bench = new FuzzBench(red, server, folder);
    await red.deploy(flow(meter, folder, server));
    return bench;
  }

  async stop(): Promise<void> {
    await this.red.stop();
    await this.server.stop();
    await rm(this.#folder, { recursive: true, force: true });
    process.off("uncaughtException", this.#crash);
    process.off("unhandledRejection", this.#crash);
  }

  /** Of all messages that the node was given. */
  completed(id: string): Completion[] {
    const known = this.#completions.get(id) ?? [];
    this.#completions.set(id, known);
    return known;
  }

  /** Gives the node one message after the other and waits for the end of each. @returns what became of them */
  async give(id: string, messages: readonly Fuzz[]): Promise<Completion[]> {
    const before = this.completed(id).length;
    for (const [n, message] of messages.entries()) {
      this.red.inject(id, message);
      const isPause = n % 100 === 99 || n === messages.length - 1;
      if (isPause) await this.red.until(`message ${n}`, () => this.completed(id).length > before + n);
    }
    // One that is completed twice would follow now.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return this.completed(id).slice(before);
  }

  from(id: string, port = 0): Sent["msg"][] {
    return this.red.from(id, port);
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  async get(path: string): Promise<any> {
    return (await fetch(`${this.red.url}/meterman/api/v1/${path}`)).json();
  }

  /** Heap in use, MB, after what the test itself keeps is forgotten. */
  heapMb(): number {
    (this.red.sent as unknown[]).length = 0;
    (this.red.logs as unknown[]).length = 0;
    this.#completions.clear();
    gc();
    return process.memoryUsage().heapUsed / 1e6;
  }
}
