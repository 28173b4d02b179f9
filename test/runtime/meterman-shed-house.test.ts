import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ShedService } from "../../nodes/runtime/services.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { pause } from "../support/product.ts";
import { load, row, ShedBench } from "./meterman-shed-bench.ts";

let bench: ShedBench;
let server: HomeAssistantServer | undefined;
beforeAll(async () => {
  bench = await ShedBench.start();
});
afterEach(async () => {
  await bench.clear();
  await server?.stop();
  server = undefined;
});
afterAll(() => bench.stop());

const boiler = { loads: [row("boiler")] };
const pool = { loads: [row("pool")] };
const taken = () => bench.errors.filter((text) => text.includes("METERMAN_SHED_TAKEN"));
const service = (id: string) => bench.service(id) as ShedService;

describe("a house with two shed nodes", () => {
  it("is kept by the one that came first: the other one says so, decides nothing and takes over when that one goes", async () => {
    await bench.deploy({ first: { ...boiler, name: "kitchen" }, second: pool });
    await bench.tellTo("first", load("boiler", false), bench.demand(500));
    await bench.tellTo("second", load("pool", true), bench.demand(4500));
    expect(bench.status("second")).toBe("kitchen has this house: nothing is decided here");
    expect(bench.red.status("second")).toMatchObject({ fill: "red" });
    expect(taken()).toEqual([
      expect.stringMatching(/the shed node kitchen acts on meter 0\.0\.1\.1\.2 already: .* run dry$/),
    ]);
    expect(service("second").report()).toMatchObject({ refused: expect.stringMatching(/kitchen/), demands: [] });
    expect(bench.notices("alarm", "second")).toMatchObject([{ code: "METERMAN_SHED_TAKEN", load: null, active: true }]);
    expect(service("second").override("pool", "off", null)).toMatchObject({
      ok: false,
      error: { code: "METERMAN_SHED_TAKEN" },
    });
    await bench.tellTo("second", bench.demand(4500), bench.demand(4500));
    expect([bench.decisions("second"), taken().length]).toEqual([[], 1]);

    await bench.deploy({ second: pool }, [], "nodes");
    await bench.red.until("it to take over", () => bench.decisions("second").length === 1);
    expect(bench.decisions("second")[0]).toMatchObject({ load: "pool", action: "off", rule: "limit" });
    expect(bench.notices("alarm", "second").at(-1)).toMatchObject({ code: "METERMAN_SHED_TAKEN", active: false });
    expect(service("second").report()).toMatchObject({ refused: null, alarms: [] });
  });

  it("is kept by the same one after a restart, whichever hears of demand first", async () => {
    await bench.deploy({ first: { ...boiler, name: "kitchen" }, second: pool });
    await bench.tellTo("first", bench.demand(500));
    bench.pass(60);
    await bench.deploy({ second: pool, first: { ...boiler, name: "kitchen" } });
    await bench.tellTo("second", load("pool", true), bench.demand(4500));
    expect([bench.status("second"), bench.decisions("second")]).toEqual([
      "kitchen has this house: nothing is decided here",
      [],
    ]);
    await bench.tellTo("first", load("boiler", true), bench.demand(4500));
    expect(bench.decisions("first")).toMatchObject([{ load: "boiler", action: "off" }]);
    // A claim from before the restart that nothing has confirmed ends.
    await bench.deploy({ second: pool, first: { ...boiler, name: "kitchen" } });
    bench.pass(121);
    await bench.red.until("its end", async () => {
      await bench.tellTo("second", load("pool", true), bench.demand(4500));
      return bench.decisions("second").length === 1;
    });
  });

  it("is not lost by a node that is only made anew by a deploy", async () => {
    await bench.deploy({ first: { ...boiler, name: "kitchen" }, second: pool });
    await bench.tellTo("first", bench.demand(500));
    await bench.tellTo("second", load("pool", true), bench.demand(4500));
    await bench.deploy({ first: { ...boiler, name: "hall" }, second: pool }, [], "nodes");
    // Some of its seconds: it looks again in each.
    await pause(1100);
    await bench.tellTo("second", bench.demand(4500));
    expect(bench.decisions("second")).toEqual([]);
    await bench.tellTo("first", load("boiler", true), bench.demand(4500));
    expect([bench.decisions("first").length, bench.status("second")]).toEqual([
      1,
      "hall has this house: nothing is decided here",
    ]);
  });

  it("tells what the one that is refused still holds", async () => {
    await bench.deploy({ first: { ...boiler, name: "kitchen" }, second: pool });
    await bench.tellTo("first", bench.demand(500));
    bench.pass(1);
    await bench.tellTo(
      "second",
      load("pool", true),
      bench.demand(4500, { meters: ["0.0.1.1.3"] }),
      load("pool", false),
    );
    await bench.tellTo("second", bench.demand(300));
    expect(taken()).toEqual([expect.stringMatching(/what is held here \(pool\) stays as it is$/)]);
    expect(bench.decisions("second")).toHaveLength(1);
  });

  it("may have any number in a dry run, and none of them may go live beside the one that acts", async () => {
    await bench.deploy({ first: { ...boiler, name: "kitchen" }, second: { ...pool, dryRun: true } });
    await bench.tellTo("first", load("boiler", true), bench.demand(500));
    await bench.tellTo("second", load("pool", true), bench.demand(4500));
    expect(bench.status("second")).toBe("dry run · would shed pool · 4.5 kW");
    expect(service("second").setDryRun(false)).toMatchObject({ ok: false, error: { code: "METERMAN_SHED_TAKEN" } });
    await bench.tellTo("second", { topic: "dry-run", payload: { on: false } });
    expect([bench.status("second"), taken().length]).toEqual(["dry run · would shed pool · 4.5 kW", 1]);

    expect(service("first").setDryRun(true)).toEqual({ ok: true, value: undefined });
    expect(service("second").setDryRun(false)).toEqual({ ok: true, value: undefined });
    await bench.tellTo("second", bench.demand(4500));
    expect(bench.decisions("second")).toMatchObject([{ load: "pool", action: "off", dryRun: false }]);
    expect(service("first").setDryRun(false)).toMatchObject({ ok: false, error: { code: "METERMAN_SHED_TAKEN" } });
  });

  it("that drive the same entity: the second one is refused before it hears of any demand", async () => {
    server = await HomeAssistantServer.start();
    server.loads.add("switch.boiler", "on");
    const settings = { homeAssistant: "ha", loads: [row("boiler", { entity: "switch.boiler" })] };
    const connection = {
      ...{ id: "ha", type: "meterman-home-assistant", name: "", timeoutS: 2 },
      ...{ url: server.url, credentials: { token: server.token } },
    };
    await bench.deploy({ first: { ...settings, name: "kitchen" }, second: settings }, [connection]);
    await bench.red.until("the refusal", () => taken().length === 1);
    expect(taken()).toEqual([expect.stringMatching(/the shed node kitchen acts on switch\.boiler already/)]);
    await bench.tellTo("second", bench.demand(4500, { meters: ["0.0.1.1.9"] }));
    expect([bench.decisions("second"), server.loads.calls]).toEqual([[], []]);
  });

  it("leaves houses of other meters alone", async () => {
    await bench.deploy({ first: boiler, second: pool });
    await bench.tellTo("first", load("boiler", true), bench.demand(4500));
    await bench.tellTo("second", load("pool", true), bench.demand(4500, { meters: ["0.0.1.1.3"] }));
    expect([bench.decisions("first").length, bench.decisions("second").length]).toEqual([1, 1]);
  });
});
