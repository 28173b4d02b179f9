import { DAY_S } from "../day.ts";
import { expand, type Span } from "../run.ts";
import type { Days, DayView } from "../views.ts";

/** A span of time: sure to be in the mask as a whole, or a day of which only its readings tell what is in. */
export interface Zone {
  readonly start: number;
  readonly end: number;
  readonly isSure: boolean;
}

/** A set of instants that a correction is about. Answers have at least what meets [from, to]; they may have more. */
export interface Mask {
  /** In order; without reading any day. */
  zones(from: number, to: number): Promise<readonly Zone[]>;
  /** In order, apart from each other. */
  spans(from: number, to: number): Promise<readonly Span[]>;
}

/** @param end resolved anew for every question; what lies behind `before` need not be looked at */
export function spanMask(start: number, end: (before: number) => Promise<number>): Mask {
  const upTo = async (to: number, before: number) => {
    if (start > to) return [];
    const stop = await end(before);
    return stop > start ? [{ start, end: stop, isSure: true }] : [];
  };
  // A reading without duration may stand at the very end of what is asked for; a day has none at its end.
  return { spans: (_from, to) => upTo(to, to + 1), zones: (_from, to) => upTo(to, to) };
}

/** What the readings of a sheet cover. Days without a hole are known from their roll-ups. */
export function coverMask(sheet: Days): Mask {
  return {
    async zones(from, to) {
      const zones: Zone[] = [];
      let carried = 0;
      for (const view of await sheet.days(from, to + 1)) {
        const [start, end] = [view.day * DAY_S, (view.day + 1) * DAY_S];
        const isFull = coveredOf(view) + Math.max(0, Math.min(carried, end) - start) >= DAY_S;
        zones.push({ start, end, isSure: isFull });
        for (const row of view.whole?.carries ?? []) {
          carried = Math.max(carried, row.end);
          zones.push({ start: end, end: row.end, isSure: true });
        }
        if (view.whole === undefined && view.reach > end) zones.push({ start: end, end: view.reach, isSure: false });
      }
      return merged(zones);
    },
    async spans(from, to) {
      const spans: Span[] = [];
      for (const view of await sheet.days(from, to + 1)) {
        const start = view.day * DAY_S;
        if (coveredOf(view) >= DAY_S) spans.push({ start, end: start + DAY_S }, ...(view.whole?.carries ?? []));
        else spans.push(...expand(await view.runs()));
      }
      return merged(spans.map(({ start, end }) => ({ start, end, isSure: true })));
    },
  };
}

/** Seconds of the day under the readings that start on it, which do not overlap. */
function coveredOf({ whole }: DayView): number {
  if (whole === undefined) return 0;
  const { covered } = whole;
  return typeof covered === "number" ? covered * 48 : covered.reduce((sum, seconds) => sum + seconds, 0);
}

/** Sure spans that touch become one. */
function merged(zones: Zone[]): Zone[] {
  const result: Zone[] = [];
  for (const zone of zones.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = result.at(-1);
    // One without duration behind another still says something of its instant.
    const touches = last !== undefined && (zone.start < last.end || (zone.start === last.end && zone.end > zone.start));
    if (touches && last.isSure && zone.isSure) {
      result[result.length - 1] = { ...last, end: Math.max(last.end, zone.end) };
    } else result.push(zone);
  }
  return result;
}
