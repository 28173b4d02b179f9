import { type FileHandle, open as openFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Account, all, Clock, HOUSE, newFolder, open, put, unit } from "./support.ts";

/** A disk that fails on command: files opened through it are real, but may refuse. */
class Disk {
  writes: "ok" | "full" | "half" = "ok";
  syncs: "ok" | "fail" = "ok";
  opens: "ok" | "fail" = "ok";
  readonly open = (async (path: string, flags: string) => {
    if (this.opens === "fail") throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
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
            if (this.syncs === "fail") throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
            return target.datasync();
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

  it("refuses a reading whose numbers would not survive, without harm to others", async () => {
    const { store, account } = await scene();
    const bad = { ...account.next(1), wh: Number.NaN } as ReturnType<Account["next"]>;
    await expect(async () => store.append(unit([bad]))).rejects.toMatchObject({ code: "METERMAN_INTERNAL" });
    await put(store, unit(account.many(3)));
    expect(await all(store)).toHaveLength(3);
  });
});
