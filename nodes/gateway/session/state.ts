import { type EpochSeconds, epochSeconds, type Failure, type NodeNumber, never } from "../../model/index.ts";
import type { Command, Request } from "../commands.ts";
import type { Line } from "../decode.ts";

/** The gateway answers within milliseconds; its input buffer holds one line, so nothing else is sent meanwhile. */
export const ACK_WITHIN_S = 2;
/** A frame to another device is tried four times, up to a second apart, on a channel that may be busy. */
export const RADIO_WITHIN_S = 10;
export const SET_TIME_EVERY_S = 600;
export const SNAPSHOT_EVERY_S = 900;
/** While the effect of a command is awaited, the node's snapshot is asked for this often. */
export const LOOK_EVERY_S = 60;
/** A node polls this often, takes one instruction each time, and reports what it did at the poll after. */
export const POLL_EVERY_S = 600;
/** For a poll that is late or lost. */
export const POLL_MARGIN_S = 300;
export const PROBE_EVERY_S = 5;
export const RETRY_AFTER_S = 30;
export const MAX_QUEUE = 32;
/** The first firmware that is certain to answer when it is asked what it grants. */
export const ANSWERING_VERSION = 11;
/** A gateway that lets the question pass may have missed it; or it is a v10 that logs nothing. */
export const ASK_AGAIN_AFTER_S = 900;
/** What arrives damaged is sent this often, a second apart: while v11 is on the air, it has no room for a long line. */
export const MAX_SENT = 8;

/** A command on its way. `self`: the session's own, whose outcome interests nobody. */
export interface Job {
  readonly number: number;
  /** The caller's name for it, else one made from the number. */
  readonly id: string;
  readonly command: Command;
  readonly origin: "user" | "self";
}

/** A command the gateway has queued for a node; whether it happened shows later, or never. */
export interface Watch {
  readonly job: Job;
  readonly deadline: EpochSeconds;
  readonly lookAt: EpochSeconds;
}

export interface Session {
  readonly silentAfterS: number;
  readonly openedAt: EpochSeconds | null;
  readonly lastHeard: EpochSeconds | null;
  /** Something was heard since the port was opened. */
  readonly talking: boolean;
  readonly silent: boolean;
  readonly probeAt: EpochSeconds;
  readonly timeAt: EpochSeconds;
  readonly snapshotAt: EpochSeconds;
  readonly queue: readonly Job[];
  readonly inFlight: {
    readonly job: Job;
    readonly sentAt: EpochSeconds;
    readonly times: number;
    readonly isDamaged: boolean;
  } | null;
  readonly watching: readonly Watch[];
  readonly jobs: number;
  /** Version of the gateway's firmware, once it said so. */
  readonly firmware: number | null;
  /** Sum of what it grants (see kinds.ts); null until it said so, or let the question pass. */
  readonly granted: number | null;
  /** When to ask what it grants; null: it was asked. */
  readonly askAt: EpochSeconds | null;
}

export type SessionInput =
  /** The port was opened, or may have been. */
  | { readonly kind: "open" }
  | { readonly kind: "tick" }
  | { readonly kind: "line"; readonly line: Line }
  | { readonly kind: "request"; readonly request: Request };

export type SessionEvent = { readonly at: EpochSeconds } & (
  | { readonly kind: "opened" }
  /** A lone CR ends whatever stray characters sit in the gateway's input line: v10 is deaf to radio until then. */
  | { readonly kind: "cleared" }
  | { readonly kind: "probed" }
  | { readonly kind: "heard" }
  | { readonly kind: "silent"; readonly since: EpochSeconds; readonly failure: Failure }
  | { readonly kind: "back" }
  | { readonly kind: "declined"; readonly failure: Failure }
  | { readonly kind: "looked"; readonly node: NodeNumber }
  | { readonly kind: "queued"; readonly job: Job; readonly first: boolean }
  | { readonly kind: "sent"; readonly job: Job; readonly line: string }
  /** The gateway could not read what was sent. */
  | { readonly kind: "damaged" }
  | { readonly kind: "resent"; readonly job: Job; readonly line: string }
  | { readonly kind: "granted"; readonly version: number; readonly granted: number }
  /** It started anew: nothing is granted any more. */
  | { readonly kind: "started"; readonly version: number | null }
  /** It does not say what it grants; `unknown`: the question is none that it knows. */
  | { readonly kind: "passed-over"; readonly unknown: boolean }
  | { readonly kind: "acknowledged" | "replaced"; readonly job: Job }
  | { readonly kind: "refused" | "timeout" | "unconfirmed"; readonly job: Job; readonly failure: Failure }
  /** `registerWh`: what the register really was set to. */
  | { readonly kind: "confirmed"; readonly job: Job; readonly registerWh?: number }
);

/** @param silentAfterS seconds without a line after which the gateway counts as silent */
export function newSession(silentAfterS: number): Session {
  return {
    silentAfterS,
    openedAt: null,
    lastHeard: null,
    talking: false,
    silent: false,
    probeAt: epochSeconds(0),
    timeAt: epochSeconds(0),
    snapshotAt: epochSeconds(0),
    queue: [],
    inFlight: null,
    watching: [],
    jobs: 0,
    firmware: null,
    granted: null,
    askAt: epochSeconds(0),
  };
}

/** null: the command is for the gateway itself, or for all nodes. */
export function nodeOfCommand(command: Command): NodeNumber | null {
  return "node" in command ? command.node : null;
}

/** Node and kind: the gateway keeps one instruction of each kind per node. Self-contained commands have no slot. */
export function slotOf(command: Command): string | undefined {
  switch (command.kind) {
    case "set-register":
    case "set-interval":
    case "set-led":
    case "poll-faster":
      return `${command.kind} ${command.node}`;
    case "snapshot":
    case "gateway-snapshot":
    case "set-time":
    case "ask-grants":
    case "radio":
      return undefined;
    default:
      return never(command);
  }
}
