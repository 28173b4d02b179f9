import { writeSync } from "node:fs";
import { cp, open as openFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Account, all, Clock, HOUSE, newFolder, open, unit } from "./support.ts";

/** A disk without power: of what was not synced, any 512-byte sector may or may not have got there. */
class PowerDisk {
  readonly #files = new Map<string, { durable: Buffer }>();
  #isOn = true;
  readonly open = (async (path: string, flags: string) => {
    this.#check();
    const handle = await openFile(path, flags);
    const file = this.#files.get(path) ?? { durable: await readFile(path) };
    this.#files.set(path, file);
    return new Proxy(handle, {
      get: (target, name) => {
        if (name === "datasync" || name === "sync") {
          return async () => {
            // What is written while the disk works is not promised by this sync.
            const now = await readFile(path);
            await new Promise((resolve) => setTimeout(resolve, 1));
            this.#check();
            file.durable = now;
          };
        }
        if (name === "write") {
          return (bytes: Buffer, offset: number, length: number, position: number) => {
            this.#check();
            // At once, so that nothing is under way when the power goes.
            return Promise.resolve({ bytesWritten: writeSync(target.fd, bytes, offset, length, position) });
          };
        }
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }) as typeof openFile;

  #check(): void {
    if (!this.#isOn) throw new Error("EIO: no power");
  }

  async cut(lucky: () => boolean): Promise<void> {
    this.#isOn = false;
    for (const [path, { durable }] of this.#files) {
      const now = await readFile(path).catch(() => undefined);
      if (now === undefined) continue;
      for (let at = 0; at < now.length; at += 512) {
        if (at < durable.length && !lucky()) durable.copy(now, at, at, Math.min(at + 512, durable.length));
      }
      await writeFile(path, now);
    }
  }
}

describe("a power cut", () => {
  const CUTS = Number(process.env.METERMAN_KILLS ?? 10);

  it(`takes nothing that was acknowledged, ${CUTS} times over`, async () => {
    for (let cut = 0; cut < CUTS; cut += 1) {
      const folder = await newFolder();
      const clock = new Clock();
      const disk = new PowerDisk();
      const { store } = await open(folder, clock, { open: disk.open });
      const account = new Account(clock.at);
      let acknowledged = 0;
      let stop = false;
      const writing = (async () => {
        while (!stop) {
          const count = 1 + (account.lifetime % 50);
          const { lifetime } = account;
          const readings = account.many(count, (i) => 1 + ((i * 7 + lifetime) % 30));
          const total = account.lifetime;
          void store.append(unit(readings, { memory: { total } })).then(
            () => {
              if (!stop) acknowledged = Math.max(acknowledged, total);
            },
            () => undefined,
          );
          if (account.lifetime % 3 === 0) void store.flush();
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 20 + cut * 3));
      stop = true;
      const copy = await newFolder();
      const cutting = disk.cut(() => ((cut * 7919 + account.lifetime) >> (cut % 11)) % 3 === 0 || cut % 2 === 0);
      await Promise.all([writing, cutting]);
      await cp(join(folder, "journal"), join(copy, "journal"), { recursive: true });
      const after = await open(copy, clock);
      const rows = await all(after.store);
      const total = rows.reduce((sum, { wh }) => sum + wh, 0);
      expect(total).toBeGreaterThanOrEqual(acknowledged);
      expect(after.store.memory(HOUSE) ?? { total: 0 }).toEqual({ total });
      await store.close();
    }
  });
});
