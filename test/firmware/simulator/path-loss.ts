/** A radio's place, or how much is lost on the way to anybody. */
export interface Place {
  readonly name: string;
  readonly at?: { readonly x: number; readonly y: number } | undefined;
  readonly pathLossDb?: number | undefined;
}

/** Where nothing is given: 13 dBm are heard at −72, as in the captured bench run. */
const DEFAULT_DB = 85;
/** 915 MHz: the first metre, then per decade of distance, as is usual inside houses. */
const FIRST_METRE_DB = 31.7;
const DECADE_DB = 30;

/** How much weaker a signal arrives than it was sent; the same both ways. */
export class PathLoss {
  readonly #pairs = new Map<string, number>();

  set(a: string, b: string, db: number): void {
    this.#pairs.set(key(a, b), db);
  }

  /** In this order: what was set for the pair, distance, the greater of the two radios' own values, the default. */
  between(a: Place, b: Place): number {
    const set = this.#pairs.get(key(a.name, b.name));
    if (set !== undefined) return set;
    if (a.at && b.at) {
      const metres = Math.max(1, Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y));
      return FIRST_METRE_DB + DECADE_DB * Math.log10(metres);
    }
    const own = [a.pathLossDb, b.pathLossDb].filter((db) => db !== undefined);
    return own.length > 0 ? Math.max(...own) : DEFAULT_DB;
  }
}

function key(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
