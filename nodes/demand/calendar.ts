import type { EpochSeconds } from "../model/index.ts";
import { type LocalDay, localDay, localHour } from "./clock.ts";

/** A part of the year in local time; what is absent does not restrict. */
export interface Calendar {
  /** 1…12 */
  readonly months?: readonly number[];
  /** 0 = Sunday … 6 = Saturday */
  readonly weekdays?: readonly number[];
  /** `[from, to)` in local hours or half hours; `[22, 6]` goes over midnight, `[15, 21.5]` ends at half past nine. */
  readonly hours?: readonly (readonly [number, number])[];
  /** false: not on public holidays. */
  readonly holidays?: boolean;
}

export const CALENDAR_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    months: { type: "array", items: { type: "integer", minimum: 1, maximum: 12 }, maxItems: 12 },
    weekdays: { type: "array", items: { type: "integer", minimum: 0, maximum: 6 }, maxItems: 7 },
    hours: {
      type: "array",
      maxItems: 12,
      items: {
        type: "array",
        items: { type: "number", minimum: 0, maximum: 24, multipleOf: 0.5 },
        minItems: 2,
        maxItems: 2,
      },
    },
    holidays: { type: "boolean" },
  },
} as const;

/** `"12-25"` every year, `"2026-05-15"` once, `"easter+1"` days from Easter Sunday. */
export const HOLIDAY_PATTERN = "^(\\d{4}-)?\\d{2}-\\d{2}$|^easter([+-]\\d{1,3})?$";

/** Days since 1970 of Easter Sunday (Gregorian), after Meeus, Astronomical Algorithms, ch. 8. */
function easterDay(year: number): number {
  const a = year % 19;
  const century = Math.floor(year / 100);
  const rest = year % 100;
  const f = Math.floor((century + 8) / 25);
  const g = Math.floor((century - f + 1) / 3);
  const h = (19 * a + century - Math.floor(century / 4) - g + 15) % 30;
  const l = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - h - (rest % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / 86_400_000;
}

function isHoliday({ key, year, month, day }: LocalDay, holidays: readonly string[]): boolean {
  return holidays.some((holiday) => {
    if (!holiday.startsWith("easter")) return holiday === key || holiday === key.slice(5);
    const number = Date.UTC(year, month - 1, day) / 86_400_000;
    return number === easterDay(year) + Number(holiday.slice("easter".length));
  });
}

/** Whether the instant lies in any of the calendars. */
export function inCalendar(
  at: EpochSeconds,
  zone: string,
  calendars: readonly Calendar[],
  holidays: readonly string[],
): boolean {
  if (calendars.length === 0) return false;
  const day = localDay(at, zone);
  const hour = localHour(at, zone);
  const inHours = ([from, to]: readonly [number, number]) =>
    from < to ? hour >= from && hour < to : hour >= from || hour < to;
  return calendars.some(
    (calendar) =>
      (calendar.months?.includes(day.month) ?? true) &&
      (calendar.weekdays?.includes(day.weekday) ?? true) &&
      (calendar.hours?.some(inHours) ?? true) &&
      (calendar.holidays !== false || !isHoliday(day, holidays)),
  );
}
