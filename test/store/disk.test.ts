import { cp, type FileHandle, open as openFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Account, all, Clock, HOUSE, newFolder, open, put, reading, unit } from "./support.ts";

/** A disk that fails on command: files opened through it are real, but may refuse. */
class Disk {
  writes: "ok" | "full" | "half" = "ok";
  syncs: "ok" | "fail" = "ok";
  opens: "ok" | "fail" = "ok";
  closes: "ok" | "fail" = "ok";
  /** So many syncs and opens fail before all is well again. */
  faults = { syncs: 0, opens: 0 };
  readonly open = (async (path: string, flags: string) => {
    this.faults.opens -= 1;
    if (this.opens === "fail" || this.faults.opens >= 0)
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
    return this.#watch(await openFile(path, flags));
  }) as typeof openFile;

  #watch(handle: FileHandle): FileHandle {
    return new Proxy(handle, {
      get: (target, name) => {
        if (name === "write") {
          return async (bytes: Buffer, offset: number, length: number, position: number) => {
            if (this.writes === "half") await target.write(bytes, offset, Math.floor(length / 2), position);
            if (this.writes !== "ok")
              throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
            return target.write(bytes, offset, length, position);
          };
        }
        if (name === "datasync" || name === "sync") {
          return async () => {
            this.faults.syncs -= 1;
            if (this.syncs === "fail" || this.faults.syncs >= 0)
              throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
            return target.datasync();
          };
        }
        if (name === "close") {
          return async () => {
            await target.close();
            if (this.closes === "fail") throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
          };
        }
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

async function scene() {
  const folder = await newFolder();
  const clock = new Clock();
  const disk = new Disk();
  const { store, reports } = await open(folder, clock, { open: disk.open });
  return { folder, clock, disk, store, reports, account: new Account(clock.at) };
}

describe("a disk that fails", () => {
  it.each(["full", "half"] as const)(
    "%s: keeps readings, says so once, and writes them when it works again",
    async (how) => {
      const { folder, clock, disk, store, reports, account } = await scene();
      await put(store, unit(account.many(3)));
      disk.writes = how;
      const states: string[] = [];
      const first = store.append(unit(account.many(3), { memory: { at: 1 } })).then(() => states.push("first"));
      await store.flush();
      const second = store.append(unit(account.many(3), { memory: { at: 2 } })).then(() => states.push("second"));
      await store.flush();
      await store.flush();
      expect(states).toEqual([]);
      expect(reports.map(({ code }) => code)).toEqual(["METERMAN_STORE_WRITE"]);
      expect(store.health()).toMatchObject({ writing: "failing", pendingReadings: 6 });
      expect(await all(store)).toHaveLength(9);
      expect(store.memory(HOUSE)).toBeUndefined();
      disk.writes = "ok";
      await store.flush();
      await Promise.all([first, second]);
      expect(states).toEqual(["first", "second"]);
      expect(store.health()).toMatchObject({ writing: "ok", pendingReadings: 0 });
      await store.close();
      const again = await open(folder, clock);
      expect(await all(again.store)).toHaveLength(9);
      expect(again.store.memory(HOUSE)).toEqual({ at: 2 });
      expect(again.reports.filter(({ message }) => !message.includes("cut off"))).toEqual([]);
    },
  );

  it("does not believe a file whose sync failed: the batch goes to a new journal, and is there once", async () => {
    const { folder, clock, disk, store, reports, account } = await scene();
    await put(store, unit(account.many(3)));
    disk.syncs = "fail";
    const written = store.append(unit(account.many(3)));
    const flushed = store.flush();
    await flushed;
    expect(reports).toHaveLength(1);
    disk.syncs = "ok";
    await store.flush();
    await written;
    await store.flush();
    await store.settled();
    await store.close();
    const again = await open(folder, clock);
    expect(await all(again.store)).toHaveLength(6);
    expect(again.reports).toEqual([]);
  });

  it("refuses what waits when it is closed before the disk works again", async () => {
    const { disk, store, account } = await scene();
    disk.opens = "fail";
    const written = store.append(unit(account.many(3)));
    const outcome = expect(written).rejects.toMatchObject({ code: "METERMAN_STORE_WRITE" });
    await store.flush();
    await store.close();
    await outcome;
    await expect(store.append(unit(account.many(1)))).rejects.toMatchObject({ code: "METERMAN_NO_STORE" });
  });

  it("writes nothing any more once it was closed, also when the disk works again", async () => {
    const { folder, clock, disk, store, account } = await scene();
    disk.opens = "fail";
    const refused = expect(store.append(unit(account.many(3)))).rejects.toMatchObject({ code: "METERMAN_STORE_WRITE" });
    await store.flush();
    await store.close();
    await refused;
    disk.opens = "ok";
    await store.flush();
    const again = await open(folder, clock);
    expect(await all(again.store)).toEqual([]);
  });

  it("gives the folder free although its last file cannot be closed", async () => {
    const { folder, clock, disk, store, account } = await scene();
    await put(store, unit(account.many(3)));
    disk.closes = "fail";
    await store.close().catch(() => undefined);
    const again = await open(folder, clock);
    expect(await all(again.store)).toHaveLength(3);
  });

  it("syncs what it finds before it goes on with it, and does not trust a journal that cannot be synced", async () => {
    const { folder, clock, store, account } = await scene();
    await put(store, unit(account.many(3), { memory: { at: 1 } }));
    await store.close();
    const disk = new Disk();
    disk.syncs = "fail";
    const again = await open(folder, clock, { open: disk.open });
    expect(await all(again.store)).toHaveLength(3);
    disk.syncs = "ok";
    await put(again.store, unit(account.many(3)));
    expect(again.reports).toEqual([]);
    // The next journal; a merge may have begun one more meanwhile.
    const journals = (await readdir(join(folder, "journal"))).filter((name) => /^\d+\.ndj$/.test(name));
    expect(journals.length).toBeGreaterThanOrEqual(2);
    await again.store.close();
    expect(await all((await open(folder, clock)).store)).toHaveLength(6);
  });

  // The unit comes while a flush with nothing to write ends and a merge begins: which turn that is does not matter.
  it.each([0, 1, 2, 3, 4, 5])("begins no journal for a merge while a batch is not written (turn %d)", async (turn) => {
    const { folder, clock, disk, store } = await scene();
    const midnight = Math.ceil(clock.at / 86_400) * 86_400;
    const account = new Account(midnight);
    const gap = account.next(100, 600, { source: "register-gap" });
    clock.at = midnight + 600;
    const { start, end, registerWh, lifetimeWh } = gap;
    const event = { meter: HOUSE, at: end, kind: "back" } as const;
    await put(store, unit([gap], { events: [event] }));
    clock.at = midnight + 1200;
    await writeFile(join(folder, "m"), "in the way, so that no journal is recycled");
    const detail = [
      reading(HOUSE, start, start + 300, 40, registerWh - 60, lifetimeWh - 60),
      reading(HOUSE, start + 300, end, 60, registerWh, lifetimeWh),
    ];
    const flushed = store.flush();
    for (let i = 0; i < turn; i += 1) await Promise.resolve();
    disk.faults = { syncs: 1, opens: 1 };
    const refined = store.append(unit(detail, { replaces: [{ start, end }], urgent: true }));
    await flushed;
    await store.settled();
    const copy = await newFolder();
    await cp(join(folder, "journal"), join(copy, "journal"), { recursive: true });
    const again = await open(copy, clock);
    const rows = await all(again.store);
    expect(rows.reduce((sum, { wh }) => sum + wh, 0)).toBe(100);
    await store.flush();
    await refined;
  });

  it("tries again to write days when the clock was set back after a failure", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const account = new Account(clock.at);
    const { store, reports } = await open(folder, clock);
    await writeFile(join(folder, "m"), "in the way");
    await put(store, unit(account.many(3)));
    clock.at += 5000 * 86_400;
    await store.flush();
    await store.settled();
    expect(reports.map(({ code }) => code)).toEqual(["METERMAN_STORE_WRITE"]);
    clock.at -= 4000 * 86_400;
    await rm(join(folder, "m"));
    await store.flush();
    await store.settled();
    expect(store.health()).toMatchObject({ unmergedReadings: 0 });
    expect(await all(store)).toHaveLength(3);
  });

  it("refuses a reading whose numbers would not survive, without harm to others", async () => {
    const { store, account } = await scene();
    const bad = { ...account.next(1), wh: Number.NaN } as ReturnType<Account["next"]>;
    await expect(store.append(unit([bad]))).rejects.toMatchObject({ code: "METERMAN_INTERNAL" });
    await put(store, unit(account.many(3)));
    expect(await all(store)).toHaveLength(3);
  });
});
