import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { epochSeconds, wh } from "../../nodes/model/index.ts";
import { type Repair, repair, type Store, verify } from "../../nodes/store/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

const DAY = 86_400;
const DAYS = 4;
const ENERGY = 2;
let folder: string;
let clock: Clock;

/** Some days in documents, one more in the journal; with events, snapshots, a correction and one that was undone. */
async function filled(within: string): Promise<void> {
  const { store } = await open(within, clock);
  const account = new Account(clock.at);
  for (let day = 0; day < DAYS; day += 1) {
    const at = epochSeconds(clock.at);
    const readings = account.many(1440, () => ENERGY, 60);
    const events = [{ meter: HOUSE, at, kind: "back" as const }];
    await put(
      store,
      unit(readings, { events, snapshots: [{ device: HOUSE, at, rssiDbm: -60 - day }], memory: { day } }),
    );
    clock.at += DAY;
    if (day < DAYS - 1) await store.flush();
    await store.settled();
  }
  const author = { who: "owner", why: "test" };
  must(await store.adjust(HOUSE, { kind: "rename", name: "House" }, author));
  must(await store.adjust(HOUSE, { kind: "rename", name: "Barn" }, author));
  must(await store.undo(HOUSE, 2, author));
  await store.close();
}

beforeEach(async () => {
  folder = await newFolder();
  clock = new Clock();
  clock.at = Date.UTC(2026, 11, 30) / 1000;
  await filled(folder);
});

async function copyOf(): Promise<string> {
  const copy = await newFolder();
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** Repairs, and sees that there is nothing left to do. */
async function mended(within: string): Promise<Repair> {
  const found = must(await repair(within));
  expect(found.left).toEqual([]);
  expect((await verify(within)).problems).toEqual([]);
  expect(must(await repair(within))).toEqual({ problems: [], done: [], quarantined: 0, left: [] });
  return found;
}

async function change(path: string, how: (bytes: Buffer) => Buffer | undefined): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, how(bytes) ?? bytes);
}

function flip(at: number) {
  return (bytes: Buffer): undefined => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  };
}

async function days(store: Store): Promise<number[]> {
  return (await all(store, { resolution: "day" })).map((row) => row.wh);
}

const WHOLE = Array.from({ length: DAYS }, () => 1440 * ENERGY);
const meterOf = (within: string) => join(within, "m", HOUSE);

describe("repair", () => {
  it("finds nothing to do in a sound folder, and touches nothing", async () => {
    const before = await readFile(join(folder, "memory.json"));
    expect(must(await repair(folder))).toEqual({ problems: [], done: [], quarantined: 0, left: [] });
    expect(await readFile(join(folder, "memory.json"))).toEqual(before);
    expect(await readdir(folder)).not.toContain("quarantine");
  });

  it("is refused while a store works in the folder, and where no store is", async () => {
    await open(folder, clock);
    expect(await repair(folder)).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
    const empty = await newFolder();
    expect(await repair(empty)).toMatchObject({ ok: false, error: { code: "METERMAN_NO_STORE" } });
    expect(await readdir(empty)).toEqual([]);
  });

  it("puts half-hour sums in the place of a lost day, and says how many", async () => {
    await change(join(meterOf(folder), "2026-12.ndj"), flip(500));
    const { problems, done, quarantined } = await mended(folder);
    expect(problems).toHaveLength(2);
    expect(done).toContainEqual(expect.stringMatching(/2026-12: the readings of 1 day are lost; their half-hour sums/));
    expect(quarantined).toBe(1);
    const { store, reports } = await open(folder, clock);
    expect(await days(store)).toEqual(WHOLE);
    const rows = await all(store);
    expect(rows.filter(({ source }) => source === "synthetic")).toHaveLength(48);
    expect(rows.filter(({ source }) => source === "interval")).toHaveLength((DAYS - 1) * 1440);
    expect(reports).toEqual([]);
  });

  it("keeps the half-hour sums of a month whose file is gone", async () => {
    await rm(join(meterOf(folder), "2026-12.ndj"));
    await mended(folder);
    expect(await days((await open(folder, clock)).store)).toEqual(WHOLE);
  });

  it("makes roll-ups anew that are damaged, without losing a reading", async () => {
    await change(join(meterOf(folder), "2026.roll.ndj"), flip(200));
    const { done } = await mended(folder);
    expect(done).toEqual([expect.stringMatching(/roll-ups of 2026 were made anew/)]);
    expect(await all((await open(folder, clock)).store)).toHaveLength(DAYS * 1440);
  });

  it("cuts off unfinished writes: nothing acknowledged is lost", async () => {
    const journal = join(folder, "journal");
    const name = (await readdir(journal)).find((one) => /^\d+\.ndj$/.test(one)) ?? "";
    await change(join(journal, name), (bytes) =>
      Buffer.concat([bytes.subarray(0, bytes.lastIndexOf("}") + 3), Buffer.from('{"c":"00112233","b":[17')]),
    );
    for (const file of ["2026-12.ndj", "2027.roll.ndj", "2026-12.events.ndj", "adjust/trail.ndj"]) {
      await change(join(meterOf(folder), file), (bytes) => Buffer.concat([bytes, Buffer.from('{"c":"0011')]));
    }
    const { problems, done } = await mended(folder);
    expect(problems).toHaveLength(5);
    expect(done.filter((what) => what.includes("nothing acknowledged is lost"))).toHaveLength(4);
    const { store, reports } = await open(folder, clock);
    expect(await all(store)).toHaveLength(DAYS * 1440);
    expect(store.memory(HOUSE)).toEqual({ day: DAYS - 1 });
    expect(reports).toEqual([]);
  });

  it("counts on behind a lost memory.json, so that nothing new is taken for old", async () => {
    await change(join(folder, "memory.json"), flip(40));
    await rm(join(folder, "journal"), { recursive: true });
    await mkdir(join(folder, "journal"));
    const { done } = await mended(folder);
    expect(done).toEqual([expect.stringMatching(/memory.json: what the accounts .* remembered is lost/)]);
    const { store } = await open(folder, clock);
    const at = epochSeconds(clock.at);
    await put(store, unit([], { events: [{ meter: HOUSE, at, kind: "back" }], memory: { day: 9 } }));
    clock.at += DAY;
    await store.flush();
    await store.settled();
    const events = must(await store.events({ meter: HOUSE, from: at, to: epochSeconds(at + 1) }));
    expect(events.items).toHaveLength(1);
  });

  it("takes what is left of the memories from the journal", async () => {
    await change(join(folder, "memory.json"), flip(40));
    await mended(folder);
    const { store } = await open(folder, clock);
    expect(store.memory(HOUSE)).toEqual({ day: DAYS - 1 });
  });

  it("mends the readings that a correction brought as it mends measured ones", async () => {
    const { store } = await open(folder, clock);
    const from = Date.UTC(2026, 11, 31) / 1000;
    const rows = Array.from({ length: 96 }, (_, i) => ({
      start: epochSeconds(from + i * 900),
      end: epochSeconds(from + (i + 1) * 900),
      wh: wh(7),
    }));
    must(await store.adjust(HOUSE, { kind: "upload", rows }, { who: "owner", why: "test" }));
    const before = await days(store);
    await store.close();
    const sheets = (await readdir(join(meterOf(folder), "adjust"))).filter((name) => name !== "trail.ndj");
    expect(sheets).toHaveLength(1);
    const sheet = join(meterOf(folder), "adjust", sheets[0] ?? "");
    await change(join(sheet, "2026-12.ndj"), flip(100));
    const { problems, done } = await mended(folder);
    expect(problems).toHaveLength(2);
    expect(done).toContainEqual(expect.stringMatching(/readings of 1 day are lost; their half-hour sums/));
    const again = await open(folder, clock);
    expect(await days(again.store)).toEqual(before);
    await again.store.close();
    await rm(sheet, { recursive: true });
    expect((await verify(folder)).problems).toEqual([expect.stringMatching(/readings that a correction brought/)]);
  });

  it("says that corrections are lost, and the others count", async () => {
    await change(join(meterOf(folder), "adjust", "trail.ndj"), (bytes) => flip(bytes.indexOf(10) + 40)(bytes));
    const { done } = await mended(folder);
    expect(done).toEqual([expect.stringMatching(/1 correction.*look through the corrections/)]);
    const { store } = await open(folder, clock);
    expect(store.nameOf(HOUSE)).toBe("House");
    const next = must(await store.adjust(HOUSE, { kind: "rename", name: "Mill" }, { who: "a", why: "b" }));
    expect(next.adjustment?.n).toBeGreaterThan(2);
    expect(store.nameOf(HOUSE)).toBe("Mill");
  });

  it("keeps the readings of a correction that is lost", async () => {
    const { store } = await open(folder, clock);
    const start = epochSeconds(Date.UTC(2026, 11, 31) / 1000);
    const author = { who: "owner", why: "test" };
    const rows = [{ start, end: epochSeconds(start + 900), wh: wh(7) }];
    const { adjustment } = must(await store.adjust(HOUSE, { kind: "upload", rows }, author));
    must(await store.adjust(HOUSE, { kind: "rename", name: "Mill" }, author));
    await store.close();
    const adjust = join(meterOf(folder), "adjust");
    const sheet = join(adjust, `${HOUSE}-${adjustment?.n}`, "2026-12.ndj");
    const brought = await readFile(sheet, "utf8");
    await change(join(adjust, "trail.ndj"), (bytes) => flip(bytes.indexOf('"upload"'))(bytes));
    await mended(folder);
    const again = await open(folder, clock);
    expect(again.store.nameOf(HOUSE)).toBe("Mill");
    await again.store.close();
    expect(await readFile(sheet, "utf8")).toBe(brought);
  });

  it("never fails, and leaves nothing to find, whatever was damaged and where", async () => {
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => relative(folder, join(one.parentPath, one.name)));
    const damage = fc.record({
      file: fc.constantFrom(...files.filter((file) => file.endsWith(".ndj") || file === "memory.json").sort()),
      kind: fc.constantFrom("flip" as const, "cut" as const, "noise" as const, "zeros" as const),
      where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      length: fc.integer({ min: 1, max: 3000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (list) => {
        const copy = await copyOf();
        for (const { file, kind, where, length } of list) {
          const path = join(copy, file);
          const bytes = await readFile(path);
          const at = Math.floor(where * bytes.length);
          if (kind === "cut") await truncate(path, at);
          else if (kind === "flip") await change(path, flip(at));
          else await change(path, (all) => all.fill(kind === "zeros" ? 0 : "x", at, Math.min(all.length, at + length)));
        }
        await mended(copy);
        const { store, reports } = await open(copy, clock);
        await all(store);
        await store.events({ meter: HOUSE, from: epochSeconds(0), to: epochSeconds(4e9) });
        await store.snapshots({ device: HOUSE, from: epochSeconds(0), to: epochSeconds(4e9) });
        expect(reports).toEqual([]);
        // Days in documents keep their energy unless both the day and what is known of it are gone.
        if (!list.some(({ file }) => file.includes("roll") || file.includes("journal"))) {
          expect(await days(store)).toEqual(WHOLE);
        }
        await store.close();
        await rm(copy, { recursive: true });
      }),
      { numRuns: Number(process.env.METERMAN_REPAIR_RUNS ?? 12) },
    );
  });
});
