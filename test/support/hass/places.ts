import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Versions of scripts/home-assistant/versions.mjs; the tests run against one of them at a time. */
export const mainVersion = "2026.11.0";
export const version = process.env.METERMAN_HA_VERSION || mainVersion;

/** Where `node scripts/home-assistant.mjs install` keeps what it has built. */
export function homeOf(wanted: string): string {
  const cache =
    process.env.METERMAN_HA_CACHE ||
    join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "meterman", "home-assistant");
  const home = join(cache, wanted);
  if (!existsSync(join(home, "built.done")))
    throw new Error(
      `Home Assistant ${wanted} is not built: run \`node scripts/home-assistant.mjs install --version ${wanted}\``,
    );
  return home;
}

/** Whether `wanted` is a release of that month or a newer one: what a Home Assistant understands depends on it. */
export function atLeast(wanted: string, year: number, month: number): boolean {
  const [y = 0, m = 0] = wanted.split(".").map(Number);
  return y > year || (y === year && m >= month);
}
