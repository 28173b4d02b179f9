import { type EpochSeconds, epochSeconds, type Wh, wh, zoneOffset } from "../model/index.ts";

/**
 * The utility's clock. A window is `windowS` long and ends at every multiple of `stepS` of the local clock: blocks when
 * both are equal, sliding windows when the step is shorter.
 */
export interface Grid {
  readonly windowS: number;
  /** Divides `windowS`. */
  readonly stepS: number;
  /** IANA zone. */
  readonly zone: string;
}

const YEAR_S = 31_556_952;
const phases = new Map<string, Map<number, number>>();

/**
 * How far the local clock's quarters are from UTC's. Looked up once a year: a change to summer time must not move the
 * grid, not even where it is half an hour (Lord Howe).
 */
function phaseS(at: number, zone: string): number {
  const year = Math.floor(at / YEAR_S);
  let years = phases.get(zone);
  if (years === undefined) {
    years = new Map();
    phases.set(zone, years);
  }
  let phase = years.get(year);
  if (phase === undefined) {
    phase = zoneOffset(epochSeconds(year * YEAR_S), zone);
    years.set(year, phase);
  }
  return phase;
}

/** The instant at which the step that contains `at` began. */
export function stepStart(at: number, grid: Grid): EpochSeconds {
  const phase = phaseS(at, grid.zone);
  return epochSeconds(Math.floor((at + phase) / grid.stepS) * grid.stepS - phase);
}

/** The window that is open at `at`: it ends with the step that contains `at`. */
export function windowAt(at: number, grid: Grid): { readonly start: EpochSeconds; readonly end: EpochSeconds } {
  const end = stepStart(at, grid) + grid.stepS;
  return { start: epochSeconds(end - grid.windowS), end: epochSeconds(end) };
}

export interface Part {
  /** Start of the step. */
  readonly step: EpochSeconds;
  readonly energy: Wh;
}

/**
 * Splits energy evenly over [start, end) onto the steps. Each part is the difference of the rounded running energy, so
 * the parts are whole Wh and add up to `energy` exactly.
 */
export function split(start: number, end: number, energy: Wh, grid: Grid): readonly Part[] {
  const parts: Part[] = [];
  let done = 0;
  let at = start;
  do {
    const step = stepStart(at, grid);
    const until = Math.min(end, step + grid.stepS);
    const running = until >= end ? energy : Math.round((energy * (until - start)) / (end - start));
    parts.push({ step, energy: wh(running - done) });
    done = running;
    at = until;
  } while (at < end);
  return parts;
}
