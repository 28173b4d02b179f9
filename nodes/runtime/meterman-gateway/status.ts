import type { Accounts, Session } from "../../gateway/index.ts";
import { quietFor } from "../../gateway/index.ts";
import type { EpochSeconds, Failure } from "../../model/index.ts";
import type { StatusKind } from "../shell/index.ts";

export interface StatusInput {
  readonly session: Session;
  readonly accounts: Accounts;
  readonly nodes: number;
  /** The last rejection. */
  readonly rejected: { readonly at: EpochSeconds; readonly code: string } | null;
  readonly mismatch: Failure | null;
}

/** A rejection stays visible this long. */
const RECENT_S = 300;

/** What stands below the node; coarse ages, so that it seldom changes. */
export function statusOf(input: StatusInput, now: EpochSeconds): { kind: StatusKind; text: string } {
  const { session, accounts, nodes, rejected, mismatch } = input;
  const quietS = quietFor(session, now) ?? 0;
  if (session.silent) return { kind: "error", text: `silent for ${age(quietS)}` };
  if (mismatch !== null) return { kind: "error", text: mismatch.message };
  if (!session.talking) return { kind: "busy", text: "waiting for the gateway" };
  const heard = quietS < 5 ? "just heard" : `last ${age(quietS)} ago`;
  const figures = `${count(nodes, "node")} · ${count(accounts.lines, "line")} · ${heard}`;
  if (rejected !== null && now - rejected.at < RECENT_S) {
    return { kind: "warn", text: `${figures} · ${accounts.kinds.rejected} rejected (${rejected.code})` };
  }
  return { kind: "ok", text: figures };
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

function age(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds / 5) * 5} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
