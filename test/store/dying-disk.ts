import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import type fsPromises from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";

type Disk = typeof fsPromises;
type Handle = fsPromises.FileHandle;
const disk: Disk = createRequire(import.meta.url)("node:fs/promises");
const real = { ...disk };
const COUNTED = ["write", "writeFile", "truncate", "sync", "datasync"] as const;
const SECTOR = 512;

/** What changed names in a folder and is undone by a power cut until the folder was synced. */
interface NameChange {
  readonly folder: string;
  undo(): Promise<void>;
}

/**
 * The real disk, until the n-th change of it: that one is done by half, and nothing happens any more after it, as if the
 * process were killed. `cutPower` then takes away what was not synced: sectors of files, and names of a folder from some
 * change on.
 */
export class DyingDisk {
  operations = 0;
  isDead = false;
  readonly #dieAt: number;
  /** By inode, what of a file is safe. */
  readonly #safe = new Map<number, { path: string; bytes: Buffer }>();
  #names: NameChange[] = [];
  #backups = 0;

  constructor(dieAt: number) {
    this.#dieAt = dieAt;
  }

  /** From now on every file is opened, renamed, … here; until `leave`. @param spare a folder for copies */
  enter(spare: string): void {
    const keep = async (path: string) => {
      if (!existsSync(path) || statSync(path).isDirectory()) return undefined;
      this.#backups += 1;
      const copy = join(spare, `${this.#backups}`);
      await real.link(path, copy);
      return copy;
    };
    const named = async (path: string, change: () => Promise<unknown>, back: () => Promise<unknown>) => {
      const copy = await keep(path);
      this.#count();
      await change();
      this.#names.push({
        folder: dirname(path),
        undo: async () => {
          await back();
          if (copy !== undefined) await real.rename(copy, path);
        },
      });
    };
    Object.assign(disk, {
      rename: (from: string, to: string) => {
        if (!existsSync(from)) return real.rename(from, to);
        return named(
          to,
          () => real.rename(from, to),
          () => real.rename(to, from),
        );
      },
      unlink: (path: string) =>
        existsSync(path)
          ? named(
              path,
              () => real.unlink(path),
              async () => {},
            )
          : real.unlink(path),
      mkdir: async (path: string, options: { recursive: boolean }) => {
        if (existsSync(path)) return real.mkdir(path, options);
        this.#count();
        const first = await real.mkdir(path, options);
        if (first !== undefined) {
          this.#names.push({ folder: dirname(first), undo: () => real.rm(first, { recursive: true, force: true }) });
        }
        return first;
      },
      open: async (path: string, flags: string) => this.#open(path, flags),
    });
    syncBuiltinESMExports();
  }

  leave(): void {
    Object.assign(disk, real);
    syncBuiltinESMExports();
  }

  #count(): void {
    if (this.isDead) throw new Error("the process was killed");
    this.operations += 1;
    if (this.operations < this.#dieAt) return;
    this.isDead = true;
    throw new Error("the process is killed");
  }

  async #open(path: string, flags: string): Promise<Handle> {
    if (this.isDead) throw new Error("the process was killed");
    const isNew = !existsSync(path);
    if (flags !== "r") this.#count();
    const handle = await real.open(path, flags);
    const { ino } = fstatSync(handle.fd);
    const isFolder = statSync(path).isDirectory();
    if (isNew) {
      this.#safe.set(ino, { path, bytes: Buffer.alloc(0) });
      this.#names.push({ folder: dirname(path), undo: () => real.rm(path, { force: true }) });
    } else if (!isFolder && !this.#safe.has(ino)) this.#safe.set(ino, { path, bytes: readFileSync(path) });
    return new Proxy(handle, {
      get: (target, name) => {
        const counted = COUNTED.find((one) => one === name);
        if (counted === undefined) {
          const value = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async (...given: [Buffer & string, number, number, number]) => {
          const wasDead = this.isDead;
          try {
            this.#count();
          } catch (thrown) {
            const half = Math.floor((given[2] ?? 0) / 2);
            if (!wasDead && counted === "write") await target.write(given[0], given[1], half, given[3]);
            if (!wasDead && counted === "writeFile") await target.writeFile(given[0].slice(0, given[0].length / 2));
            throw thrown;
          }
          if (counted === "sync" || counted === "datasync") return this.#sync(target, path, isFolder);
          return Reflect.apply(Reflect.get(target, counted, target) as () => unknown, target, given);
        };
      },
    });
  }

  #sync(handle: Handle, path: string, isFolder: boolean): void {
    if (isFolder) {
      this.#names = this.#names.filter((change) => change.folder !== path);
      return;
    }
    const { ino, size } = fstatSync(handle.fd);
    const bytes = Buffer.alloc(size);
    // A handle that only writes cannot read: the path of its own is asked.
    const fd = openSync(`/proc/self/fd/${handle.fd}`, "r");
    readSync(fd, bytes, 0, size, 0);
    closeSync(fd);
    this.#safe.set(ino, { path, bytes });
  }

  /** @param luck whether the change or sector with that number got to the disk all the same */
  async cutPower(folder: string, luck: (i: number) => boolean): Promise<void> {
    const first = this.#names.findIndex((_, i) => !luck(i));
    for (const change of first < 0 ? [] : this.#names.slice(first).reverse()) await change.undo();
    for (const name of await real.readdir(folder, { recursive: true })) {
      const path = join(folder, name);
      const stat = statSync(path);
      const safe = this.#safe.get(stat.ino)?.bytes;
      if (safe === undefined || stat.isDirectory()) continue;
      const now = readFileSync(path);
      const whole = Buffer.alloc(luck(stat.size) ? Math.max(now.length, safe.length) : safe.length);
      safe.copy(whole);
      for (let at = 0; at < whole.length; at += SECTOR) {
        if (luck(at / SECTOR)) now.copy(whole, at, at, Math.min(at + SECTOR, now.length));
      }
      writeFileSync(path, whole);
    }
  }
}
