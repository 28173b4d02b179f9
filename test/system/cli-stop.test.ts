import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { memorise, newLedger } from "../../nodes/meter/index.ts";
import { epochSeconds, type Reading, watts, wh } from "../../nodes/model/index.ts";
import { ended, HOUSE, inStore, must, newFolder, run, START, start, until } from "../cli/support.ts";

/** Ctrl-C and kill −9 in the middle of long work: nothing is half done, or the same command again makes it whole. */
const READINGS = 400_000;

function readings(from: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, i) => {
    const start = START + (from + i) * 15;
    const total = wh((from + i + 1) * 5);
    return {
      ...{ meter: HOUSE, start: epochSeconds(start), end: epochSeconds(start + 15), wh: wh(5), watts: watts(1200) },
      ...{ registerWh: total, lifetimeWh: total, source: "interval", quality: [] },
    };
  });
}

async function large(): Promise<string> {
  const folder = await newFolder();
  const end = START + READINGS * 15 + 86_400;
  await inStore(
    folder,
    async (store) => {
      for (let from = 0; from < READINGS; from += 20_000) {
        const written = store.append({ meter: HOUSE, readings: readings(from, 20_000), events: [], memory: {} });
        await store.flush();
        await written;
      }
      const known = store.append({ meter: HOUSE, readings: [], events: [], memory: memorise(newLedger(HOUSE)) });
      await store.flush();
      await known;
    },
    end,
  );
  return folder;
}

/** Lines of the journal that are written. */
async function batches(folder: string): Promise<number> {
  const path = join(folder, "journal");
  const names = await readdir(path).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8").catch(() => "")));
  return texts
    .join("\n")
    .split("\n")
    .filter((line) => line !== "").length;
}

const sums = (folder: string) =>
  inStore(folder, async (store) => {
    const [from, to] = [epochSeconds(0), epochSeconds(2_000_000_000)];
    const days = must(await store.readings({ meter: HOUSE, from, to, resolution: "day" })).items;
    return days.map(({ start: day, wh: used, coveredS, registerWh }) => [day, used, coveredS, registerWh]);
  });

it("an export that is stopped leaves no file, one that is not leaves a whole one", async () => {
  const [folder, place] = [await large(), await newFolder()];
  const file = join(place, "all.ndjson");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = start(["export", "--store", folder, "--output", file]);
    await until("the export", () => existsSync(`${file}.partial`));
    child.kill(signal);
    expect(await ended(child)).toBe(130);
    expect(await readdir(place)).toEqual([]);
  }
  expect(await run(["export", "--store", folder, "--output", file])).toMatchObject({ code: 0 });
  expect(await readdir(place)).toEqual(["all.ndjson"]);
});

it.each(["SIGINT", "SIGKILL"] as const)(
  "an import that meets %s is whole after the same command again",
  async (signal) => {
    const [folder, to, place] = [await large(), await newFolder(), await newFolder()];
    const file = join(place, "all.ndjson");
    await run(["export", "--store", folder, "--output", file]);
    const child = start(["import", "--store", to, file]);
    await until("some batches of readings", async () => (await batches(to)) > 3);
    child.kill(signal);
    const code = await ended(child);
    expect(code).toBe(signal === "SIGINT" ? 130 : null);
    expect(await inStore(to, async (store) => store.meters())).toEqual([]);
    expect(await run(["import", "--store", to, file])).toMatchObject({ code: 0 });
    const [before, after] = [await sums(folder), await sums(to)];
    expect(after.length).toBeGreaterThan(69);
    expect(after).toEqual(before);
    expect(await run(["verify", "--store", to])).toMatchObject({ code: 0 });
  },
);
