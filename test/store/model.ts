import type { LedgerWrite, Reading, ReadingRow } from "../../nodes/model/index.ts";

/** The store as anyone would write it down: a list. What the real one answers must be the same. */
export class Naive {
  readings: Reading[] = [];

  write({ readings, replaces = [] }: LedgerWrite): void {
    const stays = (one: Reading) => !replaces.some((span) => one.start >= span.start && one.end <= span.end);
    // The same reading written twice is one reading.
    const byKey = new Map<string, Reading>();
    for (const one of [...this.readings.filter(stays), ...readings]) {
      byKey.set([one.start, one.end, one.lifetimeWh, one.registerWh].join(), one);
    }
    this.readings = [...byKey.values()].sort(
      (a, b) => a.start - b.start || a.end - b.end || a.lifetimeWh - b.lifetimeWh || a.registerWh - b.registerWh,
    );
  }

  raw(from: number, to: number): Reading[] {
    return this.readings.filter((one) => one.start < to && (one.end > from || one.start >= from));
  }

  /** Energy before an instant, spread evenly within a reading and rounded. */
  total(at: number): number {
    return this.readings.reduce((sum, one) => sum + before(one, at), 0);
  }

  bucket(from: number, to: number): { wh: number; coveredS: number; registerWh: number } | undefined {
    const inside = this.raw(from, to);
    const last = inside.at(-1);
    if (last === undefined) return undefined;
    const seconds = new Set<number>();
    for (const one of inside) for (let s = Math.max(from, one.start); s < Math.min(to, one.end); s += 1) seconds.add(s);
    const registerWh = last.registerWh - (last.wh - before(last, to));
    return { wh: this.total(to) - this.total(from), coveredS: seconds.size, registerWh };
  }
}

function before(one: Reading, at: number): number {
  if (at <= one.start) return 0;
  if (at >= one.end) return one.wh;
  return Math.round((one.wh * (at - one.start)) / (one.end - one.start));
}

/** A reading as a raw query shows it. */
export function asRow(one: Reading): ReadingRow {
  const { start, end, wh, registerWh, source, quality, amps } = one;
  const duration = end - start;
  const row = {
    start,
    end,
    wh,
    watts: duration === 0 ? 0 : (wh * 3600) / duration,
    registerWh,
    source,
    quality,
    coveredS: duration,
  };
  return amps === undefined ? row : { ...row, amps };
}
