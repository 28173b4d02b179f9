import type { Library } from "../library.ts";
import { type Days, Views } from "../views.ts";
import { KeptDays, RollShelf } from "./kept-days.ts";
import { laidOver, type Shift } from "./overlay.ts";
import type { Kept, Op } from "./shapes.ts";
import type { Sheet } from "./sheet.ts";
import type { Trail } from "./trail.ts";
import type { Trails } from "./trails.ts";

/** The readings with the corrections up to `n` laid over them. */
interface Level {
  readonly n: number;
  readonly days: Days;
  readonly shifts: readonly Shift[];
}

interface Pile {
  readonly version: number;
  readonly levels: readonly Level[];
  readonly shelf: RollShelf;
}

/** Readings as they were measured, and as the trails have them. */
export class Desk {
  readonly trails: Trails;
  readonly #library: Library;
  readonly #measured: (meter: string) => Days;
  readonly #now: () => number;
  readonly #piles = new Map<string, Pile>();
  /** What is added to registers as they are heard now, one correction after the other. */
  readonly #shifts = new Map<string, readonly number[]>();

  constructor(trails: Trails, library: Library, measured: (meter: string) => Days, now: () => number) {
    this.trails = trails;
    this.#library = library;
    this.#measured = measured;
    this.#now = now;
  }

  /** The readings of a meter as anyone shall see them. A meter without corrections is what was measured, at no cost. */
  days(meter: string): Days {
    return this.#levels(meter).at(-1)?.days ?? this.#measured(meter);
  }

  /** One for every correction that counts; those that are the same as before are used again, with what they know. */
  #levels(meter: string): readonly Level[] {
    const trail = this.trails.find(meter);
    if (trail === undefined || trail.changes.length === 0) return [];
    const old = this.#piles.get(meter);
    if (old?.version === trail.version) return old.levels;
    const shelf = old?.shelf ?? new RollShelf();
    const levels: Level[] = [];
    let below = this.#measured(meter);
    for (const { n, ops } of trail.changes) {
      const same = old?.levels[levels.length];
      // Above the first that differs all do: each was laid over the one before it.
      const isSame = same?.n === n && levels.every((level, i) => level === old?.levels[i]);
      const laid = isSame ? same : this.#lay(meter, below, ops);
      const level = isSame ? same : { n, days: new KeptDays(laid.days, shelf), shifts: laid.shifts };
      below = level.days;
      levels.push(level);
    }
    this.#piles.set(meter, { version: trail.version, levels, shelf });
    return levels;
  }

  /** The readings with more laid over them. @param sheet the one that `ops` name and that is not on disk */
  with(meter: string, ops: readonly Op[], sheet?: Days): Days {
    return this.#lay(meter, this.days(meter), ops, sheet).days;
  }

  #lay(meter: string, below: Days, ops: readonly Op[], sheet?: Days) {
    return laidOver(below, ops, {
      sheet: (number) => sheet ?? this.#sheet(meter, number),
      meter: (source) => this.#follow(source),
    });
  }

  /** Makes a correction durable: first what it brings, then the record that makes it count. */
  async write(trail: Trail, record: Kept, sheet: Sheet | undefined, number: number): Promise<void> {
    if (sheet !== undefined) {
      try {
        await sheet.write(this.#library.sheet(trail.sheetFolder(number)));
      } catch (thrown) {
        await trail.dropSheet(number).catch(() => undefined);
        throw thrown;
      }
    }
    await trail.append(record);
  }

  /** Finds out anew which shifts reach up to now. */
  async refresh(meter: string): Promise<void> {
    const found: number[] = [];
    for (const { by, end } of this.#levels(meter).flatMap(({ shifts }) => shifts)) {
      if ((await end()) > this.#now()) found.push(by);
    }
    if (found.length > 0) this.#shifts.set(meter, found);
    else this.#shifts.delete(meter);
  }

  /** Whether a new reading may end a shift. */
  isShifted(meter: string): boolean {
    return this.#shifts.has(meter);
  }

  registerOf(meter: string, registerWh: number): number {
    const shifts = this.#shifts.get(meter) ?? [];
    return shifts.reduce((register, by) => (register + by < 0 ? register : register + by), registerWh);
  }

  #sheet(meter: string, number: number): Days {
    const folder = this.trails.of(meter).sheetFolder(number);
    return new Views(this.#library.sheet(folder), meter);
  }

  /** Whatever the source's trail says by then. */
  #follow(source: string): Days {
    return {
      days: (from, to) => this.days(source).days(from, to),
      stamp: (day) => `${this.trails.find(source)?.version ?? 0}/${this.days(source).stamp(day)}`,
    };
  }
}
