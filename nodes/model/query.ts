import { type MeterId, parseMeterId } from "./identity.ts";
import { type EventsQuery, RESOLUTIONS, type ReadingsQuery } from "./ports.ts";
import { failed, ok, type Result } from "./result.ts";
import { type EpochSeconds, epochSeconds } from "./units.ts";
import { isZone, localTime, startOfLocalDay, zoneOffset } from "./zone.ts";

/** Questions as people and programs write them, from HTTP or from a message: parsed once, for both. */
export const TIME_WORDS = "a time as epoch seconds (1783000005) or ISO 8601 (2026-07-02T13:46:45Z), from 1970 to 2100";
const LAST_S = 4_102_444_800;
/** Larger numbers can only be milliseconds, as JavaScript and Node-RED's inject node count. */
const FIRST_MS = 100_000_000_000;
export const MAX_LIMIT = 10_000;
const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/i;
const DIGITS = /^\d{1,13}(\.\d{1,9})?$/;

/**
 * @param input epoch seconds or milliseconds, or ISO 8601; fractions of a second are dropped
 * @param zone of a text without offset (a date alone is its local midnight)
 * @returns METERMAN_BAD_QUERY when it is no time or one before 1970 or after 2100
 */
export function parseTime(input: unknown, zone = "UTC"): Result<EpochSeconds> {
  const number = typeof input === "string" && DIGITS.test(input) ? Number(input) : input;
  const at =
    typeof number === "number" ? fromNumber(number) : typeof number === "string" ? fromText(number, zone) : NaN;
  if (at >= 0 && at <= LAST_S) return ok(epochSeconds(at));
  return failed("METERMAN_BAD_QUERY", `this must be ${TIME_WORDS}`);
}

function fromNumber(number: number): number {
  return Math.floor(number >= FIRST_MS ? number / 1000 : number);
}

function fromText(text: string, zone: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, year = "", month = "", day = "1", hour = "0", minute = "0", second = "0", offset] = match;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  if (y === undefined || mo === undefined || d === undefined) return Number.NaN;
  if (h === undefined || mi === undefined || s === undefined) return Number.NaN;
  const days = mo >= 1 && mo <= 12 ? new Date(Date.UTC(y, mo, 0)).getUTCDate() : 0;
  const isTime = (h < 24 && mi < 60 && s < 60) || (h === 24 && mi === 0 && s === 0);
  if (d < 1 || d > days || !isTime) return Number.NaN;
  const naive = Date.UTC(y, mo - 1, d, h, mi, s) / 1000;
  if (offset !== undefined) return naive - offsetSeconds(offset);
  const midnight = startOfLocalDay(y, mo, d, zone);
  return h === 0 && mi === 0 && s === 0 ? midnight : fromLocal(naive, zone);
}

function offsetSeconds(offset: string): number {
  if (offset.toUpperCase() === "Z") return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(-2)) * 60);
}

/** The first instant with that local time; a time that DST leaves out is moved on by the hour that is missing. */
function fromLocal(naive: number, zone: string): number {
  const before = naive - zoneOffset(epochSeconds(naive - 86_400), zone);
  const after = naive - zoneOffset(epochSeconds(naive + 86_400), zone);
  const wanted = new Date(naive * 1000);
  const fits = (at: number) => {
    const t = localTime(epochSeconds(at), zone);
    return t.day === wanted.getUTCDate() && t.hour === wanted.getUTCHours() && t.minute === wanted.getUTCMinutes();
  };
  return [before, after].sort((a, b) => a - b).find(fits) ?? before;
}

/** What a query takes when it does not say. Without `now`, `from` and `to` must be given. */
export interface QueryDefaults {
  readonly meter?: string;
  readonly zone?: string;
  readonly now?: EpochSeconds;
  /** Length of the span when `from` is absent, default one day. */
  readonly spanS?: number;
}

export interface SpanQuery {
  readonly meter: MeterId;
  readonly from: EpochSeconds;
  /** Exclusive. */
  readonly to: EpochSeconds;
}

type Given = Readonly<Record<string, unknown>>;

/** `{meter, from, to}`; other fields are not looked at. */
export function parseSpan(given: Given, defaults: QueryDefaults = {}): Result<SpanQuery> {
  const meter = parseMeterId(given.meter ?? defaults.meter);
  if (!meter.ok) return failed("METERMAN_BAD_QUERY", meter.error.message, "meter");
  const zone = parseZone(given, defaults);
  if (!zone.ok) return zone;
  const to = timeOf(given, "to", defaults.now, zone.value);
  if (!to.ok) return to;
  const earliest =
    defaults.now === undefined ? undefined : epochSeconds(Math.max(0, to.value - (defaults.spanS ?? 86_400)));
  const from = timeOf(given, "from", earliest, zone.value);
  if (!from.ok) return from;
  if (from.value > to.value) return failed("METERMAN_BAD_QUERY", "from must not be after to", "from");
  return ok({ meter: meter.value, from: from.value, to: to.value });
}

/** `{meter, from, to, resolution?, zone?, limit?, cursor?}`, resolution default raw. */
export function parseReadingsQuery(given: Given, defaults: QueryDefaults = {}): Result<ReadingsQuery> {
  const span = parseSpan(given, defaults);
  if (!span.ok) return span;
  const page = parsePage(given);
  if (!page.ok) return page;
  const zone = parseZone(given, defaults);
  if (!zone.ok) return zone;
  const resolution = RESOLUTIONS.find((name) => name === (given.resolution ?? "raw"));
  if (resolution === undefined) {
    return failed("METERMAN_BAD_QUERY", `resolution must be one of ${RESOLUTIONS.join(", ")}`, "resolution");
  }
  return ok({ ...span.value, resolution, ...page.value, ...(zone.value === undefined ? {} : { zone: zone.value }) });
}

/** `{meter, from, to, limit?, cursor?}`. */
export function parseEventsQuery(given: Given, defaults: QueryDefaults = {}): Result<EventsQuery> {
  const span = parseSpan(given, defaults);
  if (!span.ok) return span;
  const page = parsePage(given);
  return page.ok ? ok({ ...span.value, ...page.value }) : page;
}

function timeOf(given: Given, name: "from" | "to", otherwise: EpochSeconds | undefined, zone?: string) {
  const value = given[name] ?? otherwise;
  const time = parseTime(value, zone);
  if (time.ok) return time;
  const what = value === undefined ? "is missing: it is" : "must be";
  return failed("METERMAN_BAD_QUERY", `${name} ${what} ${TIME_WORDS}`, name);
}

function parseZone(given: Given, defaults: QueryDefaults): Result<string | undefined> {
  const zone = given.zone ?? defaults.zone;
  if (zone === undefined || (typeof zone === "string" && zone.length <= 64 && isZone(zone))) return ok(zone);
  return failed("METERMAN_BAD_QUERY", "zone must be an IANA time zone like Europe/Oslo", "zone");
}

function parsePage(given: Given): Result<{ limit?: number; cursor?: string }> {
  const { limit, cursor } = given;
  const count = typeof limit === "string" && limit !== "" ? Number(limit) : limit;
  const page: { limit?: number; cursor?: string } = {};
  if (count !== undefined) {
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_LIMIT) {
      return failed("METERMAN_BAD_QUERY", `limit must be a whole number from 1 to ${MAX_LIMIT}`, "limit");
    }
    page.limit = count;
  }
  if (cursor !== undefined && cursor !== null) {
    if (typeof cursor !== "string" || cursor.length > 512) {
      return failed("METERMAN_BAD_QUERY", "cursor must be the next of the page before, unchanged", "cursor");
    }
    page.cursor = cursor;
  }
  return ok(page);
}
