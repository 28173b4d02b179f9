import { type FileHandle, mkdir, mkdtemp, open, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CSV_EXPORT, type ExportFormat, type ExportHead, exportPieces, NDJSON_EXPORT } from "../api/index.ts";
import { type EpochSeconds, epochSeconds, type MeterId, parseMeterId } from "../model/index.ts";
import { backup, type Store } from "../store/index.ts";
import { accountPieces } from "./account.ts";
import { type Command, type Option, Typed, Usage } from "./command.ts";
import { existingStore, folderOf, must, now, STORE_OPTION, withStore, ZONE_OPTION, zoneOf } from "./folder.ts";
import { interruptible } from "./interrupt.ts";
import { GOOD, print, STOPPED, say } from "./output.ts";
import { grouped, progressBar } from "./progress.ts";

const OPTIONS: readonly Option[] = [
  STORE_OPTION,
  { name: "output", value: "PATH", about: "a file, or a folder for one file per meter; else it is printed" },
  { name: "format", value: "NAME", about: "ndjson (one JSON object a line, can be imported whole) or csv" },
  { name: "from", value: "TIME", about: "only readings and events from then on" },
  { name: "to", value: "TIME", about: "only those before" },
  ZONE_OPTION,
];
const FORMATS: Readonly<Record<"ndjson" | "csv", ExportFormat>> = { ndjson: NDJSON_EXPORT, csv: CSV_EXPORT };
/** As far as times go: everything. */
const FIRST = epochSeconds(0);
const LAST = epochSeconds(4_102_444_800);

export const EXPORT: Command = {
  name: "export",
  operands: "[METER…]",
  about:
    "Writes readings as they are with all corrections, events and the whole list of corrections. All meters unless some are named.",
  options: OPTIONS,
  more: [
    "It may be used while Node-RED runs: it works on a copy then. Without --from and --to an NDJSON export carries the",
    "account as well, so that an import into an empty store goes on where this one ended.",
  ],
  async run(args) {
    const typed = new Typed(args, OPTIONS, [0, 1000]);
    const zone = zoneOf(typed);
    const wish: Wish = {
      meters: typed.operands,
      format: typed.choice("format", ["ndjson", "csv"], "ndjson"),
      from: typed.time("from", zone),
      to: typed.time("to", zone),
      zone,
      output: typed.text("output"),
    };
    const folder = must(await existingStore(folderOf(typed)));
    return interruptible((signal) => readable(folder, zone, (store) => exportAll(store, wish, signal)));
  },
};

interface Wish {
  readonly meters: readonly string[];
  readonly format: "ndjson" | "csv";
  readonly from: EpochSeconds | undefined;
  readonly to: EpochSeconds | undefined;
  readonly zone: string;
  readonly output: string | undefined;
}

/** The store itself, or a copy of it while Node-RED has it open. */
async function readable<T>(folder: string, zone: string, work: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await withStore(folder, zone, work);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "METERMAN_STORE_LOCKED")) throw thrown;
  }
  say("the store is in use: this is made from a copy of how it is now");
  const place = await mkdtemp(join(tmpdir(), "meterman-export-"));
  try {
    const copy = join(place, "store");
    must(await backup(folder, copy));
    return await withStore(copy, zone, work);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function exportAll(store: Store, wish: Wish, signal: AbortSignal): Promise<number> {
  const meters = wish.meters.length > 0 ? wish.meters.map((text) => known(store, text)) : own(store);
  if (meters.length === 0) say("the store has no meter yet: nothing was exported");
  const folder = wish.output?.endsWith("/") || (await isFolder(wish.output)) ? wish.output : undefined;
  if (meters.length > 1 && wish.format === "csv" && folder === undefined) {
    throw new Usage("a CSV table is of one meter: name it, or let --output name a folder");
  }
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const path = (meter: MeterId) => (folder === undefined ? wish.output : join(folder, `${meter}.${wish.format}`));
  const groups = folder === undefined ? [meters] : meters.map((meter) => [meter]);
  for (const group of groups) {
    const [first] = group;
    const file = first === undefined ? undefined : path(first);
    const isWhole = await written(
      file,
      async (write) => {
        for (const meter of group) await exportOne(store, meter, wish, write, signal);
      },
      signal,
    );
    if (!isWhole) {
      say("stopped: the export that was under way is not there");
      return STOPPED;
    }
  }
  return GOOD;
}

/** The meters that stand for themselves: those that were merged into another one are in its readings. */
function own(store: Store): MeterId[] {
  return store
    .meters()
    .filter((meter) => store.mergedInto(meter) === undefined)
    .sort();
}

function known(store: Store, text: string): MeterId {
  const meter = must(parseMeterId(text));
  if (store.meters().includes(meter)) return meter;
  const there = store.meters().slice(0, 20).join(", ");
  throw new Usage(`there is no meter ${meter} in this store${there === "" ? "" : `; there are ${there}`}`);
}

type Write = (text: string) => Promise<void>;

async function exportOne(store: Store, meter: MeterId, wish: Wish, write: Write, signal: AbortSignal): Promise<void> {
  const { from = FIRST, to = LAST, format, zone } = wish;
  const head: ExportHead = { meter, name: store.nameOf(meter) ?? meter, zone, from, to, at: now() };
  const isAll = wish.from === undefined && wish.to === undefined;
  const bar = progressBar(process.stderr, () => performance.now());
  let shown = 0;
  const days = must(await store.readings({ meter, from, to, resolution: "day" })).items;
  const [began, ended] = [days[0]?.start ?? from, days.at(-1)?.end ?? to];
  const pieces = exportPieces({ archive: store, adjustments: store }, head, FORMATS[format], {
    progress: ({ readings }, reached) => {
      shown = readings;
      // How many there will be is told by how far they have come in time.
      const share = (reached - began) / (ended - began);
      bar.show(readings, share > 0 ? Math.max(readings, Math.round(readings / share)) : 0, meter);
    },
    ...(format === "ndjson" && { more: () => accountPieces(store, head, isAll) }),
  });
  try {
    for await (const piece of pieces) {
      if (signal.aborted) return;
      await write(piece);
    }
  } finally {
    bar.clear();
  }
  if (!signal.aborted) say(`${meter}: ${grouped(shown)} readings`);
}

/**
 * Lets `work` write to stdout or a file. The file has its name once it is whole and on disk.
 * @returns whether it is
 */
async function written(
  path: string | undefined,
  work: (write: Write) => Promise<void>,
  signal: AbortSignal,
): Promise<boolean> {
  if (path === undefined) {
    await work(print);
    return !signal.aborted;
  }
  const file = resolve(path);
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(partial, "w");
    const out = handle;
    await work(async (text) => {
      await out.writeFile(text);
    });
    if (signal.aborted) return false;
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(partial, file);
    return true;
  } finally {
    await handle?.close();
    await rm(partial, { force: true });
  }
}

async function isFolder(path: string | undefined): Promise<boolean> {
  return path !== undefined && (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
