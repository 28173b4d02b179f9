import type { Adjustment, MeterEvent, ReadingRow, Resolution } from "../../../../model/index.ts";
import { isObject, type Trouble } from "../../parts/client.ts";
import type { App, Span } from "../app.ts";
import type { Chunk, Want } from "./chunks.ts";
import { loadedSpan, resolutionFor } from "./resolution.ts";

/** What the chart asks the server. */
export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

/** Bounds of the server's `points` and `limit`. */
const POINTS = { least: 100, most: 5000 };
const LIMIT = 10_000;
const PAGES = 4;

interface Rows {
  readonly items: readonly ReadingRow[];
  readonly next: string | null;
  readonly resolution: Resolution;
}

/** Rows of the span and some more on both sides. The server picks the resolution unless one is wanted by name. */
export async function askRows(app: App, want: Want, zone: string, signal: AbortSignal): Promise<Asked<Chunk>> {
  const guess = want.resolution ?? resolutionFor(want.span, want.points);
  const { from, to } = loadedSpan(want.span, guess, zone);
  const share = (to - from) / (want.span.to - want.span.from);
  const points = Math.round(Math.min(POINTS.most, Math.max(POINTS.least, want.points * share)));
  const what = want.resolution === null ? { points: String(points) } : { limit: String(LIMIT) };
  const fields = { from: String(from), to: String(to), resolution: want.resolution ?? "auto", ...what };
  const rows: ReadingRow[] = [];
  let cursor: string | null = null;
  let resolution = guess;
  for (let page = 0; page < PAGES; page += 1) {
    const query = new URLSearchParams({ ...fields, ...(cursor === null ? {} : { cursor }) });
    const got = await app.get(`meters/${encodeURIComponent(want.meter)}/readings?${query}`, isRows, signal);
    if (!got.ok) return got;
    for (const row of got.value.items) rows.push(row);
    ({ resolution, next: cursor } = got.value);
    if (cursor === null) break;
  }
  const density = want.resolution === null ? points / (to - from) : 0;
  return { ok: true, value: { meter: want.meter, from, to, resolution, rows, density, stale: false } };
}

/** Energy of a span, exact to the Wh. */
export async function askEnergy(app: App, meter: string, { from, to }: Span, signal: AbortSignal) {
  const query = new URLSearchParams({ from: String(Math.round(from)), to: String(Math.round(to)) });
  const got = await app.get(`meters/${encodeURIComponent(meter)}/consumption?${query}`, isEnergy, signal);
  return got.ok ? got.value.wh : null;
}

/** Start of the first reading there is; null when there is none. */
export async function askFirst(app: App, meter: string): Promise<number | null> {
  const got = await app.get(`meters/${encodeURIComponent(meter)}/readings?from=0&limit=1`, isRows);
  return got.ok ? (got.value.items[0]?.start ?? null) : null;
}

export async function askEvents(app: App, meter: string, { from, to }: Span, signal: AbortSignal) {
  const query = new URLSearchParams({ from: String(Math.floor(from)), to: String(Math.ceil(to)), limit: "5000" });
  const got = await app.get(`meters/${encodeURIComponent(meter)}/events?${query}`, isItems<MeterEvent>, signal);
  return got.ok ? got.value.items : [];
}

export async function askAdjustments(app: App, meter: string, signal: AbortSignal): Promise<readonly Adjustment[]> {
  const path = `meters/${encodeURIComponent(meter)}/adjustments?limit=${LIMIT}`;
  const got = await app.get(path, isItems<Adjustment>, signal);
  return got.ok ? got.value.items : [];
}

function isRows(value: unknown): value is Rows {
  return isItems(value) && typeof Object(value).resolution === "string";
}

function isEnergy(value: unknown): value is { readonly wh: number } {
  return isObject(value) && typeof Object(value).wh === "number";
}

function isItems<T>(value: unknown): value is { readonly items: readonly T[] } {
  return Array.isArray(Object(value).items);
}
