import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { load, row, ShedBench } from "./meterman-shed-bench.ts";

let bench: ShedBench;
beforeAll(async () => {
  bench = await ShedBench.start();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const file = () => join(bench.red.userDir, "meterman-shed-shed.json");
const second = (more: object = {}) => ({ id: "tab2", type: "tab", label: "two", ...more });
const loads = [row("boiler")];
const hold = () => bench.tell(load("boiler", true), bench.demand(4500), load("boiler", false));
const logged = (words: string) => bench.red.logs.some(({ text }) => text.includes(words));

describe("what is shed", () => {
  it.each(["full", "nodes"] as const)("outlasts a node that is disabled for a while (%s deploy)", async (type) => {
    await bench.shed(loads);
    await hold();
    await bench.deploy({ shed: { loads, d: true } }, [], type);
    expect(logged("disabled while holding boiler: switch it on yourself")).toBe(true);
    await bench.deploy({ shed: { loads } }, [], type);
    await bench.tell(load("boiler", false), bench.demand(2500));
    expect(bench.status()).toBe("holding 1 load (boiler) · 2.5 kW");
  });

  it("outlasts a tab that is disabled for a while", async () => {
    await bench.shed(loads, { z: "tab2" }, [second()]);
    await hold();
    await bench.shed(loads, { z: "tab2" }, [second({ disabled: true })]);
    await bench.shed(loads, { z: "tab2" }, [second()]);
    await bench.tell(load("boiler", false), bench.demand(2500));
    expect(bench.status()).toBe("holding 1 load (boiler) · 2.5 kW");
  });

  it("moves with its node to another tab while the first one is deleted", async () => {
    await bench.shed(loads, { z: "tab2" }, [second()]);
    await hold();
    await bench.shed(loads);
    await bench.tell(load("boiler", false), bench.demand(2500));
    expect(bench.status()).toBe("holding 1 load (boiler) · 2.5 kW");
  });

  it("is forgotten with its node, also when that goes with its tab", async () => {
    await bench.shed(loads, { z: "tab2" }, [second()]);
    await hold();
    expect(existsSync(file())).toBe(true);
    await bench.deploy({});
    expect(existsSync(file())).toBe(false);
    expect(logged("deleted while holding boiler: switch it on yourself")).toBe(true);
  });
});
