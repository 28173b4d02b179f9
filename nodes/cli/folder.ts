import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import {
  type EpochSeconds,
  type ErrorCode,
  epochSeconds,
  failed,
  isZone,
  MetermanError,
  ok,
  type Result,
} from "../model/index.ts";
import { isStore, openStore, type Store } from "../store/index.ts";
import { type Option, type Typed, Usage } from "./command.ts";
import { say } from "./output.ts";

export const STORE_OPTION: Option = {
  name: "store",
  value: "FOLDER",
  about: "the folder of the store; else METERMAN_DATA, else where Node-RED keeps it",
};
export const ZONE_OPTION: Option = {
  name: "zone",
  value: "ZONE",
  about: "time zone of times without an offset, like Europe/Oslo; else this machine's",
};

export function now(): EpochSeconds {
  return epochSeconds(Math.floor(Date.now() / 1000));
}

/** @throws Usage for a zone that is none */
export function zoneOf(typed: Typed): string {
  const zone = typed.text("zone") ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(zone)) throw new Usage("--zone must be a time zone like Europe/Oslo");
  return zone;
}

/**
 * The folder that is meant: the option, METERMAN_DATA, the folder of `npm start` in a clone of meterman, or that of a
 * Node-RED in the home folder. The latter two are told: nobody typed them.
 */
export function folderOf(typed: Typed): string {
  const given = typed.text("store") ?? process.env.METERMAN_DATA;
  if (given !== undefined && given !== "") return resolve(given);
  const clone = cloneFolder();
  const { METERMAN_USER_DIR: userDir = "", METERMAN_SERIAL: serial = "" } = process.env;
  const home = userDir !== "" ? userDir : clone === undefined ? join(homedir(), ".node-red") : join(clone, ".node-red");
  // As scripts/start.mjs has it: a simulated house has a folder of its own.
  const folder = join(home, clone !== undefined && serial === "" ? "meterman-simulated" : "meterman");
  say(`the store is ${folder}`);
  return folder;
}

/** Where meterman was cloned to; undefined when this is the installed package. */
function cloneFolder(): string | undefined {
  const root = resolve(__dirname, "..", "..");
  return existsSync(join(root, "scripts", "start.mjs")) ? root : undefined;
}

/** @returns METERMAN_NO_STORE when no store is there: looking into one must not make it */
export async function existingStore(folder: string): Promise<Result<string>> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true && (await isStore(folder))) return ok(folder);
  const what = found === undefined ? `there is no folder ${folder}` : `there is no store in ${folder}`;
  return failed("METERMAN_NO_STORE", `${what}: name the folder of the store with --store`);
}

/** @returns METERMAN_NO_STORE when other things are there: a store is not made between them */
export async function storeOrRoom(folder: string): Promise<Result<string>> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.length === 0 || (await isStore(folder))) return ok(folder);
  return failed(
    "METERMAN_NO_STORE",
    `${folder} has other things in it: name the store's folder, or a new one, with --store`,
  );
}

/** Opens a store for one piece of work and closes it behind that. @throws MetermanError when it cannot be opened */
export async function withStore<T>(folder: string, zone: string, work: (store: Store) => Promise<T>): Promise<T> {
  const opened = await openStore({ folder, zone, now, report: ({ code, message }) => say(`${code}: ${message}`) });
  if (!opened.ok) throw new MetermanError(opened.error);
  try {
    return await work(opened.value);
  } finally {
    await opened.value.close();
  }
}

export function refusal(code: ErrorCode, message: string): MetermanError {
  return new MetermanError({ code, message });
}

/** @throws MetermanError for a failure */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new MetermanError(result.error);
  return result.value;
}
