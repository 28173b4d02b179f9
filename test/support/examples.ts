import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlowNode, type NodeRed, type Sent, startNodeRed } from "./node-red.ts";

/** One Node-RED in which the examples are deployed one after the other. */
export const root = join(import.meta.dirname, "..", "..");
export const readFlow = (path: string): FlowNode[] => JSON.parse(readFileSync(join(root, path), "utf8"));
export const withoutSimulator = (flow: FlowNode[]) => flow.filter((node) => node.type !== "meterman-simulator");

const realNow = Date.now;
const EMPTY: FlowNode[] = [{ id: "empty", type: "tab" }];

export class Examples {
  readonly red: NodeRed;
  readonly #folder: string;
  #runs = 0;
  #mark = 0;

  private constructor(red: NodeRed, folder: string) {
    this.red = red;
    this.#folder = folder;
  }

  static async start(): Promise<Examples> {
    const folder = await mkdtemp(join(tmpdir(), "meterman-examples-"));
    return new Examples(await startNodeRed({ flow: EMPTY }), folder);
  }

  /** Deploys an example with a folder of its own; what else is changed for the test, `change` shows. */
  async deploy(file: string, playS = 7200, change = (flow: FlowNode[]) => flow): Promise<void> {
    this.#runs += 1;
    this.#mark = this.red.sent.length;
    const folder = join(this.#folder, `run-${this.#runs}`);
    const flow = readFlow(`examples/${file}`).map((node) => {
      if (node.type === "meterman-store") return { ...node, folder, flushS: "1" };
      if (node.type === "meterman-simulator") return { ...node, playS };
      return node;
    });
    await this.red.deploy(change(flow));
  }

  /** Sets the clock that the nodes go by, from which it runs on: hours and seasons of a rule are nothing to wait for. */
  clock(iso: string): void {
    const ahead = Date.parse(iso) - realNow();
    Date.now = () => realNow() + ahead;
  }

  /** Lets so many seconds pass at once. */
  forward(seconds: number): void {
    this.clock(new Date(Date.now() + seconds * 1000).toISOString());
  }

  clear(): Promise<void> {
    return this.red.deploy(EMPTY);
  }

  async stop(): Promise<void> {
    Date.now = realNow;
    await this.red.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Messages of an output that were sent since the last deploy, each once however many wires it has. */
  messages(id: string, port = 0): Sent["msg"][] {
    const sent = this.red.sent.slice(this.#mark).filter((one) => one.id === id && one.port === port);
    return [...new Map(sent.map(({ msg }) => [msg._msgid, msg])).values()];
  }

  payloads(id: string, port = 0): Sent["msg"][] {
    return this.messages(id, port).map((msg) => msg.payload);
  }

  press(id: string): void {
    this.red.inject(id, {});
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  async get(path: string): Promise<any> {
    return (await fetch(`${this.red.url}/meterman/api/v1/${path}`)).json();
  }
}
