import { join } from "node:path";
import type { EventsQuery } from "../model/index.ts";
import { parseMeterId } from "../model/index.ts";
import type { EventsPage } from "./archive.ts";
import type { Position } from "./cursor.ts";
import { dayOf, monthOf } from "./day.ts";
import type { PackedEvent } from "./event-shapes.ts";
import { compareEvents, eventMonths, monthOfEvent, readEvents } from "./events.ts";
import type { Layer } from "./layer.ts";
import { MeterFiles } from "./meter-files.ts";
import type { Quarantine } from "./quarantine.ts";
import { Reader } from "./reader.ts";

/** The folders of all meters. A meter's id is its folder's name: what is no id never becomes a path. */
export class Library {
  readonly #folder: string;
  readonly #quarantine: Quarantine;
  readonly #reader = new Reader();
  readonly #files = new Map<string, MeterFiles>();

  constructor(folder: string, quarantine: Quarantine) {
    this.#folder = join(folder, "m");
    this.#quarantine = quarantine;
  }

  of(meter: string): MeterFiles {
    const id = parseMeterId(meter);
    if (!id.ok) throw new Error("not a meter id");
    let files = this.#files.get(id.value);
    if (files === undefined) {
      files = new MeterFiles(join(this.#folder, id.value), this.#quarantine, this.#reader);
      this.#files.set(id.value, files);
    }
    return files;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /**
   * Events by month and, within it, as they became known; each page in order of time.
   * @param layers what is not in files yet; an event may be in both for a moment
   */
  async events(
    query: EventsQuery,
    layers: readonly Layer[],
    after: Position | undefined,
    limit: number,
  ): Promise<EventsPage> {
    const folder = this.of(query.meter).folder;
    const unmerged = layers.flatMap((layer) => layer.meters.get(query.meter)?.events ?? []).sort(compareEvents);
    const [first, last] = [monthOf(dayOf(query.from)), monthOf(dayOf(Math.max(query.from, query.to - 1)))];
    const months = new Set([...(await eventMonths(folder)), ...unmerged.map(monthOfEvent)]);
    const found: PackedEvent[] = [];
    const [inMonth = 0, seq = 0, i = 0] = after ?? [];
    for (const month of [...months].sort()) {
      const number = Number(month.replace("-", ""));
      if (month < first || month > last || number < inMonth) continue;
      let latest: PackedEvent | undefined;
      const take = (event: PackedEvent): boolean => {
        if (latest !== undefined && compareEvents(event, latest) <= 0) return false;
        latest = event;
        const [ownSeq, own, { at }] = event;
        if (at < query.from || at >= query.to) return false;
        if (after !== undefined && number === inMonth && (ownSeq - seq || own - i) <= 0) return false;
        if (found.length < limit) found.push(event);
        else return true;
        return false;
      };
      for await (const event of readEvents(folder, month, this.#quarantine)) {
        if (take(event)) return pageOf(found, true);
      }
      for (const event of unmerged) {
        if (monthOfEvent(event) === month && take(event)) return pageOf(found, true);
      }
    }
    return pageOf(found, false);
  }
}

function pageOf(found: readonly PackedEvent[], more: boolean): EventsPage {
  const last = found.at(-1);
  const items = found.map(([, , event]) => event).sort((a, b) => a.at - b.at);
  if (!more || last === undefined) return { items, next: undefined };
  return { items, next: [Number(monthOfEvent(last).replace("-", "")), last[0], last[1]] };
}
