import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";
import { memorise, newLedger } from "../meter/index.ts";
import { type MeterId, parseMeterId } from "../model/index.ts";
import { isStore, type Store } from "../store/index.ts";
import { type Command, type Option, Typed, Usage } from "./command.ts";
import { folderOf, must, refusal, STORE_OPTION, storeOrRoom, withStore, ZONE_OPTION, zoneOf } from "./folder.ts";
import { interruptible } from "./interrupt.ts";
import { FINDINGS, GOOD, print, STOPPED, say } from "./output.ts";
import { grouped, progressBar } from "./progress.ts";
import { restore } from "./restore.ts";
import { type Brought, type Section, type Source, scan, typeOf } from "./scan.ts";
import { type UploadWish, upload } from "./upload.ts";

const OPTIONS: readonly Option[] = [
  STORE_OPTION,
  { name: "meter", value: "ID", about: "the meter that the readings are of, where the file does not say" },
  { name: "dry-run", about: "only say what would change" },
  { name: "why", value: "TEXT", about: "the reason, kept with the correction; else the name of the file" },
  { name: "who", value: "NAME", about: "who does it; else the user of this machine" },
  { name: "fill", about: "only take rows where there is no reading; else they replace what is there" },
  { name: "lift", about: "move the registers behind by as much as the energy changed" },
  { name: "new", about: "the meter is not in the store yet: make it" },
  { name: "format", value: "NAME", about: "csv, json or ndjson, where the file's name does not tell" },
  ZONE_OPTION,
];
const FORMATS = { csv: "text/csv", json: "application/json", ndjson: "application/x-ndjson" } as const;

export const IMPORT: Command = {
  name: "import",
  operands: "FILE…",
  about: "Brings readings into a store: exports of meterman, CSV or JSON. Node-RED must be stopped.",
  options: OPTIONS,
  more: [
    "An NDJSON export of a meter that the store does not have is restored as it was: readings, events, corrections, name",
    "and account. Everything else becomes a correction that can be undone. - is standard input. A file is taken whole or",
    "not at all: what is wrong in it is told by line.",
    "CSV columns: start,end,wh and, if known, registerWh,amps,source,quality; or those of the original server:",
    "when_start,entry_value,entry_interval_length,meter_value.",
  ],
  async run(args) {
    const typed = new Typed(args, OPTIONS, [1, 10_000]);
    const zone = zoneOf(typed);
    const meter = typed.text("meter");
    const wish: Wish = {
      meter: meter === undefined ? undefined : must(parseMeterId(meter)),
      isNew: typed.is("new"),
      dryRun: typed.is("dry-run"),
      lift: typed.is("lift"),
      mode: typed.is("fill") ? "fill" : "replace",
      who: typed.text("who") ?? systemUser(),
      why: typed.text("why"),
    };
    if (wish.who.length > 100 || (wish.why ?? "").length > 500) throw new Usage("--who or --why is too long");
    const folder = must(await storeOrRoom(folderOf(typed)));
    // A dry run makes no store; standard input is kept for a while: everything is read twice.
    const isOnlyRoom = wish.dryRun && !(await isStore(folder));
    const isPlaceNeeded = isOnlyRoom || typed.operands.includes("-");
    const place = isPlaceNeeded ? await mkdtemp(join(tmpdir(), "meterman-import-")) : "";
    try {
      const sources: Source[] = [];
      for (const file of typed.operands) sources.push(await sourceOf(file, typed, zone, place));
      const store = isOnlyRoom ? join(place, "store") : folder;
      return await interruptible((signal) => withStore(store, zone, (one) => importAll(one, sources, wish, signal)));
    } finally {
      if (place !== "") await rm(place, { recursive: true, force: true });
    }
  },
};

/** ⚠ In a container a user may have a number and no name. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "command line";
  }
}

interface Wish {
  readonly meter: MeterId | undefined;
  readonly isNew: boolean;
  readonly dryRun: boolean;
  readonly lift: boolean;
  readonly mode: "replace" | "fill";
  readonly who: string;
  readonly why: string | undefined;
}

/** @param place for standard input */
async function sourceOf(file: string, typed: Typed, zone: string, place: string): Promise<Source> {
  const format = typed.text("format");
  const type = format === undefined ? typeOf(file) : FORMATS[typed.choice("format", ["csv", "json", "ndjson"], "csv")];
  if (type === undefined)
    throw new Usage(`say with --format what ${file === "-" ? "comes in" : file} is: csv, json or ndjson`);
  if (file !== "-") {
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || found.isDirectory()) throw new Usage(`${file} is no file that can be read`);
    return { path: file, type, zone };
  }
  const path = join(place, "standard input");
  await writeFile(path, process.stdin);
  return { path, type, zone };
}

/** Everything is looked at before anything is changed. */
async function importAll(store: Store, sources: readonly Source[], wish: Wish, signal: AbortSignal): Promise<number> {
  const bar = progressBar(process.stderr, () => performance.now());
  try {
    const plans: { source: Source; section: Section; meter: MeterId }[] = [];
    let hasFaults = false;
    for (const source of sources) {
      const { sections, faults, rows } = await scan(source, signal, (count) =>
        bar.show(count, 0, `rows of ${basename(source.path)}`),
      );
      bar.clear();
      if (signal.aborted) return STOPPED;
      if (faults.count > 0) {
        for (const fault of faults.first) say(`${basename(source.path)}, ${fault}`);
        if (faults.count > faults.first.length) say(`and ${grouped(faults.count - faults.first.length)} more`);
        hasFaults = true;
      } else if (rows === 0 && sections.length === 0) say(`there are no rows in ${basename(source.path)}`);
      for (const section of sections) plans.push({ source, section, meter: meterOf(source, section, wish) });
    }
    if (hasFaults || plans.length === 0) {
      say("nothing was changed");
      return FINDINGS;
    }
    for (const { source, section, meter } of plans) {
      const begun = performance.now();
      const onRow = (rows: number) => bar.show(rows, section.rows, meter);
      const { isWhole, words } = await importOne(store, meter, source, section, wish, signal, onRow);
      bar.clear();
      await print(words);
      if (!isWhole) {
        say(`stopped: use the same command again for ${meter} and what follows`);
        return STOPPED;
      }
      say(`${meter}: done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    }
    return GOOD;
  } finally {
    bar.clear();
  }
}

function meterOf(source: Source, section: Section, { meter }: Wish): MeterId {
  const found = meter ?? section.meter;
  if (found !== undefined) return found;
  throw new Usage(`say with --meter of which meter the readings in ${basename(source.path)} are`);
}

async function importOne(
  store: Store,
  meter: MeterId,
  source: Source,
  section: Section,
  wish: Wish,
  signal: AbortSignal,
  onRow: (rows: number) => void,
): Promise<Brought> {
  const isKnown = store.meters().includes(meter);
  if (!isKnown && section.meter !== undefined) {
    if (!wish.dryRun) return restore(store, meter, source, section, signal, onRow);
    const what = `${grouped(section.rows)} readings, ${grouped(section.events.length)} events, ${grouped(section.trail.length)} corrections`;
    const words = `${meter} is not in the store: it would be restored with ${what}\n`;
    return { isWhole: true, words: `${words}  nothing was changed: this was a dry run\n` };
  }
  if (!isKnown && !wish.isNew) {
    const there = store.meters().slice(0, 20).join(", ");
    const what = `there is no meter ${meter} in this store${there === "" ? "" : `, but ${there}`}; add --new if it is a new one`;
    throw refusal("METERMAN_UNKNOWN_METER", what);
  }
  const { lift, mode, dryRun, who } = wish;
  const author = { who, why: wish.why ?? `import of ${basename(source.path)}`.slice(0, 500) };
  const uploading: UploadWish = { author, mode, lift, dryRun };
  const brought = await upload(store, meter, source, section, uploading, signal, onRow);
  // Not before: of rows that are refused no meter is left.
  if (!isKnown && !dryRun) await begin(store, meter);
  return brought;
}

/** A meter that has counted nothing yet. */
async function begin(store: Store, meter: MeterId): Promise<void> {
  const written = store.append({ meter, readings: [], events: [], memory: memorise(newLedger(meter)) });
  await store.flush();
  await written;
}
