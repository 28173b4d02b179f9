import { type Calendar, hourWords } from "../../../demand/index.ts";

/** A part of the year as the form shows it. Nothing chosen means no restriction. */
export interface CalendarForm {
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  /** `7–19, 22–6`, with half hours `15–21:30` */
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
    hours: (hours ?? []).map(([from, to]) => `${hourWords(from)}–${hourWords(to)}`).join(", "),
    noHolidays: holidays === false,
  };
}

const CLOCK = /^\s*(\d{1,2})(?::([03]0))?\s*(?:[-–—]|to)\s*(\d{1,2})(?::([03]0))?\s*h?\s*$/;

/** Hours as they are typed, `7-19, 22-6:30` with any dash, with or without `h`; null when they are not hours. */
export function hoursOf(text: string): [number, number][] | null {
  const found: [number, number][] = [];
  for (const part of text.split(/[,;]/).filter((one) => one.trim() !== "")) {
    const [, from = "x", fromMinutes, to = "x", toMinutes] = CLOCK.exec(part) ?? [];
    const pair: [number, number] = [
      Number(from) + Number(fromMinutes ?? 0) / 60,
      Number(to) + Number(toMinutes ?? 0) / 60,
    ];
    // The same hour twice would be the whole day: who means that leaves it empty.
    if (!pair.every((hour) => hour <= 24) || pair[0] === pair[1]) return null;
    found.push(pair);
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
