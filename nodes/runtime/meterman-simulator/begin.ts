import { simulator } from "../../gateway/index.ts";
import { type EpochSeconds, epochSeconds } from "../../model/index.ts";

/** Longer than this the house does not go on by itself while Node-RED is away. */
const LONGEST_ABSENCE_S = 31 * 86_400;

function same(a: simulator.SimulatorSettings, b: simulator.SimulatorSettings): boolean {
  // The offset of local time moves twice a year; that is no other house.
  const key = (settings: simulator.SimulatorSettings) => JSON.stringify({ ...settings, utcOffsetS: 0 });
  return key(a) === key(b);
}

/**
 * Where the simulation begins: where it was left if the house is the same; with other settings as new devices that are
 * switched on no earlier than the old ones ended, so that no time is told twice; else `playS` ago.
 */
export function begin(
  settings: simulator.SimulatorSettings,
  playS: number,
  saved: simulator.SimulatorState | undefined,
  now: EpochSeconds,
): simulator.SimulatorState {
  const recent = saved !== undefined && saved.now <= now && now - saved.now <= LONGEST_ABSENCE_S;
  if (recent && same(saved.settings, settings)) return saved;
  const start = Math.max(now - playS, recent ? saved.now : 0);
  return simulator.createSimulator(settings, epochSeconds(start), start < now);
}
