import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place to write to, and the bytes that its device has been given so far, the file system's own journal included. */
export interface Disk {
  readonly folder: string;
  readonly how: string;
  written(): number;
  remove(): void;
}

/**
 * As root: a loop-mounted ext4 of its own, whose sectors are counted. Otherwise a temporary folder and the kernel's
 * count of this process's page writes, which knows nothing of the file system's journal.
 */
export function makeDisk(mebibytes: number): Disk {
  const base = mkdtempSync(join(tmpdir(), "meterman-bench-"));
  return mounted(base, mebibytes) ?? plain(base);
}

function mounted(base: string, mebibytes: number): Disk | undefined {
  const image = join(base, "image");
  const folder = join(base, "mount");
  try {
    closeSync(openSync(image, "w"));
    truncateSync(image, mebibytes * 1024 * 1024);
    execFileSync("mkfs.ext4", ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], { stdio: "ignore" });
    execFileSync("mkdir", [folder]);
    execFileSync("mount", ["-o", "loop,noatime", image, folder], { stdio: "ignore" });
  } catch {
    rmSync(image, { force: true });
    return undefined;
  }
  const { dev } = statSync(folder);
  const stat = `/sys/dev/block/${(dev >> 8) & 0xfff}:${dev & 0xff}/stat`;
  return {
    folder,
    how: "sectors of a loop-mounted ext4",
    written() {
      execFileSync("sync", ["-f", folder]);
      // The 7th field: sectors of 512 bytes written.
      return Number(readFileSync(stat, "utf8").trim().split(/\s+/)[6]) * 512;
    },
    remove() {
      execFileSync("umount", [folder]);
      rmSync(base, { recursive: true });
    },
  };
}

function plain(base: string): Disk {
  return {
    folder: base,
    how: "write_bytes of /proc/self/io, without the file system's journal",
    written: () => Number(/^write_bytes: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? Number.NaN),
    remove: () => rmSync(base, { recursive: true }),
  };
}
