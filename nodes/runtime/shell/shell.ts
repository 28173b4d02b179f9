import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import {
  type EpochSeconds,
  epochSeconds,
  type Failure,
  type Json,
  MetermanError,
  type Result,
} from "../../model/index.ts";
import type { Service } from "../services.ts";
import { type Ending, endingOf } from "./ending.ts";
import type { Parser } from "./parse.ts";
import { SerialQueue } from "./queue.ts";

/** A message as it comes from a wire: anything may be in it, so everything is `unknown` until parsed. */
export interface Message {
  readonly topic?: unknown;
  readonly payload?: unknown;
  readonly [key: string]: unknown;
}

/** `warn` is yellow, `error` red, `idle` grey, `busy` blue, `ok` green. */
export type StatusKind = "ok" | "busy" | "warn" | "error" | "idle";

const LOOKS = {
  ok: { fill: "green", shape: "dot" },
  busy: { fill: "blue", shape: "ring" },
  warn: { fill: "yellow", shape: "ring" },
  error: { fill: "red", shape: "ring" },
  idle: { fill: "grey", shape: "ring" },
} as const;

/** What a running node may do; the only view of Node-RED that node code has. */
export interface Shell<Config> {
  readonly id: string;
  readonly config: Config;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly RED: NodeAPI;
  readonly node: Node;
  /** The clock: whole seconds. */
  now(): EpochSeconds;
  /** Sends to output `index` (0-based). */
  send(index: number, message: Message): void;
  /** Shown below the node. Written at most once per change of kind or text. */
  status(kind: StatusKind, text: string): void;
  /** A failure that belongs to no message: reaches Catch nodes and the log once. */
  report(failure: Failure): void;
  /** For the log, not for Catch nodes. Never pass anything received. */
  log(text: string): void;
  /** Calls `job` every `periodS`; stops by itself on close. A job that throws is reported, not fatal. */
  every(periodS: number, job: () => void | Promise<void>): () => void;
  /** Calls `job` once after `delayS` unless the node closed. */
  after(delayS: number, job: () => void | Promise<void>): () => void;
  /** The service of the config node `id`, if that node exists, is enabled and offers `kind`. */
  service<K extends Service["kind"]>(id: string, kind: K): Extract<Service, { kind: K }> | undefined;
}

/** What a node type does. All parts are optional. */
export interface Running {
  /** One message at a time, in order. A failed Result or a throw reaches `done(err)`, and so Catch nodes. */
  input?(message: Message): Result<unknown> | undefined | Promise<Result<unknown> | undefined>;
  /** Awaited by Node-RED for up to 15 s, after the queued inputs; timers rest. */
  close?(ending: Ending): void | Promise<void>;
  /** Figures for GET health. */
  health?(): Json;
  /** What other nodes get from `shell.service`. */
  service?: Service;
}

/** On every node object, for GET health: `node.meterman`. */
export interface NodeReport {
  readonly type: string;
  readonly name: string;
  readonly status: { readonly kind: StatusKind; readonly text: string };
  health(): Json;
}

export interface NodeDefinition<Config> {
  readonly type: string;
  /** Settings as the editor saved them, parsed; a failure turns the node red and leaves it without behaviour. */
  readonly config: Parser<Config>;
  readonly credentials?: Record<string, { type: "text" | "password" }>;
  readonly start: (shell: Shell<Config>) => Running;
}

type MetermanNode = Node & { meterman?: NodeReport; service?: Service; credentials?: Record<string, unknown> };

/** What was thrown instead of returned is a fault of ours, and gets the code that says so. */
function toError(thrown: unknown): Error {
  if (thrown instanceof MetermanError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return Object.assign(new MetermanError({ code: "METERMAN_INTERNAL", message }), { cause: thrown });
}

/**
 * A node type as Node-RED wants it. Keeps the platform's traps in one place: a rejected handler would end the process,
 * inputs are not serialised, a close without `done` is not awaited, and an error from a timer needs `{}` to reach Catch.
 */
export function defineNode<Config>(definition: NodeDefinition<Config>): (RED: NodeAPI) => void {
  return (RED) => {
    function construct(this: MetermanNode, def: NodeDef): void {
      RED.nodes.createNode(this, def);
      run(RED, this, def, definition);
    }
    const options = definition.credentials === undefined ? {} : { credentials: definition.credentials };
    RED.nodes.registerType(definition.type, construct, options);
  };
}

function run<Config>(RED: NodeAPI, node: MetermanNode, def: NodeDef, definition: NodeDefinition<Config>): void {
  let shown: { kind: StatusKind; text: string } = { kind: "idle", text: "" };
  let running: Running = {};
  /** From here on nothing new is taken: what is told last, and what is left behind, must agree. */
  let closing = false;
  let closed = false;
  const timers = new Set<NodeJS.Timeout>();
  const queue = new SerialQueue();
  const guard = async (job: () => void | Promise<void>) => {
    if (closing) return;
    try {
      await job();
    } catch (thrown) {
      if (!closing) node.error(toError(thrown), {} as NodeMessage);
    }
  };
  const status = (kind: StatusKind, text: string) => {
    if (shown.kind === kind && shown.text === text) return;
    shown = { kind, text };
    node.status({ ...LOOKS[kind], text });
  };
  const outputs = (index: number, message: Message) => {
    if (closed) return;
    const sends: (Message | null)[] = new Array(index).fill(null);
    sends.push(message);
    node.send(sends as NodeMessage[]);
  };
  node.meterman = {
    type: definition.type,
    get name() {
      return def.name;
    },
    get status() {
      return shown;
    },
    health: () => running.health?.() ?? {},
  };
  node.on("input", (message, _send, done) => {
    const finish = (error?: Error) => {
      try {
        done(error);
      } catch (thrown) {
        // ⚠ Node-RED copies the message for Catch and Complete nodes, and not every object can be copied.
        node.error(error ?? toError(thrown));
      }
    };
    if (closing) return finish();
    void queue.push(async () => {
      try {
        const result = await running.input?.(message as Message);
        finish(result?.ok === false ? new MetermanError(result.error) : undefined);
      } catch (thrown) {
        finish(toError(thrown));
      }
    });
  });
  node.on("close", (removed: boolean, done: () => void) => {
    closing = true;
    const finish = async () => {
      await queue.idle();
      await running.close?.(endingOf(RED, node.id, removed));
    };
    finish()
      .catch((thrown: unknown) => node.error(toError(thrown), {} as NodeMessage))
      .then(() => {
        closed = true;
        for (const timer of timers) clearTimeout(timer);
        done();
      });
  });
  const parsed = definition.config(def);
  if (!parsed.ok) {
    status("error", parsed.error.message);
    node.error(new MetermanError(parsed.error), {} as NodeMessage);
    // Without settings the node cannot work; each message says so instead of vanishing.
    running = { input: () => parsed };
    return;
  }
  const shell: Shell<Config> = {
    id: node.id,
    config: parsed.value,
    credentials: node.credentials ?? {},
    RED,
    node,
    now: () => epochSeconds(Math.floor(Date.now() / 1000)),
    send: outputs,
    status,
    report: (failure) => node.error(new MetermanError(failure), {} as NodeMessage),
    log: (text) => node.log(text),
    every(periodS, job) {
      const timer = setInterval(() => void guard(job), periodS * 1000);
      timers.add(timer);
      return () => {
        clearInterval(timer);
        timers.delete(timer);
      };
    },
    after(delayS, job) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void guard(job);
      }, delayS * 1000);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    service<K extends Service["kind"]>(id: string, kind: K) {
      const found = (RED.nodes.getNode(id) as MetermanNode | null)?.service;
      return found?.kind === kind ? (found as Extract<Service, { kind: K }>) : undefined;
    },
  };
  try {
    running = definition.start(shell);
    if (running.service !== undefined) node.service = running.service;
  } catch (thrown) {
    status("error", toError(thrown).message);
    node.error(toError(thrown), {} as NodeMessage);
  }
}
