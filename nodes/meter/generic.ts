import { epochSeconds, type PulsesFact, type RegisterFact, seconds, watts, wh } from "../model/index.ts";
import { grow } from "./grow.ts";
import { type Placing, shiftFor } from "./place.ts";
import { open, refused } from "./rebase.ts";
import type { MeterSettings } from "./settings.ts";
import { isPlausible } from "./settings.ts";
import type { LedgerEvent } from "./state.ts";

/** A register that says the same again tells after this long that nothing was used. */
const NOTHING_USED_S = 300;

/** Impulses of any counter, exact: whole Wh are counted, the remainder waits for the next. There is no duplicate. */
export function decidePulses(placing: Placing, fact: PulsesFact, perKwh: number): LedgerEvent[] {
  const { state, receivedS } = placing;
  const durationS = Math.max(1, Math.round(fact.duration));
  const { fraction } = state;
  // A setting that changes keeps the remainder, rounded down to an impulse-thousandth of the new one.
  const carried = fraction.perKwh === perKwh ? fraction.left : Math.floor((fraction.left * perKwh) / fraction.perKwh);
  const sum = carried + fact.pulses * 1000;
  const energyWh = Math.floor(sum / perKwh);
  const lifetimeWh = wh(state.lifetimeWh + energyWh);
  const impulseWh = (fact.pulses * 1000) / perKwh;
  const powerW = (impulseWh * 3600) / fact.duration;
  const reading = {
    meter: state.meter,
    start: epochSeconds(receivedS - durationS),
    end: epochSeconds(receivedS),
    wh: wh(energyWh),
    watts: watts(powerW),
    registerWh: lifetimeWh,
    lifetimeWh,
    source: "pulses" as const,
    quality: powerW > placing.maxPowerW && fact.pulses > 1 ? (["suspect"] as const) : [],
  };
  return [{ kind: "pulsed", reading, impulseWh, fraction: { left: sum - energyWh * perKwh, perKwh } }];
}

/**
 * A cumulative register from any source, in the order of time. Fractions of a Wh stay in the register: differences are
 * taken between whole Wh. A register that falls is an implied rebase; the same or an older one says nothing.
 */
export function decideRegister(placing: Placing, fact: RegisterFact, settings: MeterSettings): LedgerEvent[] {
  const { state, receivedS } = placing;
  const point = { s: Math.floor(fact.at ?? receivedS) - 1, wh: Math.floor(fact.registerWh) };
  const { current } = state;
  const shiftS = shiftFor(point, point, receivedS, current?.shiftS ?? 0);
  if (current === undefined) return open(placing, point, shiftS, true, settings);
  const { tail } = current;
  if (point.s < tail.s || (point.s === tail.s && point.wh <= tail.wh)) {
    const isNews = point.wh > tail.wh;
    return isNews ? [refused(placing, "a register with a time before the last one")] : [];
  }
  if (point.wh === tail.wh && point.s - tail.s < seconds(NOTHING_USED_S)) return [];
  const isRise = point.wh >= tail.wh && isPlausible(point.wh - tail.wh, point.s - tail.s, settings);
  if (!isRise) return open(placing, point, shiftS, true, settings);
  const steps = [{ a: tail, b: point }];
  return grow(placing, undefined, current, { base: tail, steps, last: point, shiftS });
}
