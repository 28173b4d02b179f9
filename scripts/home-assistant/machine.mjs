// What the machine has, and what is installed on it when it is missing: Debian packages, with root or sudo.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { say } from "../lib.mjs";
import { withLock } from "./cache.mjs";

export const isRoot = process.getuid?.() === 0;

/** A program of the PATH or of the folders for administrators, which a user's PATH leaves out. */
export const findProgram = (name) =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** Runs a program and gives what it writes; throws with the end of that when it fails. */
export async function output(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let written = "";
  let complaints = "";
  child.stdout.on("data", (chunk) => {
    written += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    complaints += chunk;
  });
  const status = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (status !== 0)
    throw new Error(`${command} ${args[0] ?? ""} ended with ${status}: ${`${written}${complaints}`.slice(-3000)}`);
  return written;
}

/** Arguments that run a program as root with this environment. */
export function asRoot(command, args) {
  if (isRoot) return [command, args];
  if (!findProgram("sudo")) throw new Error(`${command} needs root: run this as root, or install sudo`);
  return ["sudo", ["--preserve-env", command, ...args]];
}

/** Installs the Debian packages whose `probe` finds nothing. */
export async function ensurePackages(wanted) {
  const findMissing = () => Object.keys(wanted).filter((name) => !wanted[name]());
  if (findMissing().length === 0) return;
  if (!findProgram("apt-get"))
    throw new Error(
      `${findMissing().join(", ")} missing and there is no apt-get: install them with your own package manager`,
    );
  // One after the other: apt-get does not wait for another apt-get, which may have installed the same.
  await withLock("apt", async () => {
    const missing = findMissing();
    if (missing.length === 0) return;
    say(`installing ${missing.join(", ")} …`);
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...missing];
    await output(...asRoot("apt-get", ["update", "-qq"]));
    await output(...asRoot("apt-get", install), { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  });
}

/** The Debian mirror that this machine uses; undefined (debootstrap's own choice) where it is no Debian. */
export async function debianMirror() {
  try {
    const args = ["indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian"];
    return (await output("apt-get", args)).split("\n")[0] || undefined;
  } catch {
    return undefined;
  }
}

/** libfaketime of this machine or of a root folder: the library that shifts a process's clock. */
export function faketimeLibrary(root = "") {
  for (const folder of ["x86_64-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf"]) {
    const path = `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`;
    if (existsSync(root + path)) return path;
  }
  return undefined;
}

const probe = `
import sys, ssl, sqlite3, ctypes, bz2, lzma, venv, ensurepip, sysconfig, os.path
assert os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h"))
print(sys.version_info.micro)`;

/** A Python of the PATH that can carry Home Assistant: right version, nothing left out, with headers and a compiler. */
export function fittingPython({ python, patch }) {
  const name = `python${python}`;
  if (!findProgram(name) || !findProgram("cc")) return undefined;
  const done = spawnSync(name, ["-c", probe], { encoding: "utf8" });
  return done.status === 0 && Number(done.stdout) >= patch ? name : undefined;
}
