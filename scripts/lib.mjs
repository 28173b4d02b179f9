// What the scripts share. Runs on any Node >= 20.19, with nothing installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const localNode = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");

/** The Node of the project (a dev dependency) when it is installed, else the one that runs this. */
export const nodeBinary = () => (existsSync(localNode) ? localNode : process.execPath);

export function say(text) {
  process.stderr.write(`meterman: ${text}\n`);
}

export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`Node.js ${process.versions.node} is too old. Install Node.js 20.19 or newer from nodejs.org and try again.`);
  process.exit(1);
}

export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (done.error) {
    say(`${command} could not be started: ${done.error.message}`);
    return 1;
  }
  return done.status ?? 1;
}

/** Installs the packages of the lock file when they are missing or older than the lock file. */
export function ensureInstalled() {
  const stamp = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs - 1000) return;
  say("installing packages (first start: under a minute on a good line) …");
  const env = {
    ...process.env,
    npm_config_fund: "false",
    npm_config_audit: "false",
    npm_config_update_notifier: "false",
  };
  // Inherited by a nested npm these would point it at the wrong folder or script.
  for (const key of Object.keys(env)) if (/^npm_(package|lifecycle)_/.test(key)) delete env[key];
  const status = run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-progress", "--loglevel=error"], {
    env,
  });
  if (status !== 0) {
    say("the packages could not be installed; see above. Is the npm registry reachable?");
    process.exit(status);
  }
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

/** Builds dist/ when a source is newer than it. */
export function ensureBuilt() {
  const marker = join(root, "dist", ".built");
  const sources = Math.max(newest(join(root, "nodes")), statSync(join(root, "scripts", "build.mjs")).mtimeMs);
  if (existsSync(marker) && statSync(marker).mtimeMs >= sources) return;
  const status = run(nodeBinary(), [join(root, "scripts", "build.mjs")]);
  if (status !== 0) process.exit(status);
}

/** Starts a child that shares the terminal, passes signals on, and ends this process with the child's status. */
export function become(command, args, env) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 128 : (code ?? 1)));
  child.on("error", (error) => {
    say(error.message);
    process.exit(1);
  });
}

export const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));
