import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";
import { epochSeconds } from "../../nodes/model/index.ts";
import { all, Clock, HOUSE, must, newFolder, open, SHED } from "./support.ts";

const KILLS = Number(process.env.METERMAN_KILLS ?? 10);

describe("a process that is killed while it writes", () => {
  it(
    `has lost nothing that was acknowledged, ${KILLS} times over, and counted nothing twice`,
    async () => {
      const folder = await newFolder();
      const script = join(folder, "writer.mjs");
      await esbuild.build({
        entryPoints: [join(import.meta.dirname, "writer-process.ts")],
        outfile: script,
        bundle: true,
        platform: "node",
        format: "esm",
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      });
      const data = join(folder, "data");
      const log = join(folder, "acknowledged");
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = spawn(process.execPath, [script, data, log], { stdio: ["ignore", "ignore", "pipe"] });
        let words = "";
        child.stderr.on("data", (part) => {
          words += part;
        });
        const exit = once(child, "exit");
        await new Promise((resolve) => setTimeout(resolve, 250 + ((kill * 137) % 500)));
        child.kill("SIGKILL");
        await exit;
        expect(words).toBe("");
      }
      const acknowledged = new Map<string, number>();
      for (const line of (await readFile(log, "utf8")).split("\n")) {
        const [meter = "", total] = line.split(" ");
        if (meter !== "") acknowledged.set(meter, Math.max(acknowledged.get(meter) ?? 0, Number(total)));
      }
      expect(acknowledged.size).toBe(2);
      const { store, reports } = await open(data, new Clock());
      expect(reports.filter(({ message }) => !message.includes("did not finish"))).toEqual([]);
      for (const meter of [HOUSE, SHED]) {
        const now = store.memory(meter)?.now;
        const register = Array.isArray(now) ? Number(now[1]) : Number.NaN;
        expect(register).toBeGreaterThanOrEqual(acknowledged.get(meter) ?? Number.NaN);
        // Each unit is there whole or not at all: readings and memory agree to the watt-hour.
        const used = must(await store.consumption(meter, epochSeconds(0), epochSeconds(4e9)));
        expect(used.wh).toBe(register);
        const days = await all(store, { meter, resolution: "day" });
        expect(days.reduce((sum, { wh }) => sum + wh, 0)).toBe(register);
      }
    },
    20_000 + KILLS * 3000,
  );
});
