import { type EpochSeconds, never } from "../../model/index.ts";
import type { Request } from "../commands.ts";
import type { Line } from "../decode.ts";
import type { Frame } from "../kinds.ts";
import { answerTo, effectOf, endsWithAnswer } from "./answers.ts";
import { askWhenDue, grants, hearPromises } from "./promises.ts";
import {
  ACK_WITHIN_S,
  type Job,
  MAX_QUEUE,
  MAX_SENT,
  RADIO_WITHIN_S,
  SET_TIME_EVERY_S,
  type Session,
  type SessionEvent,
  type SessionInput,
  SNAPSHOT_EVERY_S,
  slotOf,
} from "./state.ts";
import { dispatch, emit, enqueue, enqueueOnce, lineFor, newTurn, type Turn } from "./turn.ts";

/**
 * The conversation with one gateway: what to send, and what became of it.
 *
 * @param now the server's clock, whole seconds; call with `tick` about once a second
 * @returns events for `evolve`, in order; `opened`, `cleared`, `probed` and `sent` mean bytes to write (see `bytesOf`)
 */
export function decide(session: Session, input: SessionInput, now: EpochSeconds): readonly SessionEvent[] {
  const turn = newTurn(session, now);
  switch (input.kind) {
    case "open":
      emit(turn, { kind: "opened" });
      break;
    case "tick":
      tick(turn);
      break;
    case "line":
      hear(turn, input.line);
      break;
    case "request":
      request(turn, input.request);
      break;
    default:
      return never(input);
  }
  withdrawFrames(turn);
  dispatch(turn);
  return turn.events;
}

/** A gateway that started, or took another's place, carries none: it has its clock first. */
function withdrawFrames(turn: Turn): void {
  const { inFlight, queue } = turn.session;
  if (grants(turn.session, "bridge")) return;
  for (const job of inFlight === null ? queue : [inFlight.job, ...queue]) {
    if (job.command.kind === "radio") refused(turn, job, NO_BRIDGE);
  }
}

function tick(turn: Turn): void {
  const { now } = turn;
  const { inFlight, openedAt } = turn.session;
  if (openedAt === null) return;
  if (inFlight !== null) awaitAnswer(turn, inFlight);
  for (const { job, deadline } of turn.session.watching) {
    if (now >= deadline) unconfirmed(turn, job, "its effect was not seen: the node may be out of reach, try again");
  }
  watchSilence(turn, turn.session.lastHeard ?? openedAt);
  if (turn.session.talking) keepUp(turn);
}

function awaitAnswer(turn: Turn, { job, sentAt, isDamaged }: NonNullable<Session["inFlight"]>): void {
  if (isDamaged) emit(turn, { kind: "resent", job, line: lineFor(turn, job) });
  else if (Math.abs(turn.now - sentAt) > answerWithinS(job)) unanswered(turn, job);
}

function answerWithinS({ command }: Job): number {
  return command.kind === "radio" ? RADIO_WITHIN_S : ACK_WITHIN_S;
}

function unanswered(turn: Turn, job: Job): void {
  // v10 does not know the question: its silence is an answer.
  if (job.command.kind === "ask-grants") {
    emit(turn, { kind: "passed-over", unknown: false });
    return;
  }
  const within = `the gateway did not answer within ${answerWithinS(job)} s`;
  const message = `${within}: check the cable, the port's speed (115200) and its power`;
  emit(turn, { kind: "timeout", job, failure: { code: "METERMAN_COMMAND_TIMEOUT", message } });
  emit(turn, { kind: "cleared" });
}

function watchSilence(turn: Turn, since: EpochSeconds): void {
  const { now } = turn;
  const { silentAfterS, silent, talking, probeAt } = turn.session;
  const quietS = now - since;
  if (!silent && quietS >= silentAfterS) {
    const message = `nothing was heard from the gateway for ${quietS} s: check its power, the cable and the serial port`;
    emit(turn, { kind: "silent", since, failure: { code: "METERMAN_GATEWAY_SILENT", message } });
  }
  // Asked before it is called silent: a gateway without nodes has nothing to say by itself.
  const anxious = !talking || quietS >= Math.min(120, silentAfterS / 2);
  if (anxious && now >= probeAt) {
    emit(turn, { kind: "probed" });
    enqueueOnce(turn, { kind: "gateway-snapshot" });
  }
}

/** The regular chores: clock every 10 min, snapshots every 15 min, a look at nodes whose reaction is awaited. */
function keepUp(turn: Turn): void {
  const { now } = turn;
  // A server's clock that was put back is news for the gateway too, not a reason to wait.
  const isDue = (at: number, everyS: number) => now >= at || at - now > everyS;
  if (isDue(turn.session.timeAt, SET_TIME_EVERY_S)) enqueueOnce(turn, { kind: "set-time" });
  if (isDue(turn.session.snapshotAt, SNAPSHOT_EVERY_S)) {
    enqueueOnce(turn, { kind: "gateway-snapshot" });
    enqueueOnce(turn, { kind: "snapshot", node: null });
  }
  for (const { job, lookAt } of turn.session.watching) {
    const { command } = job;
    if (now < lookAt || command.kind === "set-register" || !("node" in command) || command.node === null) continue;
    emit(turn, { kind: "looked", node: command.node });
    enqueueOnce(turn, { kind: "snapshot", node: command.node });
  }
  askWhenDue(turn);
}

function hear(turn: Turn, line: Line): void {
  // The gateway has promised checksums: it started unheard, or another one is in its place.
  if (line.kind === "rejected" && line.code === "no-checksum") enqueueOnce(turn, { kind: "ask-grants" }, true);
  // Noise and broken lines are no sign of life: a wrong baud rate makes them too.
  if (line.kind === "noise" || line.kind === "rejected") return;
  if (turn.session.lastHeard !== turn.now || !turn.session.talking) emit(turn, { kind: "heard" });
  if (turn.session.silent) emit(turn, { kind: "back" });
  const isAsked = turn.session.inFlight?.job.command.kind === "ask-grants";
  if (line.kind === "echo" && line.unknown && isAsked) emit(turn, { kind: "passed-over", unknown: true });
  if (line.kind === "frame" || line.kind === "continuation") understand(turn, line.frame);
}

function understand(turn: Turn, frame: Frame): void {
  hearPromises(turn, frame);
  if (frame.kind === "GTIME") enqueueFirstTime(turn);
  if (frame.kind === "GMSG" && frame.sender === 1 && frame.message.boot !== undefined) {
    for (const { job } of turn.session.watching)
      unconfirmed(turn, job, "the gateway restarted and forgot it: try again");
  }
  settle(turn, frame);
  for (const { job } of turn.session.watching) {
    const effect = effectOf(job.command, frame);
    if (effect !== undefined) emit(turn, { kind: "confirmed", job, ...effect });
  }
}

/** A gateway that asks for the time has no clock, nor have its nodes: it goes before everything else. */
function enqueueFirstTime(turn: Turn): void {
  const waiting = turn.session.queue.find((job) => job.command.kind === "set-time" && job.origin === "self");
  if (waiting !== undefined) emit(turn, { kind: "replaced", job: waiting });
  enqueue(turn, { kind: "set-time" }, "self", { first: true });
}

function settle(turn: Turn, frame: Frame): void {
  const job = turn.session.inFlight?.job;
  if (job === undefined) return;
  const answer = answerTo(job.command, frame);
  if (frame.kind === "SCMD_NACK") damaged(turn, job);
  if (answer === "refused") refused(turn, job, job.command.kind === "radio" ? NOT_SENT : NOT_TAKEN);
  if (answer === "taken") taken(turn, job);
}

function taken(turn: Turn, job: Job): void {
  // One slot per node and kind: the gateway has just forgotten an earlier one.
  const slot = slotOf(job.command);
  const earlier = turn.session.watching.filter((watch) => slot !== undefined && slotOf(watch.job.command) === slot);
  for (const watch of earlier) emit(turn, { kind: "replaced", job: watch.job });
  emit(turn, { kind: "acknowledged", job });
  if (endsWithAnswer(job.command)) emit(turn, { kind: "confirmed", job });
}

/** It is sent again with the next tick. */
function damaged(turn: Turn, job: Job): void {
  if ((turn.session.inFlight?.times ?? 0) < MAX_SENT) emit(turn, { kind: "damaged" });
  else if (job.command.kind === "ask-grants") unanswered(turn, job);
  else refused(turn, job, DAMAGED);
}

const NOT_TAKEN = "the gateway refused: it does not know that node, or cannot take another command for it yet";
const NOT_SENT =
  "the gateway did not get it there: the device did not acknowledge it, or it is a meter of the gateway's";
const DAMAGED = `the gateway could not read the command, ${MAX_SENT} times: check the cable, or try again later`;
const NO_BRIDGE =
  "the gateway carries no frames for other devices now: that takes firmware v11, and a moment after it has started";

function refused(turn: Turn, job: Job, message: string): void {
  emit(turn, { kind: "refused", job, failure: { code: "METERMAN_COMMAND_REFUSED", message } });
}

function request(turn: Turn, { command, id, soon }: Request): void {
  if (command.kind === "radio" && !grants(turn.session, "bridge")) {
    emit(turn, { kind: "declined", failure: { code: "METERMAN_COMMAND_INVALID", message: NO_BRIDGE } });
    return;
  }
  const slot = slotOf(command);
  const superseded = turn.session.queue.filter((job) => slot !== undefined && slotOf(job.command) === slot);
  if (turn.session.queue.length - superseded.length >= MAX_QUEUE) {
    const message = `${MAX_QUEUE} commands are waiting already: try again when some of them are through`;
    emit(turn, { kind: "declined", failure: { code: "METERMAN_TOO_MANY", message } });
    return;
  }
  for (const job of superseded) emit(turn, { kind: "replaced", job });
  if (soon && slot !== undefined && command.kind !== "poll-faster" && "node" in command && command.node !== null) {
    enqueueOnce(turn, { kind: "poll-faster", node: command.node, pollS: 10, forS: 120 });
  }
  enqueue(turn, command, "user", id === undefined ? {} : { id });
}

function unconfirmed(turn: Turn, job: Session["queue"][number], message: string): void {
  emit(turn, { kind: "unconfirmed", job, failure: { code: "METERMAN_COMMAND_UNCONFIRMED", message } });
}

/** Seconds since the last sign of life, or since the port was opened; null before that. */
export function quietFor(session: Session, now: EpochSeconds): number | null {
  const since = session.lastHeard ?? session.openedAt;
  return since === null ? null : now - since;
}
