import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort, until } from "../support/product.ts";

/** The packed package, installed as a user installs it, in each Node-RED that is supported. */
const root = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const types = Object.keys(manifest["node-red"].nodes);
const legs = [
  { name: "Node-RED 5 on Node 24", red: manifest.devDependencies["node-red"], node: manifest.devDependencies.node },
  { name: "Node-RED 4.1 on Node 20", red: "4.1.15", node: "20.20.2" },
];

let work: string;
let tarball: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "meterman-legs-"));
  await run("npm", ["pack", "--pack-destination", work], { cwd: root });
  const name = (await readdir(work)).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm pack made no tarball");
  tarball = join(work, name);
});
afterEach(async () => {
  const running = child;
  child = undefined;
  if (running === undefined || running.exitCode !== null) return;
  const gone = new Promise((resolve) => running.once("exit", resolve));
  running.kill("SIGKILL");
  await gone;
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function install(folder: string, packages: string[], allowScripts: Record<string, boolean>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "leg", version: "1.0.0", private: true, allowScripts }),
  );
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages], { cwd: folder });
}

describe.each(legs)("$name", (leg) => {
  it("loads every node from the tarball and counts a simulated house", async () => {
    const platform = join(work, `platform-${leg.red}`);
    const user = join(work, `user-${leg.red}`);
    await install(platform, [`node@${leg.node}`, `node-red@${leg.red}`], { node: true });
    await install(user, [tarball, `node-red-node-serialport@${manifest.devDependencies["node-red-node-serialport"]}`], {
      "@serialport/bindings-cpp": true,
    });
    const flow = await readFile(join(user, "node_modules/@meterman/node-red/examples/simulator.json"), "utf8");
    await writeFile(join(user, "flows.json"), flow);
    await writeFile(
      join(user, "settings.cjs"),
      "module.exports = {flowFile:'flows.json', uiHost:'127.0.0.1', credentialSecret:false, telemetry:{enabled:false,updateNotification:false}}",
    );
    const port = await freePort();
    const binary = join(platform, "node_modules/.bin/node");
    const { stdout: version } = await run(binary, ["--version"]);
    expect(version.trim()).toBe(`v${leg.node}`);
    let output = "";
    child = spawn(
      binary,
      [
        join(platform, "node_modules/node-red/red.js"),
        "-u",
        user,
        "-s",
        join(user, "settings.cjs"),
        "-p",
        String(port),
      ],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, METERMAN_DATA: join(work, `data-${leg.red}`) } },
    );
    child.stdout?.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      output += chunk;
    });
    const base = `http://127.0.0.1:${port}`;
    const sets = await until("the list of nodes", async () => {
      try {
        const answer = await fetch(`${base}/nodes`, { headers: { accept: "application/json" } });
        if (answer.status !== 200) return null;
        return (await answer.json()) as { module: string; types: string[]; err?: string }[];
      } catch {
        return null;
      }
    }).catch((reason: Error) => {
      throw new Error(`${reason.message}\n${output.slice(-3000)}`);
    });
    const ours = sets.filter((set) => set.module === manifest.name);
    expect(ours.filter((set) => set.err !== undefined)).toEqual([]);
    expect(ours.flatMap((set) => set.types).sort()).toEqual([...types].sort());
    const energy = async () => {
      try {
        const { items } = (await (await fetch(`${base}/meterman/api/v1/meters`)).json()) as {
          items: { lifetimeWh: number }[];
        };
        return items.reduce((sum, meter) => sum + meter.lifetimeWh, 0);
      } catch {
        return 0;
      }
    };
    const first = await until("energy", energy, 120_000);
    await until("more energy", async () => (await energy()) > first, 120_000);
    expect(output).not.toMatch(/\[error\]|Uncaught|UnhandledPromise/);
    expect(output).not.toContain("CHANGE_ME_PLEASE");
  });
});
