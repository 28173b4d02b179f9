import type { LedgerWrite, Reading, ReadingRow } from "../../nodes/model/index.ts";
import { Naive } from "./model.ts";

/** A reading, or what corrections left of it: energy is spread as in the whole. */
interface Part {
  start: number;
  end: number;
  whole: { start: number; end: number; wh: number };
  /** At the end of the whole. */
  register: number;
  lifetime: number;
  source: ReadingRow["source"];
  quality: ReadingRow["quality"];
  amps: number | undefined;
}

export type PlainOp =
  | { do: "cut"; from: number; to: number }
  | { do: "sheet"; parts: Part[] }
  | { do: "shift"; from: number; to: number | null; by: number }
  | { do: "merge"; source: Plain; from: number; until: number };

const within = ({ whole, start }: Part, at: number) => {
  const spread = (t: number) => Math.round((whole.wh * (t - whole.start)) / (whole.end - whole.start));
  return whole.start === whole.end ? whole.wh : spread(at) - spread(start);
};
export const energyOf = (part: Part) => within(part, part.end);
const before = (part: Part, at: number) => {
  if (at <= part.start) return 0;
  return at >= part.end ? energyOf(part) : within(part, at);
};
const until = (part: Part) => {
  const { whole } = part;
  if (whole.start === whole.end) return whole.wh;
  return Math.round((whole.wh * (part.end - whole.start)) / (whole.end - whole.start));
};
export const registerOf = (part: Part) => part.register - part.whole.wh + until(part);
const lifetimeOf = (part: Part) => part.lifetime - part.whole.wh + until(part);
const order = (a: Part, b: Part) =>
  a.start - b.start || a.end - b.end || lifetimeOf(a) - lifetimeOf(b) || registerOf(a) - registerOf(b);

/** The parts of a reading in [from, to) and outside. */
function split(part: Part, from: number, to: number): { inside: Part[]; outside: Part[] } {
  if (part.start === part.end) {
    const isIn = part.start >= from && (part.start < to || (from === to && part.start === from));
    return isIn ? { inside: [part], outside: [] } : { inside: [], outside: [part] };
  }
  const piece = (start: number, end: number) => (start < end ? [{ ...part, start, end }] : []);
  if (from === to) return { inside: [], outside: [part] };
  return {
    inside: piece(Math.max(part.start, from), Math.min(part.end, to)),
    outside: [...piece(part.start, Math.min(part.end, from)), ...piece(Math.max(part.start, to), part.end)],
  };
}

const cut = (parts: readonly Part[], from: number, to: number) =>
  parts.flatMap((part) => split(part, from, to).outside);

export function partOf(row: {
  start: number;
  end: number;
  wh: number;
  registerWh: number;
  source?: Reading["source"];
  quality?: Reading["quality"];
  amps?: number;
  lifetimeWh?: number;
}): Part {
  const { start, end, wh, registerWh, source = "interval", quality = [], amps, lifetimeWh = registerWh } = row;
  return { start, end, whole: { start, end, wh }, register: registerWh, lifetime: lifetimeWh, source, quality, amps };
}

/** A meter with corrections as anyone would write it down: lists, gone through from front to end every time. */
export class Plain {
  readonly measured = new Naive();
  readonly ops = new Map<number, PlainOp[]>();

  write(unit: LedgerWrite): void {
    this.measured.write(unit);
  }

  view(more: readonly PlainOp[] = []): Part[] {
    let parts = this.measured.readings.map(partOf);
    const ops = [...this.ops].sort(([a], [b]) => a - b).flatMap(([, list]) => list);
    for (const op of [...ops, ...more]) parts = apply(parts, op).sort(order);
    return parts;
  }

  total(at: number, parts = this.view()): number {
    return parts.reduce((sum, part) => sum + before(part, at), 0);
  }

  raw(from: number, to: number, parts = this.view()): ReadingRow[] {
    return parts
      .filter((one) => one.start < to && (one.end > from || one.start >= from))
      .map((part) => {
        const duration = part.end - part.start;
        const wh = energyOf(part);
        const row = {
          start: part.start,
          end: part.end,
          wh,
          watts: duration === 0 ? 0 : (wh * 3600) / duration,
          registerWh: registerOf(part),
          source: part.source,
          quality: part.quality,
          coveredS: duration,
        };
        return (part.amps === undefined ? row : { ...row, amps: part.amps }) as unknown as ReadingRow;
      });
  }

  /** The register at an instant: of the first reading behind it, else of the last one before. */
  stood(at: number, parts = this.view()): number | undefined {
    const next = parts.find((part) => part.end > at || part.start >= at);
    if (next !== undefined) return registerOf(next) - energyOf(next) + before(next, at);
    return this.reached(at, parts);
  }

  reached(at: number, parts = this.view()): number | undefined {
    const last = parts.findLast((part) => part.start < at);
    return last === undefined ? undefined : registerOf(last) - energyOf(last) + before(last, at);
  }
}

function apply(parts: Part[], op: PlainOp): Part[] {
  switch (op.do) {
    case "cut":
      return cut(parts, op.from, op.to);
    case "sheet": {
      const left = op.parts.reduce<Part[]>((rest, { start, end }) => cut(rest, start, end), parts);
      return [...left, ...op.parts];
    }
    case "merge": {
      const theirs = op.source.view().flatMap((part) => split(part, 0, op.until).inside);
      return [...cut(parts, op.from, op.until), ...theirs];
    }
    case "shift": {
      const to = op.to ?? nextJump(parts, op.from);
      return parts.flatMap((part) => {
        const { inside, outside } = split(part, op.from, to);
        const moved = inside.map((one) => {
          const isBelow = registerOf(one) - energyOf(one) + op.by < 0;
          return isBelow ? one : { ...one, register: one.register + op.by };
        });
        return [...outside, ...moved];
      });
    }
  }
}

export function nextJump(parts: readonly Part[], from: number): number {
  let register: number | undefined;
  const behind = parts.flatMap((part) => split(part, from, Number.POSITIVE_INFINITY).inside).sort(order);
  for (const part of behind) {
    const jumps = part.quality.includes("rebase") || registerOf(part) - energyOf(part) !== register;
    if (register !== undefined && jumps) return part.start;
    register = registerOf(part);
  }
  return Number.POSITIVE_INFINITY;
}
