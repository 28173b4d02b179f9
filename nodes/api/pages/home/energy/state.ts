import { type MeterId, parseMeterId } from "../../../../model/index.ts";
import type { Span } from "../app.ts";

export const SHOWINGS = ["power", "used", "register"] as const;
/** What is drawn: the power (or the energy of each day), what was used since the left edge, or the meter's register. */
export type Showing = (typeof SHOWINGS)[number];
export const MANNERS = ["one", "beside", "sum"] as const;
/** One meter, several beside each other, or their sum. */
export type Manner = (typeof MANNERS)[number];
export const EARLIER = ["day", "week", "month", "year"] as const;
export type Earlier = (typeof EARLIER)[number];

/** What the reader looks at. All of it is in the address, so that it can be shared and kept. */
export interface Look {
  readonly meters: readonly MeterId[];
  readonly manner: Manner;
  readonly showing: Showing;
  readonly against: Earlier | null;
  readonly span: Span;
  /** The right edge stays at the present. */
  readonly follows: boolean;
}

const DAY_S = 86_400;
export const SHORTEST_S = 60;
const LONGEST_S = 40 * 366 * DAY_S;
/** 2100, where the server's times end. */
const LAST = 4_102_444_800;

/** @param now where a span without edges ends. Whatever stands in the address, this is a look that can be shown. */
export function readLook(query: URLSearchParams, now: number): Look {
  const one = <T extends string>(name: string, of: readonly T[]) => of.find((value) => value === query.get(name));
  const number = (name: string) => {
    const value = Number(query.get(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  const ids = (query.get("meter") ?? "").split(",").map(parseMeterId);
  const meters = ids.flatMap((id) => (id.ok ? [id.value] : []));
  const [from, to] = [number("from"), number("to")];
  const isFixed = from !== undefined && to !== undefined && from < to && to <= LAST;
  const last = Math.min(LONGEST_S, Math.max(SHORTEST_S, number("last") ?? DAY_S));
  const span = isFixed ? { from, to } : { from: now - last, to: now };
  const manner = one("as", MANNERS) ?? (meters.length > 1 ? "beside" : "one");
  const shown = manner === "one" ? meters.slice(0, 1) : meters;
  const [showing, against] = [one("show", SHOWINGS) ?? "power", one("against", EARLIER) ?? null];
  return { meters: shown, manner, showing, against, span: bounded(span, now), follows: !isFixed };
}

export function writeLook({ meters, manner, showing, against, span, follows }: Look): URLSearchParams {
  const query = new URLSearchParams();
  if (meters.length > 0) query.set("meter", meters.join(","));
  if (manner !== "one") query.set("as", manner);
  if (follows) query.set("last", String(Math.round(span.to - span.from)));
  else {
    query.set("from", String(Math.round(span.from)));
    query.set("to", String(Math.round(span.to)));
  }
  if (showing !== "power") query.set("show", showing);
  if (against !== null) query.set("against", against);
  return query;
}

/** A span of a length that can be shown, somewhere between 1970 and a little after now. */
export function bounded({ from, to }: Span, now: number): Span {
  const length = Math.min(LONGEST_S, Math.max(SHORTEST_S, to - from));
  const middle = (from + to) / 2;
  const last = Math.min(LAST, Math.max(now + 0.5 * length, now + 366 * DAY_S));
  const start = Math.max(0, Math.min(middle - length / 2, last - length));
  return { from: start, to: start + length };
}

/** @param factor below 1 is closer; `at` stays where it is on the screen */
export function zoomed({ from, to }: Span, factor: number, at: number, now: number): Span {
  const length = Math.min(LONGEST_S, Math.max(SHORTEST_S, (to - from) * factor));
  const share = (at - from) / (to - from);
  return bounded({ from: at - share * length, to: at + (1 - share) * length }, now);
}

/** What compares with something earlier: one line, and not a register. */
export function canCompare({ manner, showing }: Look): boolean {
  return manner !== "beside" && showing !== "register";
}

export function isShown(look: Look, id: MeterId): boolean {
  return look.meters.includes(id);
}
