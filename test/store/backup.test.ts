import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type fsPromises from "node:fs/promises";
import { cp, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { epochSeconds, type MeterId, wh } from "../../nodes/model/index.ts";
import { backup, openStore, type Store, verify } from "../../nodes/store/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, SHED, unit } from "./support.ts";

/** Every so many-th call is tried; 1 tries them all. */
const STRIDE = Number(process.env.METERMAN_CRASH_STRIDE ?? 3);

let folder: string;
let clock: Clock;
let away: string;
beforeEach(async () => {
  folder = await newFolder();
  away = join(await newFolder(), "copy");
  clock = new Clock();
});

/** Three days: two in documents, the third in the journal; still open. */
async function threeDays() {
  const opened = await open(folder, clock);
  const account = new Account(clock.at);
  for (let day = 0; day < 3; day += 1) {
    const at = epochSeconds(clock.at);
    const readings = account.many(5760, (i) => i % 7);
    const snapshots = [{ device: HOUSE, at, batteryMv: 3000 - day }];
    const events = [{ meter: HOUSE, at, kind: "back" as const }];
    await put(opened.store, unit(readings, { events, snapshots, memory: { day } }));
    clock.at += 86_400;
    if (day < 2) await opened.store.flush();
    await opened.store.settled();
  }
  return opened;
}

describe("a backup", () => {
  it("of a store at work is the store, with everything that was acknowledged", async () => {
    const { store } = await threeDays();
    const start = epochSeconds(clock.at - 86_400);
    const rows = [{ start, end: epochSeconds(start + 1000), wh: wh(77) }];
    must(await store.adjust(HOUSE, { kind: "upload", rows }, { who: "owner", why: "test" }));
    const told: string[] = [];
    const made = must(await backup(folder, away, (done, total, what) => told.push(`${done}/${total} ${what}`)));
    expect(made.problems).toEqual([]);
    expect(made.meters).toBe(1);
    expect(told.length).toBeGreaterThan(5);
    const copy = await open(away, clock);
    expect(await all(copy.store)).toEqual(await all(store));
    expect(must(await copy.store.adjustments(HOUSE))).toEqual(must(await store.adjustments(HOUSE)));
    expect(copy.store.memory(HOUSE)).toEqual({ day: 2 });
    const span = { from: epochSeconds(0), to: epochSeconds(4e9) };
    const events = must(await copy.store.events({ meter: HOUSE, ...span }));
    expect(events).toEqual(must(await store.events({ meter: HOUSE, ...span })));
    const snapshots = must(await copy.store.snapshots({ device: HOUSE, ...span }));
    expect(snapshots.items.map(({ batteryMv }) => batteryMv)).toEqual([3000, 2999, 2998]);
    expect(copy.reports).toEqual([]);
  });

  it("is a store of its own: both go on alone", async () => {
    const { store } = await threeDays();
    must(await backup(folder, away));
    const copy = await open(away, clock);
    await put(copy.store, unit(new Account(clock.at).many(5)));
    expect(await all(copy.store)).toHaveLength(3 * 5760 + 5);
    expect(await all(store)).toHaveLength(3 * 5760);
  });

  it("leaves out what was being written, and says nothing of it", async () => {
    const { store } = await threeDays();
    await store.close();
    const month = join(folder, "m", HOUSE, "2026-07.ndj");
    const journal = join(folder, "journal");
    const names = await readdir(journal);
    const name = join(journal, names.find((one) => /^\d+\.ndj$/.test(one)) ?? "");
    const bytes = await readFile(name);
    await writeFile(name, Buffer.concat([bytes.subarray(0, bytes.lastIndexOf("}") - 40), Buffer.alloc(4000, "x")]));
    await writeFile(month, Buffer.concat([await readFile(month), Buffer.from('{"c":"0000')]));
    expect(must(await backup(folder, away)).problems).toEqual([]);
    const { reports } = await open(away, clock);
    expect(reports).toEqual([]);
  });

  it("tells of damage that the store has", async () => {
    const { store } = await threeDays();
    await store.close();
    const month = join(folder, "m", HOUSE, "2026-07.ndj");
    const bytes = await readFile(month);
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    await writeFile(month, bytes);
    const { problems } = must(await backup(folder, away));
    expect(problems).toContainEqual(expect.stringMatching(/2026-07.ndj has a damaged line/));
  });

  it("is refused into the store, into a folder with something in it, and of a folder without a store", async () => {
    await threeDays();
    const refusals = [
      [folder, folder],
      [folder, join(folder, "backup")],
      [folder, join(folder, "m", HOUSE)],
    ] as const;
    for (const [from, to] of refusals) {
      expect(await backup(from, to)).toMatchObject({ ok: false, error: { code: "METERMAN_BAD_QUERY", field: "to" } });
    }
    const link = join(await newFolder(), "link");
    await symlink(folder, link);
    expect(await backup(folder, join(link, "backup"))).toMatchObject({ error: { code: "METERMAN_BAD_QUERY" } });
    expect(await backup(link, join(folder, "backup"))).toMatchObject({ error: { code: "METERMAN_BAD_QUERY" } });
    await mkdir(away);
    await writeFile(join(away, "mine.txt"), "");
    expect(await backup(folder, away)).toMatchObject({ error: { code: "METERMAN_BAD_QUERY" } });
    expect(await readdir(away)).toEqual(["mine.txt"]);
    expect(await backup(away, join(away, "b"))).toMatchObject({ error: { code: "METERMAN_NO_STORE" } });
    expect(await readdir(folder)).not.toContain("backup");
  });

  it("that was interrupted is no store, says so, and can be made again", async () => {
    await threeDays();
    must(await backup(folder, away));
    await rm(join(away, "format.json"));
    await writeFile(join(away, "unfinished-backup"), "");
    await truncate(join(away, "m", HOUSE, "2026-07.ndj"), 5000);
    const opened = await openStore({ folder: away, zone: "UTC", now: clock.now });
    expect(opened).toMatchObject({
      error: { code: "METERMAN_NO_STORE", message: expect.stringMatching(/interrupted/) },
    });
    expect((await verify(away)).problems).toContainEqual(expect.stringMatching(/interrupted/));
    expect(must(await backup(folder, away)).problems).toEqual([]);
    expect(await all((await open(away, clock)).store)).toHaveLength(3 * 5760);
    await writeFile(join(away, "unfinished-backup"), "");
    await writeFile(join(away, "mine.txt"), "");
    expect(await backup(folder, away)).toMatchObject({ error: { code: "METERMAN_BAD_QUERY" } });
  });
});

/** Runs `job` at the n-th time that a file is opened, read or looked at. @returns how to end that, and whether it ran */
function atCall(n: number, job: () => Promise<void>): () => boolean {
  const disk: typeof fsPromises = createRequire(import.meta.url)("node:fs/promises");
  const real = { ...disk };
  let calls = 0;
  let hasRun = false;
  const first = async () => {
    calls += 1;
    if (hasRun || calls < n) return;
    hasRun = true;
    await job();
  };
  const change = (names: object) => {
    Object.assign(disk, names);
    syncBuiltinESMExports();
  };
  change({
    open: (...given: Parameters<typeof real.open>) => first().then(() => real.open(...given)),
    readdir: (...given: Parameters<typeof real.readdir>) => first().then(() => real.readdir(...given)),
    readFile: (...given: Parameters<typeof real.readFile>) => first().then(() => real.readFile(...given)),
    stat: (...given: Parameters<typeof real.stat>) => first().then(() => real.stat(...given)),
  });
  return () => {
    change(real);
    return hasRun;
  };
}

describe("a backup within which the store writes and merges", () => {
  it("is of one moment, whenever that happens", async () => {
    const account = new Account(clock.at);
    const live = async (store: Store) => {
      for (let i = 0; i < 2; i += 1) {
        await put(store, unit(account.many(20), { memory: { lifetime: account.lifetime } }));
        // Months go by: older ones are shortened, too.
        account.at += 40 * 86_400;
        clock.at = account.at;
        await store.flush();
        await store.settled();
      }
      await put(store, unit(account.many(20), { memory: { lifetime: account.lifetime } }));
    };
    const { store } = await open(folder, clock, { keepRawMonths: 1 });
    await live(store);
    await store.close();
    const { at, register, lifetime } = account;
    let isReached = true;
    for (let n = 1; isReached; n += STRIDE) {
      const [data, copy] = [join(away, `${n}`), join(away, `${n}-copy`)];
      await cp(folder, data, { recursive: true });
      Object.assign(account, { at, register, lifetime });
      clock.at = at;
      const source = await open(data, clock, { keepRawMonths: 1 });
      const end = atCall(n, () => live(source.store));
      const made = await backup(data, copy).finally(() => {
        isReached = end();
      });
      expect(must(made).problems).toEqual([]);
      const opened = await open(copy, clock);
      const sum = (await all(opened.store)).reduce((total, { wh }) => total + wh, 0);
      expect([n, opened.store.memory(HOUSE)]).toEqual([n, { lifetime: sum }]);
      expect(sum).toBeGreaterThanOrEqual(lifetime);
      expect(opened.reports).toEqual([]);
      await opened.store.close();
      await source.store.close();
    }
  });
});

const SECONDS = Number(process.env.METERMAN_BACKUP_SECONDS ?? 1);

describe("backups of a folder in which another process writes and merges", () => {
  let writer: ChildProcess | undefined;
  afterEach(async () => {
    if (writer === undefined || writer.exitCode !== null || writer.signalCode !== null) return;
    const exit = once(writer, "exit");
    writer.kill("SIGKILL");
    await exit;
  });

  async function acknowledgedIn(log: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    // The last line may be half written.
    for (const line of (await readFile(log, "utf8").catch(() => "")).split("\n").slice(0, -1)) {
      const [meter = "", total] = line.split(" ");
      found.set(meter, Math.max(found.get(meter) ?? 0, Number(total)));
    }
    return found;
  }

  async function check(copy: string, meters: readonly MeterId[], least: ReadonlyMap<string, number>) {
    expect((await verify(copy)).problems).toEqual([]);
    const { store, reports } = await open(copy, new Clock());
    expect(reports).toEqual([]);
    for (const meter of meters) {
      const now = store.memory(meter)?.now;
      const register = Array.isArray(now) ? Number(now[1]) : Number.NaN;
      // No reading that was acknowledged is missing; ledger and readings are of the same moment.
      expect(register).toBeGreaterThanOrEqual(least.get(meter) ?? 0);
      expect(must(await store.consumption(meter, epochSeconds(0), epochSeconds(4e9))).wh).toBe(register);
      const days = await all(store, { meter, resolution: "day" });
      expect(days.reduce((sum, { wh }) => sum + wh, 0)).toBe(register);
      const told: number[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const query = { device: meter, from: epochSeconds(0), to: epochSeconds(4e9), limit: 10_000 };
        const page = must(await store.snapshots(cursor === undefined ? query : { ...query, cursor }));
        told.push(...page.items.map(({ registerWh }) => registerWh ?? 0));
        cursor = page.next;
      }
      // Each snapshot once: the register of the process that says them rises with every one.
      expect(told.at(-1)).toBe(register);
      expect(told.filter((total, i) => total <= (told[i - 1] ?? 0))).toEqual([]);
    }
    await store.close();
  }

  it(
    "hold what was acknowledged before, nothing twice, and ledgers of the same moment; verify takes nothing for damage",
    async () => {
      const script = join(folder, "writer.mjs");
      await esbuild.build({
        entryPoints: [join(import.meta.dirname, "writer-process.ts")],
        outfile: script,
        bundle: true,
        platform: "node",
        format: "esm",
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      });
      const [data, log] = [join(folder, "data"), join(folder, "acknowledged")];
      const copies: { copy: string; least: Map<string, number> }[] = [];
      let segments = new Set<string>();
      let merges = 0;
      const deadline = performance.now() + SECONDS * 1000;
      for (let i = 0; copies.length < 3 || performance.now() < deadline; i += 1) {
        if (i % 12 === 0) {
          writer?.kill("SIGKILL");
          if (writer !== undefined) await once(writer, "exit");
          writer = spawn(process.execPath, [script, data, log], { stdio: "ignore" });
          const before = (await acknowledgedIn(log)).get(SHED) ?? 0;
          await expect
            .poll(async () => (await acknowledgedIn(log)).get(SHED) ?? 0, { timeout: 20_000 })
            .toBeGreaterThan(before);
        }
        const least = await acknowledgedIn(log);
        const copy = join(folder, `copy-${i}`);
        const made = must(await backup(data, copy));
        expect(made.problems).toEqual([]);
        if (i % 4 === 1) expect((await verify(data)).problems).toEqual([]);
        copies.push({ copy, least });
        const now = new Set(await readdir(join(copy, "journal")));
        if ([...now].some((name) => !segments.has(name))) merges += 1;
        segments = now;
      }
      expect(merges).toBeGreaterThan(1);
      for (const { copy, least } of copies) await check(copy, [HOUSE, SHED], least);
    },
    60_000 + SECONDS * 10_000,
  );

  it("that are killed half-way are taken up again", async () => {
    await threeDays();
    must(await backup(folder, away));
    for (const left of ["journal", "m", "memory.json"]) {
      const half = join(await newFolder(), "half");
      await mkdir(half);
      await writeFile(join(half, "unfinished-backup"), "");
      await cp(join(away, left), join(half, left), { recursive: true });
      expect(must(await backup(folder, half)).problems).toEqual([]);
      expect(await all((await open(half, clock)).store)).toHaveLength(3 * 5760);
    }
  });
});
