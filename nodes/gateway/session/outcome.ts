import type { EpochSeconds, Failure, MeterId, NetworkId } from "../../model/index.ts";
import { meterId } from "../../model/index.ts";
import { FLOAT_EXACT_WH } from "../commands.ts";
import type { SessionEvent } from "./state.ts";

/** A step in the life of a command. After the one with `final` no other follows. */
export interface Outcome {
  readonly id: string;
  readonly command: string;
  readonly meter?: MeterId;
  /** The device that a frame is for. */
  readonly to?: number;
  readonly state: "queued" | "sent" | "acknowledged" | "refused" | "timeout" | "replaced" | "confirmed" | "unconfirmed";
  readonly final: boolean;
  readonly at: EpochSeconds;
  /** What the register was really set to. */
  readonly registerWh?: number;
  /** What the user should know although nothing failed. */
  readonly note?: string;
  readonly error?: Failure;
}

/** @returns the outcome for the user, or undefined for what is the session's own business */
export function outcomeOf(event: SessionEvent, network: NetworkId): Outcome | undefined {
  if (!("job" in event) || event.job.origin === "self") return undefined;
  const { command } = event.job;
  const open =
    event.kind === "queued" || event.kind === "sent" || event.kind === "resent" || event.kind === "acknowledged";
  const node = "node" in command ? command.node : null;
  const inexact = command.kind === "set-register" && event.kind === "queued" && command.registerWh > FLOAT_EXACT_WH;
  return {
    id: event.job.id,
    command: command.kind,
    ...(node === null ? {} : { meter: meterId(network, node) }),
    ...(command.kind === "radio" ? { to: command.to } : {}),
    state: event.kind === "resent" ? "sent" : event.kind,
    final: !open || (event.kind === "acknowledged" && command.kind === "poll-faster"),
    at: event.at,
    ...(event.kind === "confirmed" && event.registerWh !== undefined ? { registerWh: event.registerWh } : {}),
    ...(inexact ? { note: `a v10 node will set ${Math.fround(command.registerWh)} Wh: it counts in float` } : {}),
    ...("failure" in event ? { error: event.failure } : {}),
  };
}

/** The bytes an event puts on the line, if any. Commands end with CR; the gateway ignores LF. */
export function bytesOf(event: SessionEvent): string | undefined {
  if (event.kind === "opened" || event.kind === "cleared" || event.kind === "probed") return "\r";
  return event.kind === "sent" || event.kind === "resent" ? `${event.line}\r` : undefined;
}
