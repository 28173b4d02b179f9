import { Low } from "lowdb";
import {
  type EpochSeconds,
  type Json,
  type LedgerWrite,
  type MeterId,
  MetermanError,
  parseMeterId,
} from "../model/index.ts";
import { type Batch, bringsNothing, type Group, rowsOf } from "./batch.ts";
import { dayOf } from "./day.ts";
import { wordsOf } from "./files.ts";
import type { JournalFile } from "./journal.ts";
import { Layer } from "./layer.ts";
import { Memories } from "./memories.ts";
import { Pending } from "./pending.ts";
import type { Report } from "./quarantine.ts";
import { Serial } from "./serial.ts";
import type { Checkpoint } from "./shapes.ts";

/** So many waiting readings are written at once, without waiting for the next flush. */
const MANY = 5000;
/** Ten days of 18 meters at 15 s; some ten megabytes. */
const FULL = 1_000_000;
/** Readings of the present day up to this many move to the next journal; more go into the day's document early. */
const CARRIED = 20_000;

/** A layer that gets no more, and the journals that can go when it is in documents. */
export interface Frozen {
  readonly layer: Layer;
  readonly segments: readonly number[];
}

/** The writing side: gathers units, makes them durable batch by batch, and knows what is in memory only. */
export class Writer {
  readonly #journal: JournalFile;
  readonly #low: Low<readonly Batch[]>;
  readonly #now: () => EpochSeconds;
  readonly #report: Report;
  readonly #serial = new Serial();
  readonly #memories = new Memories();
  #durable = new Layer();
  #frozen: Frozen | undefined;
  #inflight: Pending | undefined;
  #pending = new Pending(1);
  #kicked = false;
  #failing = false;
  /** Readings that came into the durable layer since it was new. */
  #unmerged = 0;
  #lastFlush: number | undefined;
  /** Journals up to this number were in use once. */
  #least = 0;

  constructor(journal: JournalFile, now: () => EpochSeconds, report: Report) {
    this.#journal = journal;
    this.#low = new Low<readonly Batch[]>(journal, []);
    this.#now = now;
    this.#report = report;
  }

  /** Takes over what is on disk. */
  async restore(checkpoint: Checkpoint | undefined): Promise<void> {
    if (checkpoint !== undefined) this.#memories.restore(checkpoint);
    const known = checkpoint?.seq ?? 0;
    await this.#low.read();
    let seq = known;
    for (const batch of this.#low.data) {
      seq = Math.max(seq, batch.seq);
      for (const group of batch.groups) {
        if (!parseMeterId(group.meter).ok) continue;
        this.#durable.apply(batch.seq, group);
        if (batch.seq > known) this.#memories.acknowledge(group);
      }
    }
    this.#low.data = [];
    this.#pending = new Pending(seq + 1);
    this.#least = checkpoint?.segment ?? 0;
  }

  /** From the oldest to the newest: how they are laid over the documents. */
  layers(): readonly Layer[] {
    return [this.#frozen?.layer, this.#durable, this.#inflight?.layer, this.#pending.layer].filter(
      (l) => l !== undefined,
    );
  }

  append(unit: LedgerWrite): Promise<void> {
    const rows = rowsOf(unit);
    const changed = this.#memories.changes(unit.meter, unit.memory);
    if (bringsNothing(unit) && Object.keys(changed).length === 0) {
      return (this.#pending.isEmpty ? this.#inflight : this.#pending)?.durable ?? Promise.resolve();
    }
    const { durable } = this.#pending;
    this.#pending.add(unit, rows, changed);
    if ((unit.urgent === true || this.#pending.readings >= MANY) && !this.#kicked) {
      this.#kicked = true;
      void this.flush();
    }
    return durable;
  }

  memory(meter: MeterId): Readonly<Record<string, Json>> | undefined {
    return this.#memories.of(meter);
  }

  meters(): readonly MeterId[] {
    return this.#memories.meters();
  }

  /** Writes what is waiting. Never rejects: what could not be written waits for the next call. */
  flush(): Promise<void> {
    return this.#serial.run(async () => {
      this.#kicked = false;
      const upTo = this.#pending.seq;
      while (this.#inflight !== undefined || (!this.#pending.isEmpty && this.#pending.seq <= upTo)) {
        if (this.#inflight === undefined) {
          this.#inflight = this.#pending;
          this.#pending = new Pending(this.#inflight.seq + 1);
        }
        if (!(await this.#write(this.#inflight))) return;
        this.#inflight = undefined;
      }
    });
  }

  async #write(pending: Pending): Promise<boolean> {
    const batch = pending.batch();
    try {
      if (this.#journal.isOpen) {
        this.#low.data = [batch];
        await this.#low.write();
      } else await this.#begin(batch);
    } catch (thrown) {
      this.#failed(thrown);
      // The old file is not trusted any more, whatever the next sync of it may say.
      const isSaved = await this.#begin(batch).then(
        () => true,
        () => false,
      );
      if (!isSaved) return false;
    } finally {
      this.#low.data = [];
    }
    this.#failing = false;
    this.#lastFlush = this.#now();
    for (const group of batch.groups) {
      this.#durable.apply(batch.seq, group);
      this.#memories.acknowledge(group);
    }
    this.#unmerged += pending.readings;
    pending.acknowledge();
    return true;
  }

  #begin(batch: Batch): Promise<void> {
    return this.#journal.begin(this.#now(), batch, this.#least);
  }

  #failed(thrown: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const message = `readings could not be written (${wordsOf(thrown)}); they are kept in memory and tried again. Is the disk full or read-only?`;
    this.#report({ code: "METERMAN_STORE_WRITE", message });
  }

  /**
   * Begins a new journal so that the present layer can be merged: what is new goes elsewhere from now on. The readings of
   * today move along, so that a day is usually written once.
   * @returns undefined when that could not be done; the layer to merge otherwise
   */
  freeze(): Promise<Frozen | undefined> {
    return this.#serial.run(async () => {
      if (this.#frozen !== undefined) return this.#frozen;
      // It may stand in the old journal all the same: read back, what moves along would undo it.
      if (this.#inflight !== undefined) return undefined;
      const today = dayOf(this.#now());
      const groups: Group[] = [];
      const carried = new Layer();
      let count = 0;
      for (const [_meter, { days }] of this.#durable.meters) count += days.get(today)?.count ?? 0;
      if (count <= CARRIED) {
        for (const [meter, { days }] of this.#durable.meters) {
          const day = days.get(today);
          if (day === undefined) continue;
          carried.of(meter).days.set(today, day);
          const steps = [{ removes: day.removes, runs: [...day.runs()] }];
          groups.push({ meter, steps, events: [], snapshots: [], memory: {} });
        }
      }
      try {
        // It repeats what batches before it brought, so it has the number of the last of them.
        await this.#begin({ seq: this.#pending.seq - 1, groups });
      } catch (thrown) {
        this.#failed(thrown);
        return undefined;
      }
      for (const meter of carried.meters.keys()) this.#durable.meters.get(meter)?.days.delete(today);
      this.#frozen = { layer: this.#durable, segments: this.#journal.old };
      this.#durable = carried;
      this.#unmerged = 0;
      return this.#frozen;
    });
  }

  /** Everything in the frozen layer is in documents. */
  thaw(): void {
    this.#frozen = undefined;
  }

  checkpoint(): Checkpoint {
    return this.#memories.checkpoint((this.#inflight ?? this.#pending).seq - 1, this.#journal.segment);
  }

  /** Gives up what could not be written: nobody may write it later, when the folder belongs to another. */
  refuse(why: string): Promise<void> {
    return this.#serial.run(async () => {
      const error = new MetermanError({ code: "METERMAN_STORE_WRITE", message: why });
      const { seq } = this.#inflight ?? this.#pending;
      this.#inflight?.refuse(error);
      this.#pending.refuse(error);
      this.#inflight = undefined;
      this.#pending = new Pending(seq);
    });
  }

  /** The last attempt to write did not succeed. */
  get isFailing(): boolean {
    return this.#failing;
  }

  /** So many readings in memory are enough: bulk imports are merged as they come. */
  get isFull(): boolean {
    return this.#unmerged > FULL;
  }

  get hasUnmerged(): boolean {
    return this.#frozen !== undefined || !this.#durable.isEmpty;
  }

  figures(): Record<string, Json> {
    const waiting = this.#pending.readings + (this.#inflight?.readings ?? 0);
    return {
      pendingReadings: waiting,
      unmergedReadings: this.#durable.readings + (this.#frozen?.layer.readings ?? 0),
      lastFlush: this.#lastFlush ?? null,
      writing: this.#failing ? "failing" : "ok",
      journalBytes: this.#journal.bytes,
    };
  }
}
