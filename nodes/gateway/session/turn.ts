import type { EpochSeconds } from "../../model/index.ts";
import { withChecksum } from "../checksum.ts";
import { type Command, encodeCommand } from "../commands.ts";
import { CHECKSUMS } from "../kinds.ts";
import { evolve } from "./evolve.ts";
import { type Job, nodeOfCommand, type Session, type SessionEvent } from "./state.ts";

type Unstamped<E> = E extends unknown ? Omit<E, "at"> : never;

/** One decision in the making: later parts of it see the session as the earlier events left it. */
export interface Turn {
  readonly now: EpochSeconds;
  readonly events: SessionEvent[];
  session: Session;
}

export function newTurn(session: Session, now: EpochSeconds): Turn {
  return { now, session, events: [] };
}

export function emit(turn: Turn, event: Unstamped<SessionEvent>): void {
  const stamped = { ...event, at: turn.now } as SessionEvent;
  turn.events.push(stamped);
  turn.session = evolve(turn.session, stamped);
}

/** @param asked the caller's id, or undefined for one of our own making */
export function enqueue(
  turn: Turn,
  command: Command,
  origin: Job["origin"],
  options: { readonly id?: string; readonly first?: boolean } = {},
): void {
  const number = turn.session.jobs + 1;
  const job: Job = { number, id: options.id ?? `${turn.session.openedAt ?? turn.now}-${number}`, command, origin };
  emit(turn, { kind: "queued", job, first: options.first === true });
}

/** Our own commands are asked for once, however many reasons there are. */
export function enqueueOnce(turn: Turn, command: Command, first = false): void {
  const { queue, inFlight } = turn.session;
  const same = (job: Job) => sameCommand(job.command, command);
  if (!queue.some(same) && !(inFlight !== null && same(inFlight.job))) enqueue(turn, command, "self", { first });
}

/** One command is in flight at a time: the gateway's input buffer holds a single line. */
export function dispatch(turn: Turn): void {
  const [job] = turn.session.queue;
  if (job === undefined || turn.session.inFlight !== null || turn.session.openedAt === null) return;
  emit(turn, { kind: "sent", job, line: lineFor(turn, job) });
}

/** The command as the gateway wants it: with a checksum once it has granted them. */
export function lineFor({ session, now }: Turn, { command }: Job): string {
  const line = encodeCommand(command, now);
  return ((session.granted ?? 0) & CHECKSUMS) === 0 ? line : withChecksum(line);
}

function sameCommand(a: Command, b: Command): boolean {
  return a.kind === b.kind && nodeOfCommand(a) === nodeOfCommand(b);
}
