// The gateway and three nodes with their real firmware in a simulated house, behind a serial port of its own.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureInstalled, nodeBinary, requireNode, root, say } from "./lib.mjs";

const program = join(root, "test", "firmware", "house", "main.ts");

/**
 * Starts the house; its gateway is at `<folder>/gateway`, its devices' memories are kept beside it. It ends with this
 * process, however that ends: its input closes then.
 * @returns the path of the serial port, once it can be opened
 */
export async function startHouse(folder, flags = []) {
  mkdirSync(folder, { recursive: true });
  const port = join(folder, "gateway");
  const house = spawn(nodeBinary(), [program, port, `--keep=${folder}`, ...flags], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  await new Promise((resolve) => {
    house.stdout.once("data", resolve);
    house.once("exit", (code) => {
      say("the house with the real firmware has ended");
      if (code !== 0) process.exit(code ?? 1);
    });
  });
  return port;
}

// Alone: node scripts/firmware-house.mjs [--speed=10] [--seed=2], to read the port with a program of one's own.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  ensureInstalled();
  const port = await startHouse(join(root, ".node-red", "firmware-house"), process.argv.slice(2));
  say(`the gateway is at ${port}, 115200 baud; Ctrl-C ends it`);
}
