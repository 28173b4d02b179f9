import { DAY_S, dayOf } from "../day.ts";
import type { Row, Run } from "../run.ts";
import type { Days, DayView } from "../views.ts";
import type { Mask, Zone } from "./mask.ts";
import { rowsAround, runsOf, split } from "./rows.ts";

/** What becomes of readings within a mask. */
export interface Inside {
  row(row: Row): Row | undefined;
  /** A day that lies in the mask as a whole; undefined: it is gone. */
  view(view: DayView): DayView | undefined;
  /** Whether anything is left there at all. */
  readonly stays: boolean;
}

/** The readings of `inner` with those within a mask changed. Days that do not meet an edge of it are never read. */
export class SpanDays implements Days {
  readonly #inner: Days;
  readonly #mask: Mask;
  readonly #inside: Inside;

  constructor(inner: Days, mask: Mask, inside: Inside) {
    this.#inner = inner;
    this.#mask = mask;
    this.#inside = inside;
  }

  stamp(day: number): string {
    return this.#inner.stamp(day);
  }

  async days(from: number, to: number): Promise<readonly DayView[]> {
    const views = await this.#inner.days(from, to);
    const [first] = views;
    if (first === undefined) return views;
    const zones = await this.#mask.zones(first.day * DAY_S, lastOf(views));
    if (zones.length === 0) return views;
    const days = new Map<number, DayView>();
    const edges = new Set<number>();
    for (const view of views) {
      for (const day of this.#piecesOf(view, zones)) edges.add(day);
      const changed = this.#changed(view, views, zones, from);
      if (changed !== undefined) days.set(view.day, changed);
    }
    for (const day of edges) if (!days.has(day) && day * DAY_S < to) days.set(day, this.#edge(day, views, from));
    return [...days.values()].sort((a, b) => a.day - b.day);
  }

  #changed(view: DayView, views: readonly DayView[], zones: readonly Zone[], from: number): DayView | undefined {
    const [start, end] = [view.day * DAY_S, (view.day + 1) * DAY_S];
    const last = Math.max(view.reach, end);
    // What ends where the day begins may leave it the rest of a reading from before.
    const met = zones.filter((zone) => zone.start < last && zone.end >= start);
    const [zone, other] = met;
    if (zone === undefined) return view;
    const isWithin = zone.isSure && zone.end >= last && (this.#inside.stays ? zone.start < start : zone.start <= start);
    return isWithin && other === undefined ? this.#inside.view(view) : this.#edge(view.day, views, from);
  }

  /** Later days on which pieces of the day's readings may begin. */
  #piecesOf(view: DayView, zones: readonly Zone[]): number[] {
    const end = (view.day + 1) * DAY_S;
    const days: number[] = [];
    for (const zone of view.reach > end ? zones : []) {
      if (!zone.isSure) {
        const last = dayOf(Math.min(zone.end, view.reach) - 1);
        for (let day = Math.max(dayOf(zone.start), view.day + 1); day <= last; day += 1) days.push(day);
      }
      for (const edge of this.#inside.stays || !zone.isSure ? [zone.start, zone.end] : [zone.end]) {
        if (edge >= end && edge < view.reach) days.push(dayOf(edge));
      }
    }
    return days;
  }

  #edge(day: number, views: readonly DayView[], from: number): DayView {
    const near = views.filter((view) => view.day === day || (view.day < day && view.reach > day * DAY_S));
    return {
      day,
      whole: undefined,
      reach: near.reduce((reach, view) => Math.max(reach, view.reach), from),
      isOpen: near.some((view) => view.isOpen),
      runs: () => this.#runs(day),
    };
  }

  async #runs(day: number): Promise<readonly Run[]> {
    const [start, end] = [day * DAY_S, (day + 1) * DAY_S];
    const rows = await rowsAround(await this.#inner.days(start, end), day);
    const last = rows.reduce((latest, row) => Math.max(latest, row.end), start);
    const spans = await this.#mask.spans(start - 1, last);
    const pieces: Row[] = [];
    for (const row of rows) {
      for (const piece of split(row, spans, (part) => this.#inside.row(part))) {
        if (piece.start >= start && piece.start < end) pieces.push(piece);
      }
    }
    return runsOf(pieces);
  }
}

/** No reading of the views reaches further. */
function lastOf(views: readonly DayView[]): number {
  return views.reduce((last, view) => Math.max(last, view.reach, (view.day + 1) * DAY_S), 0);
}
