import type { Json, MeterId } from "../model/index.ts";
import { parseMeterId } from "../model/index.ts";
import type { Group } from "./batch.ts";
import type { Checkpoint } from "./shapes.ts";

type Memory = Readonly<Record<string, Json>>;

/** The ledgers' memories: what is durable, and what was last handed in, so that only changes are written. */
export class Memories {
  readonly #durable = new Map<MeterId, Memory>();
  readonly #handedIn = new Map<string, Map<string, string>>();

  restore(checkpoint: Checkpoint): void {
    for (const [meter, memory] of Object.entries(checkpoint.meters)) this.#keep(meter, memory);
  }

  /** The keys of `memory` whose values differ from what was handed in before; a key that is not named stays. */
  changes(meter: string, memory: Memory): Record<string, Json> {
    let known = this.#handedIn.get(meter);
    if (known === undefined) {
      known = new Map(Object.entries(this.of(meter) ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
      this.#handedIn.set(meter, known);
    }
    const changed: Record<string, Json> = {};
    for (const [key, value] of Object.entries(memory)) {
      const text = JSON.stringify(value);
      if (known.get(key) === text) continue;
      known.set(key, text);
      changed[key] = value;
    }
    return changed;
  }

  /** The group is on disk. */
  acknowledge(group: Group): void {
    this.#keep(group.meter, group.memory);
  }

  #keep(meter: string, memory: Memory): void {
    const id = parseMeterId(meter);
    if (!id.ok || Object.keys(memory).length === 0) return;
    this.#durable.set(id.value, { ...this.#durable.get(id.value), ...memory });
  }

  of(meter: string): Memory | undefined {
    const id = parseMeterId(meter);
    return id.ok ? this.#durable.get(id.value) : undefined;
  }

  meters(): MeterId[] {
    return [...this.#durable.keys()];
  }

  checkpoint(seq: number, segment: number): Checkpoint {
    return { seq, segment, meters: Object.fromEntries(this.#durable) };
  }
}
