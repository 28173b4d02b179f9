import { memorise, newLedger, restore as restoreLedger } from "../meter/index.ts";
import {
  amps,
  epochSeconds,
  failed,
  type LedgerWrite,
  type MeterId,
  meanWatts,
  ok,
  type Reading,
  type Result,
  seconds,
  type UploadRow,
  wh,
} from "../model/index.ts";
import { parseEvent, parseSnapshot, type Store } from "../store/index.ts";
import { shiftOf } from "./account.ts";
import { must } from "./folder.ts";
import { grouped } from "./progress.ts";
import { type Brought, entriesOf, type Section, type Source } from "./scan.ts";

/** Readings that are handed in at once, and how many are on their way to the disk at most. */
const UNIT = 2000;
const FLUSH_EVERY = 10;
const BY = { who: "meterman import", why: "registers as the meter shows them, corrected as before the export" };

type Memory = LedgerWrite["memory"];

interface Account {
  readonly memory: Memory;
  /** What corrections did to the registers that the meter shows. */
  readonly shiftWh: number;
}

/**
 * Puts an export into a store that does not know its meter: the very readings, events, snapshots and corrections, and
 * the account goes on where the export left it. The memory comes last and makes the meter known: what was interrupted
 * before is begun anew by the next import.
 */
export async function restore(
  store: Store,
  meter: MeterId,
  source: Source,
  section: Section,
  signal: AbortSignal,
  onRow: (rows: number) => void,
): Promise<Brought> {
  const account = must(accountOf(meter, section));
  const last = must(lastUnit(meter, section, account.memory));
  const write = async (units: readonly LedgerWrite[]) => {
    const written = units.map((unit) => store.append(unit));
    await store.flush();
    await Promise.all(written);
    await store.settled();
  };
  // What an interrupted import left behind.
  const replaces =
    section.rows === 0 ? [] : [{ start: epochSeconds(section.firstStart), end: epochSeconds(section.lastEnd + 1) }];
  await write([{ meter, readings: [], replaces, events: [], memory: {} }]);
  const chain = new Chain(meter);
  let units: LedgerWrite[] = [];
  let readings: Reading[] = [];
  for await (const entry of entriesOf(source)) {
    if (signal.aborted) return { isWhole: false, words: "" };
    if (entry.kind !== "row" || entry.line < section.fromLine || entry.line >= section.toLine) continue;
    readings.push(chain.next(entry.row));
    if (readings.length < UNIT) continue;
    units.push({ meter, readings, events: [], memory: {} });
    readings = [];
    if (units.length < FLUSH_EVERY) continue;
    await write(units);
    units = [];
    onRow(chain.count);
  }
  await write([...units, { meter, readings, events: [], memory: {} }]);
  must(await store.adopt(meter, section.trail));
  // An import that was interrupted here has it already.
  const missingWh = account.shiftWh - shiftOf(store, meter);
  if (missingWh !== 0) must(await store.adjust(meter, { kind: "lift", from: chain.end, wh: missingWh }, BY));
  await write([last]);
  const parts = [`${grouped(chain.count)} readings`, `${grouped(last.events.length)} events`];
  const words = `${meter}: ${parts.join(", ")} and ${grouped(section.trail.length)} corrections are there\n`;
  if (section.account !== undefined) return { isWhole: true, words };
  const begins = "  the export has no account of the meter: its total begins at 0 with what it counts from now on\n";
  return { isWhole: true, words: words + begins };
}

/** Gives every row what a reading needs, from the one before it. */
class Chain {
  readonly #meter: MeterId;
  #register = 0;
  #lifetime = 0;
  count = 0;
  end = epochSeconds(0);

  constructor(meter: MeterId) {
    this.#meter = meter;
  }

  next({ start, end, wh: used, registerWh, amps: current, source, quality }: UploadRow): Reading {
    this.count += 1;
    this.#register = registerWh ?? this.#register + used;
    this.#lifetime += used;
    if (end > this.end) this.end = end;
    return {
      ...{ meter: this.#meter, start, end, wh: used },
      watts: meanWatts(used, seconds(Math.max(1, end - start))),
      registerWh: wh(this.#register),
      lifetimeWh: wh(this.#lifetime),
      ...(current !== undefined && { amps: amps(current) }),
      source: source ?? "interval",
      quality: quality ?? [],
    };
  }
}

/** The ledger's memory as exported; without one an account that has counted nothing yet. */
function accountOf(meter: MeterId, section: Section): Result<Account> {
  if (section.account === undefined) return ok({ memory: memorise(newLedger(meter)), shiftWh: 0 });
  const line = new Map<string, unknown>(Object.entries(section.account));
  const memory = line.get("memory");
  const shiftWh = line.get("registerShiftWh");
  if (
    isMemory(memory) &&
    restoreLedger(meter, memory).ok &&
    typeof shiftWh === "number" &&
    Number.isSafeInteger(shiftWh)
  ) {
    return ok({ memory, shiftWh });
  }
  return failed("METERMAN_BAD_MESSAGE", `the account of ${meter} in this export does not make sense: export it again`);
}

/** What came out of JSON is JSON; what the ledger makes of it is the ledger's to judge. */
function isMemory(value: unknown): value is Memory {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Everything but the readings: either all of it is on disk, or none. */
function lastUnit(meter: MeterId, { events, snapshots }: Section, memory: Memory): Result<LedgerWrite> {
  const told = events.map((line) => parseEvent(meter, line)).filter((event) => event !== undefined);
  const said = snapshots.map((line) => parseSnapshot(meter, line)).filter((snapshot) => snapshot !== undefined);
  if (told.length === events.length && said.length === snapshots.length) {
    return ok({ meter, readings: [], events: told, snapshots: said, memory });
  }
  const what = `an event or a snapshot of ${meter} in this export is of a kind that is not known: update meterman`;
  return failed("METERMAN_BAD_MESSAGE", what);
}
