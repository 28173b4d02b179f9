import { never } from "../../model/index.ts";
import { SLOT_S } from "../household/index.ts";
import { liveSlot } from "./house.ts";
import { aloneWatts } from "./profile.ts";
import type { Device, SimulatorState } from "./state.ts";

const JOULES_PER_KWH = 3_600_000;

/** Power is constant within a slot, which is aligned to the epoch. */
function beginSlot(state: SimulatorState, at: number): void {
  let feedInW = 0;
  for (const device of state.devices) {
    const { profile, watts } = device.settings;
    switch (profile) {
      case "household": {
        const net = device.house === null ? 0 : liveSlot(device.house, at, watts);
        device.watts = Math.round(Math.max(0, net));
        feedInW = Math.round(Math.max(0, -net));
        break;
      }
      case "export":
        device.watts = feedInW;
        break;
      case "flat":
      case "pump":
        device.watts = aloneWatts(profile, device.seed, at, watts);
        break;
      default:
        never(profile);
    }
  }
}

/**
 * Adds the energy that every meter saw until `to`; all at once, because several may look at one house. Whole watts and
 * seconds: the sum of joules is exact, whatever the steps.
 */
export function integrate(state: SimulatorState, to: number): void {
  while (state.integratedTo < to) {
    const at = state.integratedTo;
    if (at % SLOT_S === 0) beginSlot(state, at);
    const end = Math.min(to, (Math.floor(at / SLOT_S) + 1) * SLOT_S);
    for (const device of state.devices) device.joules += device.watts * (end - at);
    state.integratedTo = end;
  }
}

/** Impulses that the LED has made since the simulation began. */
export function pulses(device: Device): number {
  return Math.floor((device.joules * device.settings.impulsesPerKwh) / JOULES_PER_KWH);
}

/** Register of the node: whole Wh, the remainder stays in the impulse count. */
export function register(device: Device): number {
  const counted = pulses(device) - device.pulsesStart;
  return device.registerStart + Math.floor((counted * 1000) / device.settings.impulsesPerKwh);
}

/** Current of the present power at 230 V in hundredths of an ampere; v10 shows less than 0.3 A as 0. */
export function centiamps(device: Device): number {
  const value = Math.round((device.watts * 100) / 230);
  return value < 30 ? 0 : value;
}
