import { simulator } from "../../gateway/index.ts";
import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import type { LeftWorld } from "./saved.ts";

/** Longer than this the house does not go on by itself while Node-RED is away. */
const LONGEST_ABSENCE_S = 31 * 86_400;

function same(a: simulator.SimulatorSettings, b: simulator.SimulatorSettings): boolean {
  // The offset of local time moves twice a year; that is no other house.
  const key = (settings: simulator.SimulatorSettings) => JSON.stringify({ ...settings, utcOffsetS: 0 });
  return key(a) === key(b);
}

/**
 * Where the simulation begins: where it was left if the house is the same; with other settings, or behind a world of an
 * older version, as new devices that are switched on no earlier than the old ones ended, so that no time is told twice;
 * else `playS` ago.
 */
export function begin(
  settings: simulator.SimulatorSettings,
  playS: number,
  left: LeftWorld | undefined,
  now: EpochSeconds,
): simulator.SimulatorState {
  const recent = left !== undefined && left.at <= now && now - left.at <= LONGEST_ABSENCE_S;
  if (recent && left.state !== undefined && same(left.state.settings, settings)) return left.state;
  const start = Math.max(now - playS, recent ? left.at : 0);
  return simulator.createSimulator(settings, epochSeconds(start), start < now);
}
