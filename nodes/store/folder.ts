import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseMeterId } from "../model/index.ts";
import { hasCode } from "./files.ts";

/** The names in a folder, in order; none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return [];
    throw thrown;
  }
}

/** The meters, and gateways, that have a folder in the store's. A file that somebody else left there is none. */
export async function metersIn(folder: string): Promise<string[]> {
  const place = join(folder, "m");
  const names = (await namesIn(place)).filter((name) => parseMeterId(name).ok);
  const isFolder = async (name: string) => (await stat(join(place, name)).catch(() => undefined))?.isDirectory();
  const found = await Promise.all(names.map(isFolder));
  return names.filter((_, i) => found[i] === true);
}

const YEAR_FILE = /^(\d{4})(-\d{2}|\.roll)\.ndj$/;

/** The years of which a meter's folder has days or roll-ups. */
export async function yearsOf(path: string): Promise<string[]> {
  return [...new Set((await namesIn(path)).flatMap((name) => YEAR_FILE.exec(name)?.[1] ?? []))];
}

/** The folders of readings that corrections brought, below a meter's `adjust`. */
export async function sheetsIn(adjust: string, meter: string): Promise<string[]> {
  return (await namesIn(adjust)).filter(
    (name) => name.startsWith(`${meter}-`) && /^\d+$/.test(name.slice(meter.length + 1)),
  );
}
