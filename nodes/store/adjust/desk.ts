import type { Library } from "../library.ts";
import { type Days, Views } from "../views.ts";
import { KeptDays, type Laid, laidOver, type Supply } from "./overlay.ts";
import type { Kept, Op } from "./shapes.ts";
import type { Sheet } from "./sheet.ts";
import type { Trail } from "./trail.ts";
import type { Trails } from "./trails.ts";

interface Current extends Laid {
  readonly version: number;
}

/** Readings as they were measured, and as the trails have them. */
export class Desk {
  readonly trails: Trails;
  readonly #library: Library;
  readonly #measured: (meter: string) => Days;
  readonly #now: () => number;
  readonly #current = new Map<string, Current>();
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
    return this.#of(meter)?.days ?? this.#measured(meter);
  }

  /** @returns undefined for a meter without corrections of its readings */
  #of(meter: string): Laid | undefined {
    const trail = this.trails.find(meter);
    if (trail === undefined || trail.changes.length === 0) return undefined;
    const current = this.#current.get(meter);
    if (current?.version === trail.version) return current;
    const { days, shifts } = this.#lay(meter, []);
    const made = { version: trail.version, days: new KeptDays(days), shifts };
    this.#current.set(meter, made);
    return made;
  }

  /** The readings with more laid over them. @param sheet the one that `ops` name and that is not on disk */
  with(meter: string, ops: readonly Op[], sheet?: Days): Days {
    return this.#lay(meter, ops, sheet).days;
  }

  #lay(meter: string, more: readonly Op[], fresh?: Days): Laid {
    const supply: Supply = {
      sheet: (number) => {
        const isFresh = more.some((op) => op[0] === "sheet" && op[1] === number);
        return fresh !== undefined && isFresh ? fresh : this.#sheet(meter, number);
      },
      meter: (source) => this.#follow(source),
    };
    const ops = (this.trails.find(meter)?.changes ?? []).flatMap((record) => record.ops);
    return laidOver(this.#measured(meter), [...ops, ...more], supply);
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
    for (const { by, end } of this.#of(meter)?.shifts ?? []) if ((await end()) > this.#now()) found.push(by);
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
