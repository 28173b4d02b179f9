// `npm run bench [-- name …]`: runs bench/<name>.ts, prints one JSON object per measurement, collects bench/results.json.
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureBuilt, ensureInstalled, nodeBinary, requireNode, root, say } from "./lib.mjs";

requireNode();
ensureInstalled();
ensureBuilt();
const files = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));
// store-wear.ts is a part of store.ts.
const all = files.filter((file) => !files.some((other) => file.startsWith(`${other}-`)));
const wanted = process.argv.slice(2).filter((name) => !name.startsWith("--"));
const flags = process.argv.slice(2).filter((name) => name.startsWith("--"));
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  say(`no bench named ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(1);
}
const results = [];
let failed = false;
for (const name of wanted.length > 0 ? wanted : all) {
  say(`bench ${name} …`);
  const child = spawn(nodeBinary(), [join(root, "bench", `${name}.ts`), ...flags], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    results.push({ bench: name, ...JSON.parse(line) });
  }
  const code = await new Promise((resolve) =>
    child.exitCode === null ? child.once("exit", resolve) : resolve(child.exitCode),
  );
  if (code !== 0) {
    failed = true;
    say(`bench ${name} ended with ${code}`);
  }
}
const machine = { node: process.version, platform: process.platform, arch: process.arch, at: new Date().toISOString() };
writeFileSync(join(root, "bench", "results.json"), `${JSON.stringify({ machine, results }, null, 2)}\n`);
process.exit(failed ? 1 : 0);
