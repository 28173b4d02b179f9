import { never } from "../../model/index.ts";
import { hashed } from "./random.ts";

/** Power is constant within a slot of this length, aligned to the epoch. */
export const SLOT_S = 10;

export const PROFILES = ["household", "flat", "pump"] as const;
export type Profile = (typeof PROFILES)[number];

/** A local wall clock without DST: enough for a believable day. */
export interface LocalSlot {
  /** Days since 1970. */
  readonly day: number;
  /** Hour of the day with fraction, 0 ≤ h < 24. */
  readonly hour: number;
  readonly weekend: boolean;
}

export function localSlot(at: number, utcOffsetS: number): LocalSlot {
  const local = at + utcOffsetS;
  const day = Math.floor(local / 86_400);
  // Day 0 was a Thursday.
  const weekday = (day + 4) % 7;
  return { day, hour: (local - day * 86_400) / 3600, weekend: weekday === 0 || weekday === 6 };
}

interface Appliance {
  readonly watts: number;
  /** Usual start, hour of the day; moved by up to `spreadH` either way from day to day. */
  readonly startH: number;
  readonly weekendStartH: number;
  readonly spreadH: number;
  readonly forH: number;
  /** Share of days with it. */
  readonly days: number;
  /** Share of its time that it draws: a hob and an oven switch on and off. */
  readonly duty: number;
}

const ALWAYS = { days: 1, duty: 1 };
const APPLIANCES: readonly Appliance[] = [
  { ...ALWAYS, watts: 120, startH: 6.3, weekendStartH: 8, spreadH: 0.3, forH: 1.6 },
  { ...ALWAYS, watts: 2000, startH: 6.6, weekendStartH: 8.6, spreadH: 0.3, forH: 0.07 },
  { ...ALWAYS, watts: 850, startH: 6.9, weekendStartH: 9, spreadH: 0.3, forH: 0.12, days: 0.8 },
  { ...ALWAYS, watts: 1400, startH: 7.2, weekendStartH: 9.4, spreadH: 0.3, forH: 0.15, days: 0.6 },
  { ...ALWAYS, watts: 1800, startH: 12.5, weekendStartH: 12.2, spreadH: 0.4, forH: 0.7, days: 0.4, duty: 0.5 },
  { ...ALWAYS, watts: 2100, startH: 15, weekendStartH: 10.5, spreadH: 1.5, forH: 0.5, days: 0.4, duty: 0.8 },
  { ...ALWAYS, watts: 2200, startH: 17.8, weekendStartH: 18.2, spreadH: 0.5, forH: 0.8, days: 0.9, duty: 0.55 },
  { ...ALWAYS, watts: 1900, startH: 18.1, weekendStartH: 18.4, spreadH: 0.4, forH: 0.9, days: 0.5, duty: 0.6 },
  { ...ALWAYS, watts: 260, startH: 17.5, weekendStartH: 16.5, spreadH: 0.4, forH: 5.2 },
  { ...ALWAYS, watts: 1900, startH: 20.2, weekendStartH: 20.6, spreadH: 0.5, forH: 0.4, days: 0.6, duty: 0.85 },
];

function household(seed: number, at: number, local: LocalSlot, baseWatts: number): number {
  let watts = baseWatts * (0.9 + 0.2 * hashed(seed, 1, Math.floor(at / 60)));
  // Fridge: 15 of 45 minutes, of its own phase.
  if ((at + Math.floor(hashed(seed, 2) * 2700)) % 2700 < 900) watts += 90;
  for (const [index, a] of APPLIANCES.entries()) {
    if (hashed(seed, 3, index, local.day) >= a.days) continue;
    const shift = (hashed(seed, 4, index, local.day) * 2 - 1) * a.spreadH;
    const since = local.hour - (local.weekend ? a.weekendStartH : a.startH) - shift;
    if (since < 0 || since >= a.forH) continue;
    if (hashed(seed, 5, index, Math.floor(at / 60)) < a.duty) watts += a.watts;
  }
  return watts;
}

/**
 * Whole watts during the slot that contains `at`.
 * @param watts of the constant part: all of `flat`, the base load of `household`, the motor of `pump`
 */
export function profileWatts(profile: Profile, seed: number, at: number, utcOffsetS: number, watts: number): number {
  switch (profile) {
    case "flat":
      return watts;
    case "household":
      return Math.round(household(seed, at, localSlot(at, utcOffsetS), watts));
    case "pump": {
      const cycle = Math.floor(at / 2400);
      return at % 2400 < 300 + 600 * hashed(seed, 6, cycle) ? watts : 0;
    }
    default:
      return never(profile);
  }
}
