import { join } from "node:path";
import { Low } from "lowdb";
import {
  type Adjustments,
  type Archive,
  type ChangeListener,
  type EpochSeconds,
  type Journal,
  type Json,
  type LedgerWrite,
  type MeterId,
  MetermanError,
  type Result,
} from "../model/index.ts";
import { Adjuster } from "./adjust/adjuster.ts";
import { Desk } from "./adjust/desk.ts";
import type { Trails } from "./adjust/trails.ts";
import { archiveOf } from "./archive.ts";
import { Changes } from "./changes.ts";
import { dayOf } from "./day.ts";
import type { DurableDocument } from "./document.ts";
import { wordsOf } from "./files.ts";
import type { JournalFile } from "./journal.ts";
import type { Library } from "./library.ts";
import type { Lock } from "./lock.ts";
import { mergeLayer } from "./merge.ts";
import type { Quarantine, Report } from "./quarantine.ts";
import type { Retention } from "./retention.ts";
import type { Checkpoint } from "./shapes.ts";
import { Views } from "./views.ts";
import type { Writer } from "./writer.ts";

/** A day is merged this long after its end: what meters send late by a few minutes still finds it open. */
const GRACE_S = 900;
const RETRY_S = 60;

export interface Store extends Journal, Archive, Adjustments {
  /** Takes over the corrections of an export whose readings are restored: they are listed, and change nothing. */
  adopt(meter: MeterId, lines: readonly object[]): Promise<Result<void>>;
  /** Makes durable what is waiting, and begins to merge when a day is over. Never rejects; call it every few seconds to minutes. */
  flush(): Promise<void>;
  /** Resolves when no merge is under way any more. */
  settled(): Promise<void>;
  /** Writes what is waiting, saves the memories and gives the folder free. */
  close(): Promise<void>;
  health(): Readonly<Record<string, Json>>;
  /** The listener hears of every durable change of a meter's energy. @returns how to stop listening */
  onChanged(listener: ChangeListener): () => void;
}

export interface StoreParts {
  readonly zone: string;
  readonly now: () => EpochSeconds;
  readonly report: Report;
  /** A journal of this size is merged whatever the time. */
  readonly journalLimit: number;
  readonly writer: Writer;
  readonly journal: JournalFile;
  readonly library: Library;
  readonly retention: Retention;
  readonly trails: Trails;
  readonly quarantine: Quarantine;
  readonly memory: DurableDocument<Checkpoint>;
  readonly lock: Lock;
}

export async function storeOf(parts: StoreParts): Promise<Store> {
  const { writer, journal, library, retention, now } = parts;
  const changes = new Changes();
  const memory = new Low<Checkpoint>(parts.memory, writer.checkpoint());
  let mergedDay = dayOf((journal.segment || now()) - GRACE_S);
  let merging: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let closing: Promise<void> | undefined;

  const merge = async () => {
    const frozen = await writer.freeze();
    if (frozen === undefined) throw new Error("the next journal could not be begun");
    mergedDay = dayOf(now() - GRACE_S);
    if (!(await mergeLayer(frozen.layer, library, () => closing !== undefined))) return;
    memory.data = writer.checkpoint();
    await memory.write();
    await journal.recycle(frozen.segments);
    writer.thaw();
    await retention
      .run(now(), () => closing !== undefined)
      .catch((thrown: unknown) => {
        const message = `old months could not be shortened (${wordsOf(thrown)}); nothing is lost, it is tried again tomorrow. Is the disk full?`;
        parts.report({ code: "METERMAN_STORE_WRITE", message });
      });
  };
  const isDue = () => {
    if (journal.bytes > parts.journalLimit || writer.isFull) return true;
    return writer.hasUnmerged && (dayOf(now() - GRACE_S) !== mergedDay || journal.old.length > 0);
  };
  const mergeIfDue = () => {
    if (merging !== undefined || closing !== undefined || writer.isFailing) return;
    // The clock may have been set back since.
    if (Math.abs(now() - failedAt) < RETRY_S || !isDue()) return;
    merging = merge()
      .catch((thrown: unknown) => {
        failedAt = now();
        const message = `days could not be written (${wordsOf(thrown)}); the journal still has them, it is tried again. Is the disk full?`;
        parts.report({ code: "METERMAN_STORE_WRITE", message });
      })
      .finally(() => {
        merging = undefined;
      });
  };
  const flush = async () => {
    await writer.flush();
    mergeIfDue();
  };
  const close = async () => {
    await Promise.all([writer.flush(), adjuster.settled()]);
    await merging;
    await writer.refuse("the store was closed before these readings could be written");
    memory.data = writer.checkpoint();
    await memory.write().catch((thrown: unknown) => {
      parts.report({ code: "METERMAN_STORE_WRITE", message: `memories could not be saved (${wordsOf(thrown)})` });
    });
    await Promise.allSettled([library.close(), journal.close()]);
    await parts.lock.release();
  };
  const measured = (meter: string) => new Views(library.of(meter), meter, () => writer.layers());
  const desk = new Desk(parts.trails, library, measured, now);
  for (const meter of parts.trails.changed()) await desk.refresh(meter).catch(() => undefined);
  const arrived = async (unit: LedgerWrite) => {
    // A rebase may have ended what the trail does to the register.
    if (desk.isShifted(unit.meter)) await desk.refresh(unit.meter).catch(() => undefined);
    changes.tell(unit);
    for (let meter = desk.trails.mergedInto(unit.meter); meter !== undefined; meter = desk.trails.mergedInto(meter)) {
      changes.tell({ ...unit, meter });
    }
  };
  const adjuster = new Adjuster({
    desk,
    zone: parts.zone,
    now,
    isKnown: async (meter) => {
      if (writer.memory(meter) !== undefined || parts.trails.find(meter) !== undefined) return true;
      return writer.layers().some((layer) => layer.meters.has(meter));
    },
    isClosed: () => closing !== undefined,
    tell: (meter, from) => changes.tellAdjusted(meter, from),
  });
  const archive = archiveOf({
    zone: parts.zone,
    days: (meter) => desk.days(meter),
    items: (series, meter, query) => library.items(series, meter, writer.layers(), query),
  });
  return {
    ...archive,
    adjust: (meter, request, author, options) => adjuster.adjust(meter, request, author, options),
    adjustments: (meter, options) => adjuster.adjustments(meter, options),
    undo: (meter, n, author) => adjuster.undo(meter, n, author),
    nameOf: (meter) => adjuster.nameOf(meter),
    mergedInto: (meter) => adjuster.mergedInto(meter),
    registerOf: (meter, registerWh) => adjuster.registerOf(meter, registerWh),
    adopt: (meter, lines) => adjuster.adopt(meter, lines),
    append(unit: LedgerWrite) {
      if (closing !== undefined) {
        return Promise.reject(new MetermanError({ code: "METERMAN_NO_STORE", message: "the store is closed" }));
      }
      try {
        const written = writer.append(unit);
        // Whoever appended hears of a failure; there is nothing to tell then.
        written.then(
          () => arrived(unit),
          () => undefined,
        );
        return written;
      } catch (thrown) {
        return Promise.reject(thrown);
      }
    },
    memory: (meter) => writer.memory(meter),
    meters: () => writer.meters(),
    flush,
    settled: async () => {
      while (merging !== undefined) await merging;
    },
    close() {
      closing ??= close();
      return closing;
    },
    onChanged: (listener) => changes.listen(listener),
    health: () => ({ ...writer.figures(), damagedParts: parts.quarantine.parts, merging: merging !== undefined }),
  };
}

export function memoryPath(folder: string): string {
  return join(folder, "memory.json");
}
