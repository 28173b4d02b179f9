import { join } from "node:path";
import { failed, ok, type Result } from "../model/index.ts";
import { readIfThere, replaceFile } from "./files.ts";
import { shape } from "./shapes.ts";

/** The version this code writes. */
export const FORMAT_VERSION = 1;

/** From version n to n + 1, by n. A migration that is interrupted is run again: it must stand that. */
export type Migrations = Readonly<Record<number, (folder: string) => Promise<void>>>;
export const MIGRATIONS: Migrations = {};

const formatShape = shape<{ format: string; version: number }>({
  type: "object",
  required: ["format", "version"],
  properties: { format: { const: "meterman-store" }, version: { type: "integer", minimum: 1 } },
});

/** @returns the version of the folder; undefined when it is new or says nothing readable; nothing is written */
export async function readFormat(folder: string): Promise<number | undefined> {
  const bytes = await readIfThere(join(folder, "format.json"));
  if (bytes === undefined) return undefined;
  try {
    return formatShape(JSON.parse(bytes.toString("utf8")))?.version;
  } catch {
    return undefined;
  }
}

/** The file that a backup has until it is whole. */
export const UNFINISHED = "unfinished-backup";

export async function isUnfinished(folder: string): Promise<boolean> {
  return (await readIfThere(join(folder, UNFINISHED))) !== undefined;
}

/**
 * @returns METERMAN_STORE_FORMAT when the folder is newer than `version`, METERMAN_NO_STORE when it is a backup that was
 * interrupted; it is left as it is
 */
export async function checkFormat(folder: string, version = FORMAT_VERSION): Promise<Result<void>> {
  if (await isUnfinished(folder)) {
    const what = `the folder ${folder} is a backup that was interrupted; make that backup again`;
    return failed("METERMAN_NO_STORE", what, "folder");
  }
  const found = (await readFormat(folder)) ?? version;
  if (found <= version) return ok(undefined);
  return failed(
    "METERMAN_STORE_FORMAT",
    `the folder ${folder} has format ${found}, this version of meterman knows ${version}; update meterman or choose another folder`,
  );
}

/** Brings an older folder to `version`, step by step; each step is recorded before the next begins. */
export async function migrate(folder: string, version = FORMAT_VERSION, migrations = MIGRATIONS): Promise<void> {
  const found = await readFormat(folder);
  for (let from = found ?? version; from < version; from += 1) {
    const step = migrations[from];
    if (step === undefined) throw new Error(`there is no way from format ${from} to ${from + 1}`);
    await step(folder);
    await writeFormat(folder, from + 1);
  }
  if (found === undefined) await writeFormat(folder, version);
}

function writeFormat(folder: string, version: number): Promise<void> {
  return replaceFile(join(folder, "format.json"), `${JSON.stringify({ format: "meterman-store", version })}\n`);
}
