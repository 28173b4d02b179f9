import { copyFile, cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

let folder: string;
let clock: Clock;
beforeEach(async () => {
  folder = await newFolder();
  clock = new Clock();
});

async function journalFile(within = folder): Promise<string> {
  const names = await readdir(join(within, "journal"));
  const name = names.find((one) => /^\d+\.ndj$/.test(one));
  return join(within, "journal", name ?? "");
}

/** Lines of the journal are deflated when that makes them shorter: both kinds have to stand the same. */
const kinds = [
  { kind: "plain", note: "" },
  { kind: "deflated", note: Array.from({ length: 300 }, (_, i) => (i * i) % 97).join() },
];

/** Five acknowledged batches of three readings; a copy of the folder as a power cut would leave it. */
async function fiveBatches(note = ""): Promise<string> {
  const { store } = await open(folder, clock);
  const account = new Account(clock.at);
  for (let i = 0; i < 5; i += 1) {
    await put(
      store,
      unit(
        account.many(3, () => 10 + i),
        { memory: { batch: i, note: note.slice(i) } },
      ),
    );
  }
  const copy = await newFolder();
  await cp(folder, copy, { recursive: true });
  await rm(join(copy, "lock"));
  return copy;
}

describe.each(kinds)("a journal with $kind lines that a power cut left unfinished", ({ note }) => {
  it("loses nothing but the last, unfinished write, wherever it was cut, and says so", async () => {
    const copy = await fiveBatches(note);
    const file = await journalFile(copy);
    const bytes = await readFile(file);
    const lines = bytes
      .toString("latin1")
      .split("\n")
      .filter((line) => line !== "");
    const last = lines.at(-1) ?? "";
    const start = bytes.indexOf(last);
    for (let cut = 0; cut <= last.length; cut += note === "" || cut > last.length - 9 ? 1 : 5) {
      // Behind the cut is what was there before: padding, or a line of the file's former life.
      const stale = lines[0]?.replaceAll("7", "8") ?? "";
      for (const behind of ["\n".repeat(400), stale.padEnd(400, stale)]) {
        const torn = Buffer.from(bytes);
        torn.write(behind, start + cut, "latin1");
        if (cut === 0) torn[start] = 10;
        await writeFile(file, torn);
        const { store, reports } = await open(copy, clock);
        const whole = cut === last.length && behind.startsWith("\n");
        expect(await all(store)).toHaveLength(whole ? 15 : 12);
        expect(store.memory(HOUSE)).toMatchObject({ batch: whole ? 4 : 3 });
        const isTorn = cut > 0 && !whole;
        expect(reports.map(({ code }) => code)).toEqual(isTorn ? ["METERMAN_STORE_DAMAGED"] : []);
        if (isTorn) expect(reports[0]?.message).toMatch(/did not finish.*cut off/);
        await store.close();
        await rm(join(copy, "memory.json"));
      }
    }
  });

  it("goes on writing behind the cut", async () => {
    const copy = await fiveBatches(note);
    const file = await journalFile(copy);
    const bytes = await readFile(file);
    const end = bytes.lastIndexOf("}") - 20;
    await writeFile(file, Buffer.concat([bytes.subarray(0, end), Buffer.alloc(5000, "x")]));
    const first = await open(copy, clock);
    const account = new Account(clock.at + 1000);
    await put(first.store, unit(account.many(2)));
    await first.store.close();
    const second = await open(copy, clock);
    expect(await all(second.store)).toHaveLength(14);
    expect(second.reports).toEqual([]);
  });
});

describe.each(kinds)("a journal with $kind lines and a flipped bit", ({ note }) => {
  it("loses at most the batch the bit is in, serves the rest, and says so", async () => {
    const copy = await fiveBatches(note);
    const file = await journalFile(copy);
    const bytes = await readFile(file);
    const used = bytes.lastIndexOf("}") + 1;
    for (let at = 0; at < used; at += note === "" ? 1 : 5) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(file, flipped);
      const { store, reports } = await open(copy, clock);
      const rows = await all(store);
      const lost = 15 - rows.length;
      expect([0, 3]).toContain(lost);
      expect(rows.every(({ wh }) => wh >= 10 && wh <= 14)).toBe(true);
      if (lost > 0) expect(reports.map(({ code }) => code)).toEqual(["METERMAN_STORE_DAMAGED"]);
      await store.close();
      await rm(join(copy, "memory.json"));
    }
    const kept = await readdir(join(copy, "quarantine"));
    expect(kept.length).toBeGreaterThan(0);
  });
});

describe("damaged documents", () => {
  /** Three days in documents, one more in the journal. */
  async function fourDays(): Promise<{ file: string; roll: string }> {
    clock.at = Date.UTC(2026, 5, 10) / 1000;
    const { store } = await open(folder, clock);
    const account = new Account(clock.at);
    for (let day = 0; day < 4; day += 1) {
      await put(
        store,
        unit(
          account.many(5760, () => 2),
          { memory: { day } },
        ),
      );
      clock.at += 86_400;
      await store.flush();
      await store.settled();
    }
    clock.at -= 3600;
    await store.close();
    const meter = join(folder, "m", HOUSE);
    return { file: join(meter, "2026-06.ndj"), roll: join(meter, "2026.roll.ndj") };
  }
  const days = { resolution: "day" } as const;

  it("stands in for an unreadable day with its half-hour sums, marks them, and keeps the bytes", async () => {
    const { file } = await fourDays();
    const bytes = await readFile(file);
    const second = bytes.indexOf(10) + 1;
    bytes[second + 5000] = (bytes[second + 5000] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { store, reports } = await open(folder, clock);
    expect((await all(store, days)).map(({ wh }) => wh)).toEqual([11_520, 11_520, 11_520, 11_520]);
    expect(reports).toEqual([]);
    const rows = await all(store);
    expect(rows).toHaveLength(3 * 5760 + 48);
    expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(4 * 11_520);
    expect(rows.filter(({ source }) => source === "synthetic")).toHaveLength(48);
    expect(rows.find(({ source }) => source === "synthetic")?.quality).toEqual(["suspect"]);
    await all(store);
    expect(reports.map(({ code }) => code)).toEqual(["METERMAN_STORE_DAMAGED"]);
    expect(await readdir(join(folder, "quarantine"))).toHaveLength(1);
  });

  it("makes roll-ups anew that are damaged, cut or gone", async () => {
    const { roll } = await fourDays();
    const bytes = await readFile(roll);
    const damages = [
      async () => {
        const flipped = Buffer.from(bytes);
        flipped[300] = (flipped[300] ?? 0) ^ 4;
        await writeFile(roll, flipped);
      },
      () => truncate(roll, bytes.length - 50),
      () => truncate(roll, bytes.indexOf(10) + 1),
      () => truncate(roll, 0),
      () => rm(roll),
    ];
    for (const damage of damages) {
      await damage();
      const { store } = await open(folder, clock);
      expect((await all(store, days)).map(({ wh }) => wh)).toEqual([11_520, 11_520, 11_520, 11_520]);
      await store.close();
      const again = await open(folder, clock);
      expect(await all(again.store, days)).toHaveLength(4);
      expect(again.reports).toEqual([]);
      await again.store.close();
      await writeFile(roll, bytes);
    }
  });

  it("finds a day whose line was written but not yet its roll-up, and cuts off half a line", async () => {
    const { file, roll } = await fourDays();
    const [days, rolls] = [await readFile(file), await readFile(roll)];
    await truncate(roll, rolls.subarray(0, -1).lastIndexOf(10) + 1);
    const first = await open(folder, clock);
    expect(must(await first.store.consumption(HOUSE, epochSeconds(0), epochSeconds(2e9))).wh).toBe(46_080);
    await first.store.close();
    await writeFile(file, Buffer.concat([days, days.subarray(0, 777)]));
    const second = await open(folder, clock);
    expect(await all(second.store)).toHaveLength(4 * 5760);
    await put(second.store, unit(new Account(Date.UTC(2026, 5, 10) / 1000 - 500).many(10)));
    clock.at += 86_400;
    await second.store.flush();
    await second.store.settled();
    await second.store.close();
    const third = await open(folder, clock);
    expect(await all(third.store)).toHaveLength(4 * 5760 + 10);
    expect([...second.reports, ...third.reports]).toEqual([]);
  });

  it("opens without the checkpoint of memories and says what is unknown", async () => {
    await fourDays();
    const path = join(folder, "memory.json");
    await copyFile(path, join(folder, "was.json"));
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("day", "dab"));
    const { store, reports } = await open(folder, clock);
    expect(reports.map(({ message }) => message)).toEqual([expect.stringMatching(/memory.json could not be read/)]);
    expect(await all(store)).toHaveLength(4 * 5760);
    await put(store, unit([], { memory: { day: 9 } }));
    await store.close();
    const again = await open(folder, clock);
    expect(again.reports).toEqual([]);
    expect(again.store.memory(HOUSE)).toEqual({ day: 9 });
  });
});
