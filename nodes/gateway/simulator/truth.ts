import { type Watts, type Wh, watts, wh } from "../../model/index.ts";
import { pulses, register } from "./energy.ts";
import { LOAD_NAMES, type LoadName } from "./house.ts";
import { settle } from "./simulator.ts";
import type { SimulatorState } from "./state.ts";

/** What really happened at one meter, to compare with what was made of the bytes. */
export interface MeterTruth {
  readonly node: number;
  /** Impulses of the LED since the simulation began, counted by the node or not. */
  readonly pulses: number;
  /** Energy in watt-seconds, exact. */
  readonly joules: number;
  /** The node's register now; the lines sent so far may not show all of it. */
  readonly registerWh: Wh;
  /** Energy that the lines which left the gateway whole reveal, across resets: what a perfect ledger has counted. */
  readonly shownWh: Wh;
  /** Rebases whose MREB did not get through: across these a ledger cannot know, so `shownWh` is only nearly exact. */
  readonly hiddenRebases: number;
  readonly watts: Watts;
}

export function truth(state: SimulatorState): readonly MeterTruth[] {
  settle(state);
  return state.devices.map((device) => {
    const { closedWh, first, last, hiddenRebases } = device.account;
    return {
      node: device.settings.node,
      pulses: pulses(device),
      joules: device.joules,
      registerWh: wh(device.bootedAt === null ? 0 : register(device)),
      shownWh: wh(closedWh + (last ?? 0) - (first ?? 0)),
      hiddenRebases,
      watts: watts(device.watts),
    };
  });
}

/** A load: `level` as it was told and obeyed, `watts` what it draws now (0 with a warm tank or a full battery). */
export interface SimulatedLoad {
  readonly load: LoadName;
  readonly on: boolean;
  readonly level: number;
  readonly watts: Watts;
}

/** The loads of all households together, with the levels of the first; none without a household. */
export function loadStates(state: SimulatorState): readonly SimulatedLoad[] {
  settle(state);
  const households = state.devices.flatMap(({ house }) => (house === null ? [] : [house.state]));
  const [first] = households;
  if (first === undefined) return [];
  return LOAD_NAMES.map((load) => {
    const { level } = first.loads[load];
    const drawn = households.reduce((sum, { loads }) => sum + loads[load].watts, 0);
    return { load, on: level > 0, level, watts: watts(drawn) };
  });
}
