import { hashed } from "../simulator/random.ts";
import { DAY_S, yearShare } from "./clock.ts";
import type { DayPlan } from "./state.ts";

const HOUR_S = 3600;
const KWH = 3_600_000;

function isWeekend(day: number): boolean {
  const weekday = (day + 4) % 7;
  return weekday === 0 || weekday === 6;
}

/** Two or three showers in the morning, some washing up at noon and in the evening, a shower or two at night. */
function showersOf(seed: number, day: number): DayPlan["showers"] {
  const morning = (isWeekend(day) ? 8.2 : 6.4) * HOUR_S;
  const usual = [
    { from: morning, forS: 300, days: 1 },
    { from: morning + 1500, forS: 300, days: 1 },
    { from: morning + 3000, forS: 300, days: 0.6 },
    { from: 12.4 * HOUR_S, forS: 90, days: 0.7 },
    { from: 18.6 * HOUR_S, forS: 120, days: 0.9 },
    { from: 20.2 * HOUR_S, forS: 300, days: 0.7 },
    { from: 21.5 * HOUR_S, forS: 300, days: 0.4 },
  ];
  return usual
    .filter(({ days }, index) => hashed(seed, 21, day, index) < days)
    .map(({ from, forS }, index) => ({
      from: Math.round(from + 600 * hashed(seed, 22, day, index)),
      forS: Math.round(forS * (0.7 + 0.5 * hashed(seed, 23, day, index))),
    }));
}

/** Degrees off the usual at the midnight that begins `day`: some mild days, some cold ones. */
function mood(seed: number, day: number): number {
  return 5 * (hashed(seed, 31, Math.floor(day / 4)) + hashed(seed, 32, day) - 1);
}

/** What `day` (days since 1970, local) brings for the house with this seed. */
export function planOf(seed: number, day: number): DayPlan {
  const weekend = isWeekend(day);
  const atHome = hashed(seed, 41, day) < (weekend ? 0.4 : 0.1);
  const hour = (key: number, from: number, to: number) =>
    Math.round((from + (to - from) * hashed(seed, key, day)) * HOUR_S);
  const summer = Math.max(0, -Math.cos(2 * Math.PI * yearShare(day)));
  return {
    day,
    showers: showersOf(seed, day),
    leaveS: atHome ? DAY_S : weekend ? hour(42, 9.5, 11.5) : hour(42, 6.6, 8.2),
    arriveS: atHome ? 0 : weekend ? hour(43, 13, 18) : hour(43, 16.3, 19),
    drivenWs: atHome ? 0 : Math.round((4 + (weekend ? 14 : 8) * hashed(seed, 44, day)) * KWH),
    poolS: Math.round((3 + 5 * summer) * HOUR_S),
    weather: [mood(seed, day), mood(seed, day + 1)],
    clearness: 0.15 + 0.85 * hashed(seed, 45, day),
  };
}
