import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { migrate, openStore, rebuild, verify } from "../../nodes/store/index.ts";
import { Account, all, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

const options = (folder: string) => ({ folder, zone: "UTC", now: () => epochSeconds(1_783_000_000) });

/** A lock as another process would have left it. */
async function lockOf(folder: string, more: object): Promise<void> {
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  const lock = { pid: 1, host: hostname(), boot, started: "1", token: "other", ...more };
  await writeFile(join(folder, "lock"), JSON.stringify(lock));
}

async function startedAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

describe("a folder", () => {
  it("belongs to one store at a time", async () => {
    const folder = await newFolder();
    const { store } = await open(folder, new Clock());
    const second = await openStore(options(folder));
    expect(second).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
    await store.close();
    const third = await open(folder, new Clock());
    expect(third.reports).toEqual([]);
  });

  it("is refused while another process has it, naming that process, and taken over when it was killed", async () => {
    const folder = await newFolder();
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const exit = once(child, "exit");
    const pid = child.pid ?? 0;
    await lockOf(folder, { pid, started: await startedAt(pid) });
    const refused = await openStore(options(folder));
    expect(refused).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
    if (!refused.ok) {
      expect(refused.error.message).toContain(`process ${pid} on host ${hostname()}`);
    }
    expect(await readdir(folder)).toEqual(["lock"]);
    child.kill("SIGKILL");
    await exit;
    await open(folder, new Clock());
  });

  it.each([
    ["another process got the number after a crash", { pid: process.pid, started: "5" }],
    ["the machine was started anew", { pid: process.pid, boot: "00000000-0000-0000-0000-000000000000" }],
    ["no such process", { pid: 4_194_303 }],
  ])("is taken over when its lock is stale: %s", async (_, more) => {
    const folder = await newFolder();
    await lockOf(folder, more);
    await open(folder, new Clock());
  });

  it("is taken over when its lock was torn", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "lock"), '{"pid":12');
    await open(folder, new Clock());
  });

  it("is not taken from an owner that is just writing its lock", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "lock"), "");
    const opening = openStore(options(folder));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await lockOf(folder, { pid: process.pid, started: await startedAt(process.pid) });
    const opened = await opening;
    if (opened.ok) await opened.value.close();
    expect(opened).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
  });

  it("is taken over from another host or container that does not answer any more", async () => {
    const folder = await newFolder();
    await lockOf(folder, { host: "elsewhere" });
    await open(folder, new Clock(), { lockTimes: { lookMs: 10, answerMs: 100 } });
    expect((await readdir(folder)).filter((name) => name.startsWith("lock"))).toEqual(["lock"]);
  });

  it("is refused while its owner on another host or in another container answers", async () => {
    const folder = await newFolder();
    const lockTimes = { lookMs: 10, answerMs: 10_000 };
    await open(folder, new Clock(), { lockTimes });
    const lock = await readFile(join(folder, "lock"), "utf8");
    await writeFile(join(folder, "lock"), lock.replace(hostname(), "elsewhere"));
    const refused = await openStore({ ...options(folder), lockTimes });
    expect(refused).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
    if (!refused.ok) expect(refused.error.message).toMatch(/on host elsewhere; stop it there/);
    expect((await readdir(folder)).filter((name) => name.startsWith("lock"))).toEqual(["lock"]);
    await writeFile(join(folder, "lock"), lock);
  });

  it("of a silent host is waited for no longer when nobody wants it any more", async () => {
    const folder = await newFolder();
    await lockOf(folder, { host: "elsewhere" });
    const stop = new AbortController();
    const opening = openStore({ ...options(folder), signal: stop.signal });
    stop.abort();
    expect(await opening).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_LOCKED" } });
    expect(await readdir(folder)).toEqual(["lock"]);
  });

  it("is opened by one of many that start at the same moment on a stale lock", async () => {
    const folder = await newFolder();
    for (let round = 0; round < 20; round += 1) {
      await lockOf(folder, { pid: 4_194_303, token: `${round}` });
      const opened = await Promise.all(Array.from({ length: 8 }, () => openStore(options(folder))));
      const winners = opened.flatMap((one) => (one.ok ? [one.value] : []));
      for (const winner of winners) await winner.close();
      expect(winners).toHaveLength(1);
      expect((await readdir(folder)).filter((name) => name.startsWith("lock"))).toEqual([]);
    }
  });

  it("is taken over although someone died while taking it over", async () => {
    const folder = await newFolder();
    await lockOf(folder, { pid: 4_194_303 });
    const lock = await readFile(join(folder, "lock"), "utf8");
    await writeFile(join(folder, `lock.${crc32(lock).toString(16)}`), "");
    await open(folder, new Clock());
  });

  it("of a newer version is refused and left untouched", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "format.json"), '{"format":"meterman-store","version":2}');
    expect(await openStore(options(folder))).toMatchObject({ ok: false, error: { code: "METERMAN_STORE_FORMAT" } });
    expect(await readdir(folder)).toEqual(["format.json"]);
  });

  it("of an older version is brought up to date step by step, also after an interruption", async () => {
    const folder = await newFolder();
    await open(folder, new Clock());
    const done: number[] = [];
    let broken = true;
    const migrations = {
      1: async () => void done.push(1),
      2: async () => {
        if (broken) throw new Error("power cut");
        done.push(2);
      },
    };
    await expect(migrate(folder, 3, migrations)).rejects.toThrow("power cut");
    broken = false;
    await migrate(folder, 3, migrations);
    await migrate(folder, 3, migrations);
    expect(done).toEqual([1, 2]);
    expect(JSON.parse(await readFile(join(folder, "format.json"), "utf8"))).toEqual({
      format: "meterman-store",
      version: 3,
    });
    await expect(migrate(folder, 5, migrations)).rejects.toThrow("no way from format 3 to 4");
  });

  it("that is a file, or cannot be written, is refused with words", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "file"), "");
    const refused = await openStore(options(join(folder, "file")));
    expect(refused).toMatchObject({ ok: false, error: { code: "METERMAN_NO_STORE" } });
    // root may write anywhere: only others see the second half.
    if (process.getuid?.() === 0) return;
    await mkdir(join(folder, "shut"));
    await chmod(join(folder, "shut"), 0o500);
    expect(await openStore(options(join(folder, "shut")))).toMatchObject({ error: { code: "METERMAN_NO_STORE" } });
  });
});

describe("verify and rebuild", () => {
  async function filled(): Promise<string> {
    const folder = await newFolder();
    const clock = new Clock();
    clock.at = Date.UTC(2026, 11, 30) / 1000;
    const { store } = await open(folder, clock);
    const account = new Account(clock.at + 7);
    for (let day = 0; day < 4; day += 1) {
      const at = epochSeconds(clock.at);
      await put(
        store,
        unit(
          account.many(5760, (i) => i % 9),
          { events: [{ meter: HOUSE, at, kind: "back" }], memory: { day } },
        ),
      );
      clock.at += 86_400;
      await store.flush();
      await store.settled();
    }
    await store.close();
    return folder;
  }

  it("find nothing in a sound folder and change nothing", async () => {
    const folder = await filled();
    const before = await readFile(join(folder, "m", HOUSE, "2026.roll.ndj"));
    const found = await verify(folder);
    expect(found.problems).toEqual([]);
    expect(found).toMatchObject({ readings: 4 * 5760 });
    expect(must(await rebuild(folder))).toBe(1);
    expect(await readFile(join(folder, "m", HOUSE, "2026.roll.ndj"))).toEqual(before);
    expect(await verify(folder)).toEqual(found);
  });

  it("pass over what somebody else left between the meters, and so does the store", async () => {
    const folder = await filled();
    await writeFile(join(folder, "m", "Thumbs.db"), "a picture");
    expect((await verify(folder)).problems).toEqual([]);
    expect(must(await rebuild(folder))).toBe(1);
    const { store, reports } = await open(folder, new Clock());
    expect(reports).toEqual([]);
    expect(await all(store)).toHaveLength(4 * 5760);
    await store.close();
  });

  it("find a flipped bit in every kind of file, and rebuild mends the roll-ups", async () => {
    const folder = await filled();
    const meter = join(folder, "m", HOUSE);
    const flip = async (path: string, at: number) => {
      const bytes = await readFile(path);
      bytes[at] = (bytes[at] ?? 0) ^ 2;
      await writeFile(path, bytes);
    };
    await flip(join(meter, "2026.roll.ndj"), 100);
    expect((await verify(folder)).problems).toEqual([
      expect.stringMatching(/2026.roll.ndj has a damaged line at byte 0/),
    ]);
    await rebuild(folder);
    expect((await verify(folder)).problems).toEqual([]);
    await flip(join(meter, "2026-12.events.ndj"), 50);
    await flip(join(meter, "2027-01.ndj"), 900);
    await flip(join(folder, "memory.json"), 30);
    const { problems } = await verify(folder);
    expect(problems).toHaveLength(4);
    // The sums are all that is left of that day.
    expect(await rebuild(folder)).toMatchObject({ error: { code: "METERMAN_STORE_DAMAGED" } });
    expect((await verify(folder)).problems).toEqual(problems);
    await rm(join(meter, "2027.roll.ndj"));
    await rebuild(folder);
    const { store } = await open(folder, new Clock());
    expect(await all(store)).toHaveLength(3 * 5760);
  });
});
