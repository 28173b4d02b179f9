import { hashed } from "./random.ts";

export const PROFILES = ["household", "export", "flat", "pump"] as const;
export type Profile = (typeof PROFILES)[number];

/**
 * Whole watts of a meter that stands alone during the slot that contains `at`.
 * @param watts all of `flat`, the motor of a `pump`
 */
export function aloneWatts(profile: "flat" | "pump", seed: number, at: number, watts: number): number {
  if (profile === "flat") return watts;
  const cycle = Math.floor(at / 2400);
  return at % 2400 < 300 + 600 * hashed(seed, 6, cycle) ? watts : 0;
}
