import { hashed } from "../simulator/random.ts";
import { DAY_S, type LocalClock, yearShare } from "./clock.ts";
import type { DayPlan } from "./state.ts";

const TURN = 2 * Math.PI;
/** Sine and cosine of 50° north. */
const SIN_LATITUDE = 0.766;
const COS_LATITUDE = 0.643;

/** °C outside: coldest in the second half of January and at five in the morning. */
export function outsideC(clock: LocalClock, plan: DayPlan): number {
  const season = -8.5 * Math.cos(TURN * (yearShare(clock.day) - 0.06));
  const daily = -3.5 * Math.cos(TURN * (clock.hour / 24 - 5 / 24));
  const [from, to] = plan.weather;
  return 9 + season + daily + from + ((to - from) * clock.second) / DAY_S;
}

/** Height of the sun over the horizon as a sine; negative at night. */
function sun(clock: LocalClock): number {
  const declination = -0.409 * Math.cos(TURN * (yearShare(clock.day) + 0.027));
  const hourAngle = TURN * (clock.hour / 24 - 0.5);
  return SIN_LATITUDE * Math.sin(declination) + COS_LATITUDE * Math.cos(declination) * Math.cos(hourAngle);
}

/** Whole watts of panels with a peak of `peakW`: clouds of the day, and some that pass within minutes. */
export function solarW(seed: number, clock: LocalClock, plan: DayPlan, peakW: number): number {
  const height = peakW > 0 ? sun(clock) : 0;
  if (height <= 0) return 0;
  const passing = hashed(seed, 51, clock.day, Math.floor(clock.second / 300));
  // On a clear day few clouds pass, on a dull one all is grey: in between the light changes most.
  const unrest = 2 * Math.min(plan.clearness, 1 - plan.clearness);
  const through = Math.min(1, Math.max(0.08, plan.clearness + unrest * (passing - 0.5)));
  return Math.round(peakW * Math.min(1, height ** 1.15) * through);
}
