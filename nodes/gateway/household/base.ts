import { hashed } from "../simulator/random.ts";
import type { LocalClock } from "./clock.ts";
import { UCI_MINUTES } from "./uci.ts";

const DAY_MINUTES = 1440;

/**
 * Watts of everything that cannot be switched: one of two measured days, moved by up to half an hour and stronger or
 * weaker by up to a fifth, so that no two days are alike. The second day is taken on weekends more often.
 */
export function baseWatts(seed: number, clock: LocalClock): number {
  const { day, second, weekend } = clock;
  const which = hashed(seed, 61, day) < (weekend ? 0.25 : 0.6) ? 0 : 1;
  const shift = Math.floor(60 * hashed(seed, 62, day)) - 30;
  const minute = (Math.floor(second / 60) + shift + DAY_MINUTES) % DAY_MINUTES;
  const watts = UCI_MINUTES[which * DAY_MINUTES + minute] ?? 0;
  return Math.round(watts * (0.8 + 0.4 * hashed(seed, 63, day)));
}
