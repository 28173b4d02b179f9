import type { CommandReport, CommandState, EpochSeconds } from "../../model/index.ts";
import type { Outcome } from "./outcome.ts";

/** What became of the last commands, the oldest first. */
export type CommandBook = ReadonlyMap<string, CommandReport>;
export const NO_COMMANDS: CommandBook = new Map();

const KEPT = 200;
const KEPT_S = 86_400;

const STATES: Readonly<Record<Outcome["state"], CommandState>> = {
  queued: "queued",
  sent: "sent",
  acknowledged: "taken",
  confirmed: "confirmed",
  refused: "failed",
  timeout: "failed",
  replaced: "failed",
  unconfirmed: "failed",
};

const REPLACED = {
  code: "METERMAN_COMMAND_UNCONFIRMED",
  detail: "it was not carried out: a later command of the same kind took its place",
} as const;

/** Notes a step in the life of a command; forgets what is older than a day, and more than 200 commands. */
export function noteOutcome(book: CommandBook, outcome: Outcome): CommandBook {
  const { id, command, meter = null, state, at } = outcome;
  const before = book.get(id);
  // The same name given to another command: what became of the first is not what happens to the second.
  const begun = before === undefined || state === "queued" ? at : before.at;
  const error = outcome.error === undefined ? null : { code: outcome.error.code, detail: outcome.error.message };
  const report: CommandReport = {
    ...{ id, command, meter, state: STATES[state], at: begun, changedAt: at },
    error: state === "replaced" ? REPLACED : error,
  };
  const others = [...book].filter(([other, { changedAt }]) => other !== id && at - changedAt < KEPT_S);
  return new Map([...others.slice(1 - KEPT), [id, report]]);
}

/** What became of a command; undefined for an id that is none, or too old. */
export function commandIn(book: CommandBook, id: string, now: EpochSeconds): CommandReport | undefined {
  const found = book.get(id);
  return found === undefined || now - found.changedAt >= KEPT_S ? undefined : found;
}
