import type { EpochSeconds } from "./units.ts";
import { localTime } from "./zone.ts";

/** Times in the words that people are told them in. */
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** "3 March 2026". */
export function dayWords(at: EpochSeconds, zone: string): string {
  const { day, month, year } = localTime(at, zone);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** "14:05" for a time of the day of `now`, else with its day: "3 March 2026, 14:05". */
export function timeWords(at: EpochSeconds, zone: string, now: EpochSeconds): string {
  const { hour, minute } = localTime(at, zone);
  const clock = [hour, minute].map((part) => String(part).padStart(2, "0")).join(":");
  const day = dayWords(at, zone);
  return day === dayWords(now, zone) ? clock : `${day}, ${clock}`;
}

/** How long, to two figures at most: "45 min", "4 h", "3 days". */
export function longWords(durationS: number): string {
  const minutes = Math.max(1, Math.round(durationS / 60));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
