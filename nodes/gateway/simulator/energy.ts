import { decideDraw, growNeed, LOAD_NAMES, LOADS } from "./loads.ts";
import { profileWatts, SLOT_S } from "./profile.ts";
import type { Device, SimulatorState } from "./state.ts";

const JOULES_PER_KWH = 3_600_000;

/** Watts that the meter sees at the moment it was integrated to. */
export function powerNow(device: Device): number {
  let watts = device.baseWatts;
  if (device.loads !== null) {
    for (const name of LOAD_NAMES) if (device.loads[name].drawing) watts += LOADS[name].watts;
  }
  return watts;
}

function beginSlot(state: SimulatorState, device: Device): void {
  const { profile, watts } = device.settings;
  const { integratedTo: at, settings } = state;
  const offset = settings.utcOffsetS;
  device.baseWatts = profileWatts(profile, device.seed, at, offset, watts);
  if (device.loads === null) return;
  for (const name of LOAD_NAMES) {
    const load = device.loads[name];
    growNeed(load, name, device.seed, at, offset);
    decideDraw(load, name, state.switches[name], at, offset);
  }
}

function use(device: Device, s: number): void {
  device.joules += powerNow(device) * s;
  if (device.loads === null) return;
  for (const name of LOAD_NAMES) {
    const load = device.loads[name];
    if (load.drawing) load.needJ -= LOADS[name].watts * s;
  }
}

/**
 * Adds the energy that every meter saw until `to`; all at once, because several may look at one house. Whole watts and
 * seconds: the sum of joules is exact, whatever the steps.
 */
export function integrate(state: SimulatorState, to: number): void {
  while (state.integratedTo < to) {
    const at = state.integratedTo;
    if (at % SLOT_S === 0) for (const device of state.devices) beginSlot(state, device);
    const end = Math.min(to, (Math.floor(at / SLOT_S) + 1) * SLOT_S);
    for (const device of state.devices) use(device, end - at);
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
  const value = Math.round((powerNow(device) * 100) / 230);
  return value < 30 ? 0 : value;
}
