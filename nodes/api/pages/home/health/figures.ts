import type { BatteryTrend, LinkHealth } from "../../../../model/index.ts";
import { kwh } from "../corrections/kwh.ts";

/** Figures of devices as people read them. A space that does not break stands between figure and unit. */
const SPACE = "\u00a0";
const MINUS = "\u2212";
const UNKNOWN = "–";

function unit(value: number, digits: number, name: string, plus = false): string {
  const text = Math.abs(value).toFixed(digits);
  const sign = !/[1-9]/.test(text) ? "" : value < 0 ? MINUS : plus ? "+" : "";
  return `${sign}${text}${SPACE}${name}`;
}

export const volts = (millivolts: number | undefined) =>
  millivolts === undefined ? UNKNOWN : unit(millivolts / 1000, 2, "V");
export const decibels = (dbm: number | undefined) => (dbm === undefined ? UNKNOWN : unit(dbm, 0, "dBm"));
export const percent = (share: number | undefined) =>
  share === undefined ? UNKNOWN : unit(share, share > 0 && share < 10 ? 1 : 0, "%");
export const bytes = (count: number | null | undefined) =>
  count === null || count === undefined ? UNKNOWN : unit(count, 0, count === 1 ? "byte" : "bytes");
export const clockOff = (driftS: number | null | undefined) => {
  if (driftS === null || driftS === undefined) return UNKNOWN;
  return Math.abs(driftS) < 0.5 ? "right" : unit(driftS, 0, "s", true);
};
export const partsPerMillion = (ppm: number) =>
  `${Math.round(ppm) > 0 ? "+" : ppm <= -0.5 ? MINUS : ""}${grouped(Math.abs(ppm))}${SPACE}ppm`;

/** "40 s", "3 min", "5 h", "12 days": one figure is enough for how long. */
export function longSince(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))}${SPACE}s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}${SPACE}min`;
  const hours = Math.round(seconds / 3600);
  return hours < 48 ? `${hours}${SPACE}h` : `${Math.round(seconds / 86_400)}${SPACE}days`;
}

/** How good a signal of that strength is; the node's radio hears down to about −105 dBm. */
export function signalWords(dbm: number | undefined): string {
  if (dbm === undefined) return "not told yet";
  if (dbm >= -75) return "strong";
  return dbm >= -90 ? "good" : dbm >= -97 ? "weak" : "very weak";
}

/** "−1.2 mV a day, about 140 days left". */
export function trendWords(trend: BatteryTrend | undefined): string {
  if (trend === undefined) return "no trend yet";
  const { mvPerDay, daysLeft } = trend;
  const steady = Math.abs(mvPerDay) < 0.05;
  const slope = steady ? "steady" : `${unit(mvPerDay, 1, "mV", true)} a day`;
  return daysLeft === undefined ? slope : `${slope}, ${leftWords(daysLeft)} left`;
}

export function leftWords(days: number): string {
  if (days < 1) return "less than a day";
  if (days < 1.5) return `about a${SPACE}day`;
  if (days < 90) return `about ${Math.round(days)}${SPACE}days`;
  return days < 730
    ? `about ${Math.round(days / 30.4)}${SPACE}months`
    : `more than ${Math.floor(days / 365.25)}${SPACE}years`;
}

/** "12 of 40 320 in 7 days". */
export function missedWords({ missed, expected, days }: LinkHealth): string {
  return `${grouped(missed)} of ${grouped(expected)} in ${days}${SPACE}${days === 1 ? "day" : "days"}`;
}

/** "1.2 kWh had to come with a later register, of 2 h it is not known". */
export function recoveredWords({ recoveredWh, unknownS }: LinkHealth): string {
  const came = recoveredWh === 0 ? "nothing had to" : `${kwh(recoveredWh)} had to`;
  const later = `${came} come with a later register`;
  return unknownS > 0 ? `${later}, of ${longSince(unknownS)} it is not known` : later;
}

export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}
