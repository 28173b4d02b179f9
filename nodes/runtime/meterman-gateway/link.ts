import { randomUUID } from "node:crypto";
import {
  type Accounts,
  account,
  bytesOf,
  type CommandBook,
  commandIn,
  createDecoder,
  decideSession,
  evolveSession,
  type Frame,
  grantedNames,
  isCommandTopic,
  type Line,
  NO_COMMANDS,
  NO_LINES,
  networkMismatch,
  newSession,
  noteOutcome,
  outcomeOf,
  parseRequest,
  type Rejection,
  type Request,
  type Session,
  type SessionEvent,
  type SessionInput,
  toFact,
} from "../../gateway/index.ts";
import {
  type CommandReport,
  type EpochSeconds,
  type Failure,
  failed,
  type GatewayFact,
  type GatewayReport,
  isNodeNumber,
  type Json,
  type MeterId,
  meterId,
  never,
  ok,
  type Result,
} from "../../model/index.ts";
import type { Shell } from "../shell/index.ts";
import type { GatewayConfig } from "./config.ts";
import type { GatewayInput } from "./input.ts";
import { radioMessage } from "./radio-message.ts";
import { clockOffSince, gatewayReport } from "./report.ts";
import { statusOf } from "./status.ts";

const FACTS = 0;
const BYTES = 1;
const NEWS = 2;

/** One gateway on one serial line: the node's state, and which output says what. */
export class GatewayLink {
  readonly #shell: Shell<GatewayConfig>;
  readonly #decoder = createDecoder();
  readonly #meters = new Set<MeterId>();
  #session: Session;
  #accounts: Accounts = NO_LINES;
  #rejected: { at: EpochSeconds; code: string } | null = null;
  #gateway: GatewayFact | null = null;
  #clockOffSince: EpochSeconds | null = null;
  #mismatch: Failure | null = null;
  #connected: boolean | null = null;
  #commands: CommandBook = NO_COMMANDS;

  constructor(shell: Shell<GatewayConfig>) {
    this.#shell = shell;
    this.#session = newSession(shell.config.silentAfterS);
  }

  /** The port was opened, or may have been. */
  open(): void {
    this.#converse({ kind: "open" });
  }

  /** Call about once a second: time-outs, chores, and the status. */
  tick(): void {
    this.#converse({ kind: "tick" });
    this.#show();
  }

  /** @returns what the message asked for and could not be taken */
  take(input: GatewayInput): Failure | undefined {
    switch (input.kind) {
      case "bytes":
        for (const line of this.#decoder.feed(input.bytes)) this.#take(line);
        return undefined;
      case "request":
        return this.#meterRefused(input.request) ?? this.#converse({ kind: "request", request: input.request });
      case "port":
        this.#port(input.connected);
        return undefined;
      case "nothing":
        return undefined;
      default:
        return never(input);
    }
  }

  report(): GatewayReport {
    const { id, node, config } = this.#shell;
    const about = { node: id, name: node.name ?? "", network: config.network, meters: this.#meters };
    const told = { session: this.#session, accounts: this.#accounts, fact: this.#gateway };
    const faults = { clockOffSince: this.#clockOffSince, mismatch: this.#mismatch };
    return gatewayReport({ ...about, ...told, ...faults }, this.#shell.now());
  }

  /** A command of somebody who is no flow. The id is made here: two gateways must not give the same. */
  command(topic: string, payload: unknown): Result<string> {
    const { network } = this.#shell.config;
    if (!isCommandTopic(topic))
      return failed("METERMAN_COMMAND_INVALID", "there is no command of that name", "command");
    const request = parseRequest(topic, { ...Object(payload), id: randomUUID() }, network);
    if (!request.ok) return request;
    const declined = this.take({ kind: "request", request: request.value });
    return declined === undefined ? ok(request.value.id ?? "") : { ok: false, error: declined };
  }

  outcome(id: string): CommandReport | undefined {
    return commandIn(this.#commands, id, this.#shell.now());
  }

  health(): Json {
    const { queue, inFlight, watching, lastHeard, silent } = this.#session;
    return {
      network: this.#shell.config.network,
      lines: this.#accounts.lines,
      kinds: this.#accounts.kinds,
      rejections: this.#accounts.rejections,
      meters: [...this.#meters],
      queue: queue.length + (inFlight === null ? 0 : 1),
      awaitingEffect: watching.length,
      lastHeard,
      silent,
      gateway: this.#gateway === null ? null : { ...this.#gateway },
      firmware: this.#session.firmware,
      granted: grantedNames(this.#session),
    };
  }

  /** A node that takes a frame of somebody else for one of its gateway's could be harmed by it. */
  #meterRefused({ command }: Request): Failure | undefined {
    if (command.kind !== "radio" || !isNodeNumber(command.to)) return undefined;
    const meter = meterId(this.#shell.config.network, command.to);
    if (!this.#meters.has(meter)) return undefined;
    const message = `${meter} is a meter: use set-register, set-interval, set-led or poll-faster for it`;
    return { code: "METERMAN_COMMAND_INVALID", message, field: "to" };
  }

  #port(connected: boolean): void {
    if (connected && this.#connected !== true) {
      // ⚠ After a lost connection the serial node glues the half lines before and after it together.
      if (this.#connected === false && this.#accounts.lines > 0) this.#decoder.reconnected();
      this.open();
    }
    this.#connected = connected;
  }

  #take(line: Line): void {
    this.#accounts = account(this.#accounts, line);
    if (line.kind === "frame" || line.kind === "continuation") this.#understand(line.frame);
    else if (line.kind === "rejected") this.#reject(line);
    else if (line.kind === "diagnostic") this.#diagnose(line.level, line.text, "log");
    this.#converse({ kind: "line", line });
  }

  #understand(frame: Frame): void {
    const { network } = this.#shell.config;
    if (frame.kind === "GMSG" && frame.sender === 1) this.#diagnose("WARN", frame.message.text, "gateway");
    if (frame.kind === "RADIO") this.#shell.send(NEWS, radioMessage(frame, this.#shell.now()));
    const fact = toFact(frame, network, this.#shell.now());
    if (fact === undefined) return;
    if (fact.kind === "gateway") {
      this.#gateway = fact;
      this.#clockOffSince = clockOffSince(fact, this.#clockOffSince);
      const mismatch = networkMismatch(fact, network) ?? null;
      if (mismatch !== null && mismatch.message !== this.#mismatch?.message) this.#shell.report(mismatch);
      this.#mismatch = mismatch;
    } else this.#meters.add(fact.meter);
    this.#shell.send(FACTS, { topic: fact.kind, payload: fact });
  }

  #reject(rejection: Rejection): void {
    const { code: reason, frame, field } = rejection;
    this.#rejected = { at: this.#shell.now(), code: reason };
    const payload = { code: "METERMAN_LINE_REJECTED", reason, frame, field, at: this.#shell.now() };
    this.#shell.send(NEWS, { topic: "rejected", payload });
  }

  #diagnose(level: string, text: string | null, source: "log" | "gateway"): void {
    const { diagnostics } = this.#shell.config;
    if (diagnostics === "none" || (diagnostics === "warnings" && level !== "ERROR" && level !== "WARN")) return;
    this.#shell.send(NEWS, { topic: "diagnostic", payload: { level, text, source, at: this.#shell.now() } });
  }

  #converse(input: SessionInput): Failure | undefined {
    let declined: Failure | undefined;
    for (const event of decideSession(this.#session, input, this.#shell.now())) {
      this.#session = evolveSession(this.#session, event);
      if (event.kind === "declined") declined = event.failure;
      this.#effect(event);
    }
    return declined;
  }

  #effect(event: SessionEvent): void {
    const bytes = bytesOf(event);
    if (bytes !== undefined) this.#shell.send(BYTES, { payload: Buffer.from(bytes, "latin1") });
    // Another gateway may be there, or the old one no longer keeps its promise.
    if (event.kind === "opened" || event.kind === "passed-over") this.#decoder.forget();
    const outcome = outcomeOf(event, this.#shell.config.network);
    if (outcome !== undefined) {
      this.#commands = noteOutcome(this.#commands, outcome);
      this.#shell.send(NEWS, { topic: "command", payload: outcome });
      if (outcome.error !== undefined) this.#shell.report(outcome.error);
    }
    if (event.kind === "silent") {
      this.#shell.send(NEWS, { topic: "silent", payload: { ...event.failure, since: event.since, at: event.at } });
      this.#shell.report(event.failure);
    }
    if (event.kind === "back") this.#shell.send(NEWS, { topic: "back", payload: { at: event.at } });
  }

  #show(): void {
    const parts = { session: this.#session, accounts: this.#accounts, nodes: this.#meters.size };
    const { kind, text } = statusOf(
      { ...parts, rejected: this.#rejected, mismatch: this.#mismatch },
      this.#shell.now(),
    );
    this.#shell.status(kind, text);
  }
}
