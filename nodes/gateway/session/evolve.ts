import { epochSeconds, never } from "../../model/index.ts";
import { endsWithAnswer } from "./answers.ts";
import {
  ANSWERING_VERSION,
  ASK_AGAIN_AFTER_S,
  type Job,
  LOOK_EVERY_S,
  nodeOfCommand,
  POLL_EVERY_S,
  POLL_MARGIN_S,
  PROBE_EVERY_S,
  RETRY_AFTER_S,
  SET_TIME_EVERY_S,
  type Session,
  type SessionEvent,
  SNAPSHOT_EVERY_S,
} from "./state.ts";

/** The session after `event`. Pure; `decide` makes the events. */
export function evolve(session: Session, event: SessionEvent): Session {
  const { at } = event;
  switch (event.kind) {
    case "opened":
      return { ...session, openedAt: at, talking: false, probeAt: epochSeconds(at + 1), firmware: null, ...UNKNOWN };
    case "probed":
      return { ...session, probeAt: epochSeconds(at + PROBE_EVERY_S) };
    case "heard":
      return { ...session, lastHeard: at, talking: true };
    case "silent":
      return { ...session, silent: true };
    case "back":
      return { ...session, silent: false };
    case "cleared":
    case "declined":
      return session;
    case "looked":
      return {
        ...session,
        watching: session.watching.map((watch) =>
          nodeOfCommand(watch.job.command) === event.node
            ? { ...watch, lookAt: epochSeconds(at + LOOK_EVERY_S) }
            : watch,
        ),
      };
    case "queued":
      return {
        ...scheduled(session, event.job, at),
        queue: event.first ? [event.job, ...session.queue] : [...session.queue, event.job],
        jobs: session.jobs + 1,
      };
    case "sent":
      return {
        ...session,
        queue: session.queue.filter((job) => job.number !== event.job.number),
        inFlight: { job: event.job, sentAt: at, times: 1, isDamaged: false },
      };
    case "damaged":
      return { ...session, inFlight: session.inFlight && { ...session.inFlight, isDamaged: true } };
    case "resent": {
      const times = (session.inFlight?.times ?? 0) + 1;
      return { ...session, inFlight: { job: event.job, sentAt: at, times, isDamaged: false } };
    }
    case "granted":
      return { ...session, firmware: event.version, granted: event.granted, askAt: null };
    case "started":
      return { ...session, firmware: event.version ?? session.firmware, ...UNKNOWN };
    case "passed-over":
      return passedOver(session, event.unknown, at);
    case "acknowledged":
      return { ...session, inFlight: null, watching: watched(session, event.job, at) };
    case "timeout":
      return without(soonAgain(session, event.job, at), event.job);
    case "refused":
    case "replaced":
    case "confirmed":
    case "unconfirmed":
      return without(session, event.job);
    default:
      return never(event);
  }
}

/** Nothing is known of what the gateway grants: it is asked when there is time. */
const UNKNOWN = { granted: null, askAt: epochSeconds(0) } as const;

/** Where a v11 was, another gateway may be now: only an older one is known to be itself. */
function passedOver(session: Session, unknown: boolean, at: number): Session {
  const firmware = session.firmware !== null && session.firmware < ANSWERING_VERSION ? session.firmware : null;
  const askAt = unknown || firmware !== null ? null : epochSeconds(at + ASK_AGAIN_AFTER_S);
  return { ...session, inFlight: null, firmware, granted: 0, askAt };
}

/** The session's own commands put off the next of their kind when they are queued; so does the user's set-time. */
function scheduled(session: Session, job: Job, at: number): Session {
  const { command } = job;
  if (command.kind === "set-time") return { ...session, timeAt: epochSeconds(at + SET_TIME_EVERY_S) };
  if (command.kind === "ask-grants") return { ...session, askAt: null };
  if (command.kind !== "snapshot" || command.node !== null) return session;
  return { ...session, snapshotAt: epochSeconds(at + SNAPSHOT_EVERY_S) };
}

function soonAgain(session: Session, { command, origin }: Job, at: number): Session {
  if (origin === "user") return session;
  const again = epochSeconds(at + RETRY_AFTER_S);
  if (command.kind === "set-time") return { ...session, timeAt: again };
  return command.kind === "snapshot" ? { ...session, snapshotAt: again } : session;
}

/** The instructions for one node are delivered one per poll, in an order of the gateway's: each moves the others back. */
function watched(session: Session, job: Job, at: number): Session["watching"] {
  if (endsWithAnswer(job.command) || job.command.kind === "poll-faster") return session.watching;
  const node = nodeOfCommand(job.command);
  const others = session.watching.filter((watch) => nodeOfCommand(watch.job.command) === node);
  const deadline = epochSeconds(at + (others.length + 2) * POLL_EVERY_S + POLL_MARGIN_S);
  return [
    ...session.watching.map((watch) => (others.includes(watch) ? { ...watch, deadline } : watch)),
    { job, deadline, lookAt: epochSeconds(at + LOOK_EVERY_S) },
  ];
}

function without(session: Session, job: Job): Session {
  return {
    ...session,
    queue: session.queue.filter((queued) => queued.number !== job.number),
    inFlight: session.inFlight?.job.number === job.number ? null : session.inFlight,
    watching: session.watching.filter((watch) => watch.job.number !== job.number),
  };
}
