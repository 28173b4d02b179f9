import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isZone, type LedgerWrite, MetermanError, ok, type Result } from "../../model/index.ts";
import { openStore, type Store, type StoreOptions } from "../../store/index.ts";
import type { OpenStore } from "../services.ts";
import { defineNode, parser, type Running, type Shell, userFolder } from "../shell/index.ts";
import { makeDirectory } from "./directory.ts";
import { makeLiveHub } from "./live.ts";

interface Config {
  readonly name: string;
  readonly folder: string;
  readonly zone: string;
  readonly flushS: number;
  /** 0 or null: for ever. */
  readonly keepRawMonths: number | null;
}

const config = parser<Config>(
  {
    type: "object",
    properties: {
      name: { type: "string", default: "" },
      folder: { type: "string", maxLength: 1000, default: "" },
      zone: { type: "string", maxLength: 64, default: "" },
      flushS: { type: "integer", minimum: 1, maximum: 600, default: 60 },
      keepRawMonths: { type: ["integer", "null"], minimum: 0, maximum: 1200, default: 0 },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

/** A lock may belong to a Node-RED that is about to end, or to this node before a deploy. */
const LOCK_WAIT_MS = 5000;
/** Nodes close side by side: those that write get this long for their last readings. */
const LAST_WORDS_MS = 3000;

export default defineNode<Config>({ type: "meterman-store", config, start });

function start(shell: Shell<Config>): Running {
  const zone = shell.config.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(zone)) {
    const message = `the time zone ${zone} is not known; use an IANA name like Europe/Oslo`;
    throw new MetermanError({ code: "METERMAN_BAD_CONFIG", message, field: "zone" });
  }
  const folder = folderOf(shell);
  let units = 0;
  let store: Store | undefined;
  const directory = makeDirectory();
  const stop = new AbortController();
  shell.status("busy", "opening");
  const keepRawMonths = shell.config.keepRawMonths ?? 0;
  const options = { folder, zone, now: shell.now, report: shell.report, keepRawMonths, signal: stop.signal };
  const ready = openPatiently(options).then((opened): Result<OpenStore> => {
    if (!opened.ok) {
      shell.status("error", opened.error.message);
      shell.report(opened.error);
      return opened;
    }
    const open = opened.value;
    store = open;
    shell.status("ok", folder);
    shell.every(shell.config.flushS, async () => {
      await open.flush();
      const isFailing = open.health().writing === "failing";
      if (isFailing) shell.status("error", "readings cannot be written: is the disk full?");
      else shell.status("ok", folder);
    });
    const append = (unit: LedgerWrite) => {
      units += 1;
      return open.append(unit);
    };
    const journal = { append, memory: open.memory, meters: open.meters };
    const live = makeLiveHub((thrown) => shell.report({ code: "METERMAN_INTERNAL", message: String(thrown) }));
    open.onChanged((meter, from, why) => {
      if (why === "adjusted") live.tell({ type: "adjusted", meter, from });
    });
    return ok({
      ...{ journal, archive: open, adjustments: open, directory, live },
      ...{ flush: () => open.flush(), health: () => open.health() },
      onChanged: (listener) => open.onChanged(listener),
    });
  });
  return {
    service: { kind: "store", zone, ready },
    health: () => ({ folder, zone, ...store?.health() }),
    async close() {
      stop.abort();
      await ready;
      if (store === undefined) return;
      const deadline = performance.now() + LAST_WORDS_MS;
      for (let before = -1; before !== units && performance.now() < deadline; ) {
        before = units;
        await store.flush();
        await sleep(50);
      }
      await store.close();
    },
  };
}

function folderOf(shell: Shell<Config>): string {
  const userDir = userFolder(shell.RED);
  const { folder } = shell.config;
  if (folder !== "") return resolve(userDir, folder.replace(/^~(?=$|[/\\])/, homedir()));
  const given = process.env.METERMAN_DATA ?? "";
  return given === "" ? join(userDir, "meterman") : resolve(given);
}

async function openPatiently(options: StoreOptions & { signal: AbortSignal }): Promise<Result<Store>> {
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const opened = await openStore(options);
    const isLocked = !opened.ok && opened.error.code === "METERMAN_STORE_LOCKED";
    if (!isLocked || options.signal.aborted || performance.now() > deadline) return opened;
    await sleep(250);
  }
}
