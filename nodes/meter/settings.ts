/** What the user knows about a meter, and when to raise an alarm. */
export interface MeterSettings {
  /** As printed on the meter; absent: what the device reports, else 1000. */
  readonly impPerKwh?: number;
  /** More than this cannot be used: tells a real jump of the register from one that was set. */
  readonly maxPowerW: number;
  /** Without data for longer than this the power is unknown; absent: three updates, at least ten minutes. */
  readonly staleAfterS?: number;
  /** Nothing heard for longer than this: dark. A gateway says so after 600 s by itself. */
  readonly darkAfterS: number;
  readonly lowBatteryMv: number;
  readonly weakSignalDbm: number;
  readonly clockDriftS: number;
  /** So long without an impulse while the meter is heard is wrong; absent: learned from what is usual for the meter. */
  readonly noPulsesAfterS?: number;
  /** The battery is said to end when its trend leaves fewer days. */
  readonly batteryDays: number;
  /** More missed intervals of the last week than this share are too many. */
  readonly missedPercent: number;
  readonly lowRamBytes: number;
}

export const DEFAULT_SETTINGS: MeterSettings = {
  maxPowerW: 25_000,
  darkAfterS: 900,
  lowBatteryMv: 3300,
  weakSignalDbm: -95,
  clockDriftS: 5,
  batteryDays: 30,
  missedPercent: 10,
  lowRamBytes: 150,
};

/** Clocks and deliveries may be off by this much: the "more than 2 minutes after receipt" of an impossible time. */
export const CLOCK_SLACK_S = 120;
/** A register that moves this many times faster than the maximum power is no measurement. */
export const ABSURD = 10;

/** Could `wh` have been used within `elapsedS`, give or take the clocks? */
export function isPlausible(wh: number, elapsedS: number, settings: MeterSettings): boolean {
  return wh * 3600 <= settings.maxPowerW * (elapsedS + CLOCK_SLACK_S);
}

/** The wider test for what is already known: only nonsense fails it. */
export function isConceivable(wh: number, elapsedS: number, settings: MeterSettings): boolean {
  return wh * 3600 <= ABSURD * settings.maxPowerW * (elapsedS + CLOCK_SLACK_S);
}

/** The same for an interval: one clock measured it, so a splice that put a digit too many into it stands out. */
export function isMeasurable(wh: number, durationS: number, settings: MeterSettings): boolean {
  return wh * 3600 <= ABSURD * settings.maxPowerW * (durationS + 1);
}
