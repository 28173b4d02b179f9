import type { Run } from "./run.ts";
import type { PackedRun } from "./shapes.ts";

export function encodeRuns(runs: readonly Run[]): PackedRun[] {
  return runs.map(({ t0, register0, lifetime0, duration, wh, amps, flags }): PackedRun => {
    if (flags !== 0) return [t0, register0, lifetime0, duration, wh, amps ?? 0, flags];
    if (amps !== undefined) return [t0, register0, lifetime0, duration, wh, amps];
    return [t0, register0, lifetime0, duration, wh];
  });
}

/** @returns undefined when a run contradicts itself */
export function decodeRuns(packed: readonly PackedRun[]): Run[] | undefined {
  const runs: Run[] = [];
  for (const [t0, register0, lifetime0, duration, wh, amps, flags] of packed) {
    const some = amps === 0 ? undefined : amps;
    if (some !== undefined && some.length !== wh.length) return undefined;
    let sum = 0;
    for (const energy of wh) sum += energy;
    runs.push({ t0, register0, lifetime0, duration, flags: flags ?? 0, wh, amps: some, sum });
  }
  return runs;
}
