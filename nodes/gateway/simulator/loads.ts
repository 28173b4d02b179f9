import { localSlot, SLOT_S } from "./profile.ts";
import { hashed } from "./random.ts";

/**
 * The loads of a household that can be switched. Each has a need in joules that grows by itself and shrinks while it
 * draws: what is shed now is wanted later, as with a real boiler or car.
 */
interface LoadKind {
  readonly watts: number;
  /** Draws between these hours of the local day; may pass midnight. */
  readonly fromH: number;
  readonly toH: number;
  /** Starts when the need is at least this, stops at 0. */
  readonly startJ: number;
  /** The need never exceeds this: a cold tank, an empty battery. */
  readonly capJ: number;
  /** Need added by one slot. */
  readonly needJ: (seed: number, at: number, utcOffsetS: number) => number;
}

const KWH = 3_600_000;

/** Need that arises once a day, in the slot that begins at `hour`. */
function daily(hour: number, joules: (share: number, weekend: boolean) => number): LoadKind["needJ"] {
  return (seed, at, utcOffsetS) => {
    const local = localSlot(at, utcOffsetS);
    const since = (local.hour - hour) * 3600;
    if (since < 0 || since >= SLOT_S) return 0;
    return Math.round(joules(hashed(seed, 11, local.day, hour), local.weekend));
  };
}

/** Watts that hot water takes from the tank at that hour, losses included. */
function hotWater(seed: number, at: number, utcOffsetS: number): number {
  const { hour, day, weekend } = localSlot(at, utcOffsetS);
  const later = weekend ? 1.5 : 0;
  const showers = hour >= 6.5 + later && hour < 8 + later;
  const evening = hour >= 18 && hour < 21;
  const mood = 0.7 + 0.6 * hashed(seed, 12, day);
  return Math.round((60 + (showers ? 1600 : 0) + (evening ? 900 : 0)) * mood);
}

export const LOADS = {
  boiler: {
    watts: 2000,
    fromH: 0,
    toH: 24,
    startJ: 0.5 * KWH,
    capJ: 7 * KWH,
    needJ: (seed, at, offset) => hotWater(seed, at, offset) * SLOT_S,
  },
  ev: {
    watts: 3680,
    fromH: 22.5,
    toH: 6.5,
    startJ: 1,
    capJ: 50 * KWH,
    needJ: daily(18, (share, weekend) => (weekend ? 4 + 10 * share : 6 + 6 * share) * KWH),
  },
  pool: {
    watts: 800,
    fromH: 10,
    toH: 17,
    startJ: 1,
    capJ: 3.2 * KWH,
    needJ: daily(10, () => 3.2 * KWH),
  },
} as const satisfies Record<string, LoadKind>;

export type LoadName = keyof typeof LOADS;
export const LOAD_NAMES = ["boiler", "ev", "pool"] as const satisfies readonly LoadName[];

/** One load of one household. */
export interface LoadState {
  needJ: number;
  drawing: boolean;
}

function open(kind: LoadKind, hour: number): boolean {
  return kind.fromH < kind.toH ? hour >= kind.fromH && hour < kind.toH : hour >= kind.fromH || hour < kind.toH;
}

/** Once per slot, at its beginning. */
export function growNeed(load: LoadState, name: LoadName, seed: number, at: number, utcOffsetS: number): void {
  const kind: LoadKind = LOADS[name];
  load.needJ = Math.min(kind.capJ, load.needJ + kind.needJ(seed, at, utcOffsetS));
}

/** At the beginning of a slot and when its switch moved: does it draw from here on? */
export function decideDraw(load: LoadState, name: LoadName, switchedOn: boolean, at: number, utcOffsetS: number): void {
  const kind: LoadKind = LOADS[name];
  const wants = load.drawing ? load.needJ > 0 : load.needJ >= kind.startJ;
  load.drawing = switchedOn && wants && open(kind, localSlot(at, utcOffsetS).hour);
}
