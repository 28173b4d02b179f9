import { SLOT_S } from "./clock.ts";
import type { Physics } from "./physics.ts";
import { loadOf } from "./settings.ts";

/** Walls, floors and air: Ws per K. With the losses, half of a difference is gone after about 30 hours. */
export const HOUSE_WS_PER_K = 7 * 3_600_000;
const LOSS_W_PER_K = 150;
/** People, lamps, the fridge. */
const GAIN_W = 350;
const ON_C = 20.7;
const OFF_C = 21.3;
const COMFORT_C = 18.5;
/** The machine protects itself: it runs at least so long, and rests at least so long. */
const MIN_RUN_S = 600;
const MIN_REST_S = 300;

/** Heat per electricity: worse in the cold. */
function efficiency(outsideC: number): number {
  return Math.min(4.5, Math.max(1.8, 2.6 + 0.06 * outsideC));
}

/** Percent of its power that a modulating one thinks right. */
function share(celsius: number, levels: readonly number[]): number {
  const percent = ((OFF_C - celsius) / (OFF_C - ON_C)) * 100;
  return levels.find((level) => level > 0 && level >= percent) ?? levels.at(-1) ?? 0;
}

export const heatpump: Physics = {
  wants: ({ heatpump: machine, at }, settings) => {
    const sinceS = at - machine.since;
    const cold = machine.running ? machine.celsius < OFF_C || sinceS < MIN_RUN_S : machine.celsius < ON_C;
    if (!cold || (!machine.running && sinceS < MIN_REST_S)) return 0;
    const load = loadOf(settings, "heatpump");
    return load.ratedW * (load.kind === "switch" ? 1 : share(machine.celsius, load.levels));
  },
  slot: ({ heatpump: machine, at, outsideC }, watts) => {
    if (machine.running !== watts > 0) {
      machine.running = watts > 0;
      machine.since = at;
    }
    if (machine.celsius < COMFORT_C) machine.coldS += SLOT_S;
    const heatWs = (watts * efficiency(outsideC) + GAIN_W) * SLOT_S;
    const lostWs = LOSS_W_PER_K * (machine.celsius - outsideC) * SLOT_S;
    machine.heatWs += heatWs;
    machine.lostWs += lostWs;
    machine.celsius += (heatWs - lostWs) / HOUSE_WS_PER_K;
  },
};
