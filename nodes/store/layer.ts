import type { DeviceSnapshot, MeterEvent } from "../model/index.ts";
import type { Group, Step } from "./batch.ts";
import { DAY_S, dayOf } from "./day.ts";
import { DayRuns } from "./day-runs.ts";
import { expand } from "./run.ts";
import type { Numbered } from "./series.ts";

export interface MeterLayer {
  readonly days: Map<number, DayRuns>;
  events: Numbered<MeterEvent>[];
  snapshots: Numbered<DeviceSnapshot>[];
}

/**
 * What is in memory and not yet in day documents, by meter and day. The store keeps up to four, laid over the documents
 * from the oldest: being merged, durable in the journal, being written, waiting for the next flush.
 */
export class Layer {
  readonly meters = new Map<string, MeterLayer>();

  /** @param before events and snapshots that the meter has in that batch already: the group's are counted on */
  apply(seq: number, group: Group, before = { events: 0, snapshots: 0 }): void {
    const layer = this.of(group.meter);
    for (const step of group.steps) applyStep(layer.days, step);
    group.events.forEach((event, i) => {
      layer.events.push([seq, before.events + i, event]);
    });
    group.snapshots.forEach((snapshot, i) => {
      layer.snapshots.push([seq, before.snapshots + i, snapshot]);
    });
  }

  of(meter: string): MeterLayer {
    let layer = this.meters.get(meter);
    if (layer === undefined) {
      layer = { days: new Map(), events: [], snapshots: [] };
      this.meters.set(meter, layer);
    }
    return layer;
  }

  day(meter: string, day: number): DayRuns | undefined {
    return this.meters.get(meter)?.days.get(day);
  }

  get readings(): number {
    let count = 0;
    for (const { days } of this.meters.values()) for (const day of days.values()) count += day.count;
    return count;
  }

  get isEmpty(): boolean {
    for (const { days, events, snapshots } of this.meters.values()) {
      if (days.size > 0 || events.length > 0 || snapshots.length > 0) return false;
    }
    return true;
  }
}

function applyStep(days: Map<number, DayRuns>, step: Step): void {
  const on = (day: number) => {
    let runs = days.get(day);
    if (runs === undefined) {
      runs = new DayRuns();
      days.set(day, runs);
    }
    return runs;
  };
  for (const span of step.removes) {
    const stop = Math.min(Math.max(span.end, span.start + 1), span.until ?? Number.POSITIVE_INFINITY);
    for (let day = dayOf(span.start); day * DAY_S < stop; day += 1) {
      // Each day its own part: a day that moves to the next journal must not take readings from another.
      on(day).remove({ start: Math.max(span.start, day * DAY_S), end: span.end, until: (day + 1) * DAY_S });
    }
  }
  for (const row of expand(step.runs)) on(dayOf(row.start)).add(row);
}
