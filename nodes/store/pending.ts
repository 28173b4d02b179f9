import type { Json, LedgerWrite } from "../model/index.ts";
import { addStep, type Batch, type Group, type Step } from "./batch.ts";
import { Layer } from "./layer.ts";
import type { Row } from "./run.ts";

/** What gathers until the next flush. Its layer lets queries see it at once; the acknowledgement waits for the disk. */
export class Pending {
  readonly seq: number;
  readonly layer = new Layer();
  readonly durable: Promise<void>;
  #groups = new Map<string, Group>();
  #readings = 0;
  #settle: { resolve: () => void; reject: (why: Error) => void } = { resolve: () => {}, reject: () => {} };

  constructor(seq: number) {
    this.seq = seq;
    this.durable = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Everyone who appended gets this promise; without any it must not be an unhandled rejection.
    this.durable.catch(() => undefined);
  }

  /** @param rows the readings of the unit @param memory what of its memory changed */
  add(unit: LedgerWrite, rows: readonly Row[], memory: Readonly<Record<string, Json>>): void {
    const steps: Step[] = [];
    addStep(steps, unit.replaces ?? [], rows);
    const group = this.#group(unit.meter);
    const { events, snapshots = [] } = unit;
    const before = { events: group.events.length, snapshots: group.snapshots.length };
    const fresh = { meter: unit.meter, steps, events: [...events], snapshots: [...snapshots], memory: {} };
    this.layer.apply(this.seq, fresh, before);
    addStep(group.steps, unit.replaces ?? [], rows);
    group.events.push(...events);
    group.snapshots.push(...snapshots);
    Object.assign(group.memory, memory);
    this.#readings += rows.length;
  }

  #group(meter: string): Group {
    let group = this.#groups.get(meter);
    if (group === undefined) {
      group = { meter, steps: [], events: [], snapshots: [], memory: {} };
      this.#groups.set(meter, group);
    }
    return group;
  }

  get readings(): number {
    return this.#readings;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0;
  }

  batch(): Batch {
    return { seq: this.seq, groups: [...this.#groups.values()] };
  }

  acknowledge(): void {
    this.#settle.resolve();
  }

  refuse(why: Error): void {
    this.#settle.reject(why);
  }
}
