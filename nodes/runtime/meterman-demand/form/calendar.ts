import type { Calendar } from "../../../demand/index.ts";

/** A part of the year as the form shows it. Nothing chosen means no restriction. */
export interface CalendarForm {
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  /** `7–19, 22–6` */
  readonly hours: string;
  /** Public holidays are left out. */
  readonly noHolidays: boolean;
}

export const ALWAYS: CalendarForm = { months: [], weekdays: [], hours: "", noHolidays: false };

/** null when the form cannot show it: a list that is there but empty fits no instant, and the form would say "always". */
export function calendarForm({ months, weekdays, hours, holidays }: Calendar): CalendarForm | null {
  if ([months, weekdays, hours].some((list) => list?.length === 0)) return null;
  return {
    months: months ?? [],
    weekdays: weekdays ?? [],
    hours: (hours ?? []).map(([from, to]) => `${from}–${to}`).join(", "),
    noHolidays: holidays === false,
  };
}

/** Hours as they are typed, `7-19, 22-6` with any dash, with or without `h` and `:00`; null when they are not hours. */
export function hoursOf(text: string): [number, number][] | null {
  const found: [number, number][] = [];
  for (const part of text.split(/[,;]/).filter((one) => one.trim() !== "")) {
    const match = /^\s*(\d{1,2})(?::00)?\s*(?:[-–—]|to)\s*(\d{1,2})(?::00)?\s*h?\s*$/.exec(part);
    const [from, to] = [Number(match?.[1]), Number(match?.[2])];
    // The same hour twice would be the whole day: who means that leaves it empty.
    if (!(from <= 24 && to <= 24) || from === to) return null;
    found.push([from, to]);
  }
  return found;
}

/** @returns null when its hours are not hours */
export function calendarOf({ months, weekdays, hours, noHolidays }: CalendarForm): Calendar | null {
  const parsed = hoursOf(hours);
  if (parsed === null) return null;
  return {
    ...(months.length > 0 ? { months } : {}),
    ...(weekdays.length > 0 ? { weekdays } : {}),
    ...(parsed.length > 0 ? { hours: parsed } : {}),
    ...(noHolidays ? { holidays: false } : {}),
  };
}
