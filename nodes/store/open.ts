import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { type EpochSeconds, failed, ok, type Result } from "../model/index.ts";
import { bordersOf } from "./adjust/borders.ts";
import { Trails } from "./adjust/trails.ts";
import { DurableDocument } from "./document.ts";
import { makeFolder, type Opener, wordsOf } from "./files.ts";
import { checkFormat, migrate } from "./format.ts";
import { JournalFile } from "./journal.ts";
import { Library } from "./library.ts";
import { type Lock, type LockTimes, takeLock } from "./lock.ts";
import { Quarantine, type Report } from "./quarantine.ts";
import { type Borders, Retention } from "./retention.ts";
import { checkpointShape } from "./shapes.ts";
import { memoryPath, type Store, storeOf } from "./store.ts";
import { Views } from "./views.ts";
import { Writer } from "./writer.ts";

export interface StoreOptions {
  readonly folder: string;
  /** IANA zone of local days and months, unless a query names another. */
  readonly zone: string;
  readonly now: () => EpochSeconds;
  /** Hears of damage that was found and of writes that failed. */
  readonly report?: Report;
  readonly journalLimit?: number;
  /** Months whose single readings are kept; of older ones half-hour sums stay. 0, the default: all are kept for ever. */
  readonly keepRawMonths?: number;
  /** How the journal's files are opened, for tests of failing disks. */
  readonly open?: Opener;
  readonly lockTimes?: LockTimes;
  /** Ends the waiting for the lock of a host that does not answer. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the store in a folder, which is made if need be.
 * @returns METERMAN_STORE_LOCKED, METERMAN_STORE_FORMAT (the folder is untouched) or METERMAN_NO_STORE when the folder
 * cannot be used; damage never keeps a store from opening
 */
export async function openStore(options: StoreOptions): Promise<Result<Store>> {
  const { folder } = options;
  let lock: Lock | undefined;
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK);
    const format = await checkFormat(folder);
    if (!format.ok) return format;
    const taken = await takeLock(folder, options.lockTimes, options.signal);
    if (!taken.ok) return taken;
    lock = taken.value;
    await migrate(folder);
    return ok(await openLocked(options, lock));
  } catch (thrown) {
    await lock?.release().catch(() => undefined);
    const what = `the folder ${folder} cannot be used (${wordsOf(thrown)}); check that it exists and may be written to`;
    return failed("METERMAN_NO_STORE", what, "folder");
  }
}

async function openLocked(options: StoreOptions, lock: Lock): Promise<Store> {
  const { folder, zone, now } = options;
  const report = options.report ?? (() => undefined);
  const quarantine = new Quarantine(folder, report);
  const memory = new DurableDocument(memoryPath(folder), checkpointShape, quarantine);
  const journal = new JournalFile(folder, quarantine, options.open ?? open);
  const writer = new Writer(journal, now, report);
  await writer.restore((await memory.read()) ?? undefined);
  const library = new Library(folder, quarantine);
  const trails = await Trails.load(folder, quarantine);
  const borders: Borders = (meter, from, to) => {
    const sheet = (number: number) => new Views(library.sheet(trails.of(meter).sheetFolder(number)), meter);
    return bordersOf(meter, trails, sheet, from, to);
  };
  return storeOf({
    zone,
    now,
    report,
    journalLimit: options.journalLimit ?? 8 * 1024 * 1024,
    writer,
    journal,
    library,
    retention: new Retention(folder, library, options.keepRawMonths ?? 0, borders),
    trails,
    quarantine,
    memory,
    lock,
  });
}
