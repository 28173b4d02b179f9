import { type EpochSeconds, epochSeconds, isZone, localTime, zoneOffset } from "../../../../model/index.ts";
import type { Read } from "./kwh.ts";

/** Times as a field of the browser holds them ("2026-10-25T02:30"), by the wall clock of the store's zone. */
const FIELD = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?$/;
const DAY_S = 86_400;
/** Devices began to count after this; before it is a slip of the pen. */
const EARLIEST = Date.UTC(2000, 0, 1) / 1000;

/** A browser may be older than a zone. */
export function knownZone(zone: string): string {
  return isZone(zone) ? zone : "UTC";
}

/** Where a clock is put back an hour comes twice: `fold` 1 is the second one. */
export interface FieldTime {
  readonly text: string;
  readonly fold: 0 | 1;
}

/** Every instant at which the clock shows `text`: two when it was put back, none when it was put forward past it. */
export function instantsOf(text: string, zone: string): readonly EpochSeconds[] {
  const wanted = naive(text);
  if (wanted === null) return [];
  const offsets = new Set([-DAY_S, DAY_S].map((away) => zoneOffset(epochSeconds(wanted + away), zone)));
  return [...offsets]
    .map((offset) => epochSeconds(wanted - offset))
    .filter((at) => at + zoneOffset(at, zone) === wanted)
    .sort((a, b) => a - b);
}

export function parseLocal({ text, fold }: FieldTime, zone: string): Read<EpochSeconds> {
  if (text === "") return { ok: false, why: "Choose a date and a time." };
  const wanted = naive(text);
  if (wanted === null) return { ok: false, why: "This is no date and time." };
  if (wanted < EARLIEST) return { ok: false, why: "This is before any meter counted: look at the year." };
  const found = instantsOf(text, zone);
  const at = found[fold] ?? found[0];
  if (at === undefined) return { ok: false, why: "There was no such time: the clock was put forward over it." };
  return { ok: true, value: at };
}

/** What the field holds for an instant; with seconds only where there are some. */
export function fieldTime(at: number, zone: string): FieldTime {
  const whole = epochSeconds(Math.floor(at));
  const t = localTime(whole, zone);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = t.second === 0 ? "" : `:${two(t.second)}`;
  const text = `${t.year}-${two(t.month)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}${seconds}`;
  return { text, fold: instantsOf(text, zone).indexOf(whole) === 1 ? 1 : 0 };
}

/** "UTC+2", "UTC−3:30": what the clock was off by then. */
export function offsetWords(at: number, zone: string): string {
  const offset = zoneOffset(epochSeconds(at), zone);
  const minutes = Math.abs(Math.round(offset / 60));
  const rest = minutes % 60 === 0 ? "" : `:${String(minutes % 60).padStart(2, "0")}`;
  return `UTC${offset < 0 ? "\u2212" : "+"}${Math.floor(minutes / 60)}${rest}`;
}

/** The wall clock as if it stood in UTC; null for what is no time, as 31 April. */
function naive(text: string): number | null {
  const match = FIELD.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(at);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return null;
  return at / 1000;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "22 Nov 2026". */
export function dayWords(at: number, zone: string): string {
  const { year, month, day } = localTime(epochSeconds(at), zone);
  return `${day} ${MONTHS[month - 1] ?? ""} ${year}`;
}

/** "10:05", with seconds only where there are some; with the offset in the hour that comes twice. */
export function clockWords(at: number, zone: string): string {
  const { text } = fieldTime(at, zone);
  const time = text.slice(11);
  return instantsOf(text, zone).length > 1 ? `${time} (${offsetWords(at, zone)})` : time;
}

/** "22 Nov 2026 10:05". */
export function timeWords(at: number, zone: string): string {
  return `${dayWords(at, zone)} ${clockWords(at, zone)}`;
}

/** "22 Nov 2026 10:00 to 11:00", "from 22 Nov 2026 10:00 on"; empty for what is about no time. */
export function spanWords(from: number | null, to: number | null, zone: string): string {
  if (from === null) return to === null ? "" : `until ${timeWords(to, zone)}`;
  if (to === null) return `from ${timeWords(from, zone)} on`;
  if (to === from) return timeWords(from, zone);
  const isOneDay = dayWords(from, zone) === dayWords(to, zone);
  return `${timeWords(from, zone)} to ${isOneDay ? clockWords(to, zone) : timeWords(to, zone)}`;
}
