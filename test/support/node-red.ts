import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import RED from "node-red";

/**
 * The real Node-RED in this process, with the nodes of dist/ (build first: `node scripts/build.mjs`).
 * One per test file: Node-RED keeps module-wide state, and vitest gives each file a process of its own.
 */
const root = join(import.meta.dirname, "..", "..");

export type FlowNode = { id: string; type: string; z?: string; wires?: string[][]; [key: string]: unknown };
export interface Sent {
  readonly id: string;
  readonly port: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of every shape
  readonly msg: any;
}
export interface LogLine {
  readonly level: number;
  readonly text: string;
}

export interface NodeRed {
  readonly userDir: string;
  /** Base URL of the HTTP nodes. */
  readonly url: string;
  /** Everything that any node sent, in order. */
  readonly sent: readonly Sent[];
  readonly logs: readonly LogLine[];
  /** Last status text of a node. */
  status(id: string): { fill?: string; text?: string } | undefined;
  /** Hands a message to a node's input. */
  inject(id: string, msg: object): void;
  /** The same, and waits until the node is done with it. */
  hand(id: string, msg: object): Promise<void>;
  /** Messages of one output so far. */
  from(id: string, port?: number): Sent["msg"][];
  /** Waits until `probe` returns something truthy, and what was sent has arrived; fails with what it was waiting for. */
  until<T>(what: string, probe: () => T | Promise<T>, limitMs?: number): Promise<NonNullable<T>>;
  deploy(flow: readonly FlowNode[], type?: "full" | "nodes" | "flows"): Promise<void>;
  /** Credentials and flow live in `userDir`, which is removed unless `keep`. */
  stop(options?: { keep?: boolean }): Promise<void>;
}

type Layer = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export interface StartOptions {
  readonly flow: readonly FlowNode[];
  readonly credentials?: Record<string, Record<string, string>>;
  readonly userDir?: string;
  /** The editor and its API on the root, too, in front of the HTTP nodes, as Node-RED has them by default. */
  readonly editor?: boolean;
}

export async function startNodeRed(options: StartOptions): Promise<NodeRed> {
  if (!existsSync(join(root, "dist", ".built")))
    throw new Error("dist/ is missing: run `node scripts/build.mjs` first");
  const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), "meterman-nr-")));
  await writeFile(join(userDir, "flows.json"), JSON.stringify(options.flow));
  await writeFile(join(userDir, "flows_cred.json"), JSON.stringify(options.credentials ?? {}));
  const sent: Sent[] = [];
  const logs: LogLine[] = [];
  const statuses = new Map<string, { fill?: string; text?: string }>();
  const server = createServer((request, response) => {
    const nodes = () => RED.httpNode(request, response);
    options.editor ? (RED.httpAdmin as unknown as Layer)(request, response, nodes) : nodes();
  });
  const settings = {
    userDir,
    flowFile: "flows.json",
    nodesDir: [root],
    credentialSecret: false,
    httpAdminRoot: options.editor ? "/" : false,
    httpNodeRoot: "/",
    editorTheme: { tours: false, palette: { catalogues: [] } },
    logging: {
      test: {
        level: "info",
        handler: () => (line: { level: number; msg: unknown }) =>
          logs.push({ level: line.level, text: line.msg instanceof Error ? line.msg.message : String(line.msg) }),
      },
    },
    telemetry: { enabled: false, updateNotification: false },
  };
  RED.init(server, settings as unknown as Parameters<typeof RED.init>[1]);
  RED.hooks.add("onSend.test", (events: { source: { id: string; port: number }; msg: unknown }[]) => {
    for (const event of events) sent.push({ id: event.source.id, port: event.source.port, msg: event.msg });
  });
  const handed = new Map<string, () => void>();
  RED.hooks.add("onComplete.test", ({ msg }: { msg: { _msgid: string } }) => handed.get(msg._msgid)?.());
  RED.events.on("node-status", (event: { id: string; status: object }) => statuses.set(event.id, event.status));
  const started = new Promise<void>((resolve) => RED.events.once("flows:started", () => resolve()));
  await RED.start();
  await started;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  function inject(id: string, msg: object): void {
    // The types leave the runtime's internal registry out.
    const registry = RED.nodes as unknown as { getNode(id: string): { receive(msg: object): void } | null };
    const node = registry.getNode(id);
    if (node === null) throw new Error(`no node ${id}`);
    node.receive(msg);
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    userDir,
    url,
    sent,
    logs,
    status: (id) => statuses.get(id),
    inject,
    hand(id, msg) {
      const _msgid = `handed-${handed.size}`;
      const done = new Promise<void>((resolve) => handed.set(_msgid, resolve));
      inject(id, { ...msg, _msgid });
      return done;
    },
    from: (id, port = 0) => sent.filter((one) => one.id === id && one.port === port).map((one) => one.msg),
    async until(what, probe, limitMs = 20_000) {
      // Not by the clock that a test may set.
      const deadline = performance.now() + limitMs;
      for (;;) {
        const found = await probe();
        if (found !== null && found !== undefined && found !== false) {
          // A message counts as sent before it is handed over, a turn later: what follows must not overtake it.
          await immediate();
          return found as NonNullable<typeof found>;
        }
        if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async deploy(flow, type = "full") {
      const again = new Promise<void>((resolve) => RED.events.once("flows:started", () => resolve()));
      await RED.runtime.flows.setFlows({ flows: { flows: flow as never }, deploymentType: type } as never);
      await again;
    },
    async stop({ keep = false } = {}) {
      RED.hooks.remove("*.test");
      await RED.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      if (!keep) await rm(userDir, { recursive: true, force: true });
    },
  };
}
