import { failed, type Json, type MeterId, ok, type Result } from "../model/index.ts";
import { packHealth, packLater, parseHealth, parseLater } from "./health-memory.ts";
import { NO_RECENT } from "./power.ts";
import type { Hole, Point, Segment } from "./segment.ts";
import type { LedgerState } from "./state.ts";
import { packWatch, parseWatch } from "./watch/watch-memory.ts";

/**
 * The account as the store keeps it, in a few keys of which only changed ones are written. `now` changes with every
 * frame and is a handful of numbers; the others change with a rebase, a hole or a snapshot; `watch` every hour.
 */
export type Memory = Readonly<Record<string, Json>>;

/** Values are the same objects as before where the state did not change, so that comparing them is cheap. */
export function memorise(state: LedgerState, before?: { state: LedgerState; memory: Memory }): Memory {
  const { current, old, floorS, fraction, health, heardS, watch } = state;
  const was = before?.state;
  const kept = before?.memory ?? {};
  const keep = (key: string, isSame: boolean, make: () => Json): Json => (isSame ? kept[key] : undefined) ?? make();
  const now = [
    state.lifetimeWh,
    heardS,
    ...(current === undefined ? [] : [current.tail.s, current.tail.wh, current.shiftS, current.heardS]),
  ];
  const wasCurrent = was?.current;
  const isSameBase = was !== undefined && wasCurrent?.origin === current?.origin && wasCurrent?.open === current?.open;
  return {
    now,
    base: keep("base", isSameBase, () =>
      current === undefined ? [] : [...pack(current.origin), current.open ? 1 : 0],
    ),
    holes: keep("holes", was !== undefined && wasCurrent?.holes === current?.holes, () =>
      (current?.holes ?? []).map(packHole),
    ),
    old: keep("old", was?.old === old && was?.floorS === floorS, () => [floorS, old.map(packSegment)]),
    part: keep("part", was?.fraction === fraction, () => [fraction.left, fraction.perKwh]),
    health: keep("health", was?.health === health, () => packHealth(health)),
    watch: keep("watch", was?.watch.edition === watch.edition, () => packWatch(watch)),
    later: keep("later", was?.health.warnings === health.warnings, () => packLater(health)),
  };
}

const pack = ({ s, wh }: Point) => [s, wh];
const packHole = ({ a, b, shiftS, endS, rebase }: Hole) => [...pack(a), ...pack(b), shiftS, endS, rebase ? 1 : 0];

function packSegment({ origin, tail, open, shiftS, heardS, untilS, holes }: Segment): Json {
  return [...pack(origin), ...pack(tail), open ? 1 : 0, shiftS, heardS, untilS, holes.map(packHole)];
}

/** Reads what `memorise` wrote. What does not fit exactly is refused: an account is not guessed. */
export function restore(meter: MeterId, memory: Memory): Result<LedgerState> {
  const now = numbers(memory.now, [2, 6], 1);
  const base = numbers(memory.base, [0, 3]);
  const part = numbers(memory.part, [2]);
  const holes = holesOf(memory.holes);
  const past = list(memory.old);
  const old = list(past?.[1])?.map(segmentOf);
  const floor = past?.[0];
  const health = parseLater(parseHealth(memory.health), memory.later);
  const isWhole = now !== undefined && base !== undefined && part !== undefined && holes !== undefined;
  if (!isWhole || old === undefined || typeof floor !== "number" || health === undefined) return damaged(meter);
  if ((now.length === 6) !== (base.length === 3) || !(at(part, 1) > 0)) return damaged(meter);
  const current: Segment | undefined =
    base.length === 0
      ? undefined
      : {
          origin: { s: at(base, 0), wh: at(base, 1) },
          tail: { s: at(now, 2), wh: at(now, 3) },
          open: at(base, 2) === 1,
          shiftS: at(now, 4),
          heardS: at(now, 5),
          untilS: 0,
          holes,
        };
  const segments = old.filter((segment) => segment !== undefined);
  if (segments.length < old.length || (current !== undefined && current.tail.wh < current.origin.wh)) {
    return damaged(meter);
  }
  const heardS = list(memory.now)?.[1] === null ? null : at(now, 1);
  const fraction = { left: at(part, 0), perKwh: at(part, 1) };
  const lifetimeWh = at(now, 0);
  const watch = parseWatch(memory.watch, lifetimeWh);
  const rest = { health, heardS, recent: NO_RECENT, watch, kept: undefined };
  return ok({ meter, lifetimeWh, current, old: segments, floorS: floor, fraction, ...rest });
}

function damaged(meter: MeterId) {
  return failed(
    "METERMAN_STORE_DAMAGED",
    `the account of ${meter} on disk does not make sense: restore the store from a copy`,
  );
}

/** Only after the length was checked. */
function at(values: readonly number[], i: number): number {
  return values[i] ?? 0;
}

function list(json: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(json) ? json : undefined;
}

/** Whole numbers, as many as one of `lengths`; the one at `nullable` may be null and reads as 0. */
function numbers(json: Json | undefined, lengths: readonly number[], nullable = -1): readonly number[] | undefined {
  const values = list(json);
  if (values === undefined || !lengths.includes(values.length)) return undefined;
  const read = values.map((value, i) => (value === null && i === nullable ? 0 : value));
  return read.every((value): value is number => Number.isSafeInteger(value)) ? read : undefined;
}

function holesOf(json: Json | undefined): Hole[] | undefined {
  const holes = list(json)?.map((packed) => {
    const n = numbers(packed, [7]);
    if (n === undefined) return undefined;
    const a = { s: at(n, 0), wh: at(n, 1) };
    return { a, b: { s: at(n, 2), wh: at(n, 3) }, shiftS: at(n, 4), endS: at(n, 5), rebase: at(n, 6) === 1 };
  });
  const sound = holes?.filter((hole) => hole !== undefined);
  return sound !== undefined && sound.length === holes?.length ? sound : undefined;
}

function segmentOf(json: Json): Segment | undefined {
  const values = list(json);
  const n = numbers(values?.slice(0, 8), [8]);
  const holes = holesOf(values?.[8]);
  if (n === undefined || holes === undefined) return undefined;
  const [origin, tail] = [
    { s: at(n, 0), wh: at(n, 1) },
    { s: at(n, 2), wh: at(n, 3) },
  ];
  return { origin, tail, open: at(n, 4) === 1, shiftS: at(n, 5), heardS: at(n, 6), untilS: at(n, 7), holes };
}
