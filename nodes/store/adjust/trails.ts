import { join } from "node:path";
import { type MeterId, parseMeterId } from "../../model/index.ts";
import { metersIn } from "../folder.ts";
import type { Quarantine } from "../quarantine.ts";
import { Trail } from "./trail.ts";

/** The trails of all meters, in memory: they are small, and names are asked for all the time. */
export class Trails {
  readonly #folder: string;
  readonly #trails = new Map<string, Trail>();
  #merged: { readonly version: number; readonly into: ReadonlyMap<string, MeterId> } = { version: 0, into: new Map() };

  private constructor(folder: string) {
    this.#folder = join(folder, "m");
  }

  /** @param folder of the store */
  static async load(folder: string, quarantine: Quarantine): Promise<Trails> {
    const trails = new Trails(folder);
    for (const meter of await metersIn(folder)) await trails.of(meter).load(quarantine);
    return trails;
  }

  of(meter: string): Trail {
    let trail = this.#trails.get(meter);
    if (trail === undefined) {
      const id = parseMeterId(meter);
      if (!id.ok) throw new Error("not a meter id");
      trail = new Trail(join(this.#folder, id.value), id.value);
      this.#trails.set(meter, trail);
    }
    return trail;
  }

  /** Without making one for every meter that is asked for. */
  find(meter: string): Trail | undefined {
    return this.#trails.get(meter);
  }

  /** The meters that have corrections of their readings. */
  changed(): string[] {
    return [...this.#trails.values()].filter(({ changes }) => changes.length > 0).map(({ meter }) => meter);
  }

  nameOf(meter: string): string | undefined {
    const name = this.find(meter)?.active.findLast(({ kind }) => kind === "rename")?.details.name;
    return typeof name === "string" ? name : undefined;
  }

  mergedInto(meter: string): MeterId | undefined {
    const trails = [...this.#trails.values()];
    const version = trails.reduce((sum, trail) => sum + trail.version, 0);
    if (this.#merged.version !== version) this.#merged = { version, into: mergesOf(trails) };
    return this.#merged.into.get(meter);
  }
}

/** By source, the meter that shows its readings. */
function mergesOf(trails: readonly Trail[]): ReadonlyMap<string, MeterId> {
  const into = new Map<string, MeterId>();
  for (const { meter, changes } of trails) {
    const id = parseMeterId(meter);
    for (const [name, source] of changes.flatMap(({ ops }) => ops)) {
      if (name === "merge" && id.ok) into.set(source, id.value);
    }
  }
  return into;
}
