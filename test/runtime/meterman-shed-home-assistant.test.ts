import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { pause } from "../support/product.ts";
import { row, ShedBench } from "./meterman-shed-bench.ts";

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

const status = () => bench.status();

/** The connection to the server, with which loads find their entities. */
const connection = () => ({
  ...{ id: "ha", type: "meterman-home-assistant", name: "", timeoutS: 2 },
  ...{ url: server?.url ?? "", credentials: { token: server?.token ?? "" } },
});
const deploy = (loads: readonly object[], settings: object = {}) =>
  bench.shed(loads, { homeAssistant: "ha", ...settings }, [connection()]);
/** Lets a second pass at a time under so much power. */
const under = (watts: number, what: string, probe: () => unknown) =>
  bench.until(
    what,
    () => bench.demand(watts),
    () => Boolean(probe()),
  );
/** The same while time stands still. */
const told = (watts: number, what: string, probe: () => unknown) =>
  bench.red.until(what, async () => {
    await bench.tell(bench.demand(watts));
    return Boolean(probe());
  });

describe("loads in Home Assistant", () => {
  const boiler = row("boiler", { entity: "switch.boiler" });
  const follow = (entity: string, state: string) =>
    bench.red.until(`${entity} ${state}`, () => server?.states.get(entity)?.state === state);

  async function start(loads: object[], settings: Record<string, unknown> = {}) {
    server = await HomeAssistantServer.start();
    server.loads.add("switch.boiler", "on");
    server.loads.add("number.charger", "16");
    await deploy(loads, settings);
    return server;
  }

  it("are switched off and on again by themselves", async () => {
    await start([boiler]);
    await bench.tell(bench.demand(4500));
    await follow("switch.boiler", "off");
    await bench.red.until("the status", () => status().startsWith("holding 1 load (boiler)"));
    bench.pass(10);
    await told(300, "it is back", () => server?.states.get("switch.boiler")?.state === "on");
    expect(server?.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_on"]);
  });

  it("in steps are set no lower than needed", async () => {
    const car = row("car", { entity: "number.charger", kind: "modulating", levels: "6, 10, 16", ratedW: "230" });
    await start([car]);
    await bench.tell(bench.demand(4000));
    await follow("number.charger", "10");
    expect(bench.decisions()[0]).toMatchObject({ load: "car", action: "set", level: 10 });
  });

  it("that take the call but do nothing are asked once more and reported: success of a call is not action", async () => {
    const ha = await start([boiler]);
    ha.loads.behave("switch.boiler", { disobeys: true });
    await under(4500, "the report", () => bench.errors.some((text) => text.includes("METERMAN_LOAD_UNRESPONSIVE")));
    await bench.red.until("both calls", () => ha.loads.calls.length === 2);
    expect(ha.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_off"]);
  });

  it("that ignore the first call follow the second", async () => {
    const ha = await start([boiler]);
    ha.loads.behave("switch.boiler", { ignores: 1 });
    await bench.tell(bench.demand(4500));
    await bench.red.until("the first call", () => ha.loads.calls.length === 1);
    expect(ha.states.get("switch.boiler")?.state).toBe("on");
    bench.pass(5);
    await bench.tell(bench.demand(4500));
    await follow("switch.boiler", "off");
    expect(bench.errors).toEqual([]);
  });

  it("are neither off nor shed while unavailable or missing, which are told apart", async () => {
    const ha = await start([boiler]);
    ha.states.set("switch.boiler", "unavailable", {});
    await told(4500, "the state", () => status() === "unavailable: boiler · 4.5 kW");
    expect(bench.notices("entity").at(-1)).toMatchObject({ load: "boiler", trouble: "unavailable" });
    ha.states.set("switch.boiler", "on", {});
    await bench.red.until("a decision", () => bench.decisions().length === 1);
    expect(bench.notices("entity").at(-1)).toMatchObject({ load: "boiler", trouble: null });
    await deploy([boiler, row("ghost", { entity: "switch.ghost" })]);
    await bench.red.until("the state", () => status() === "holding boiler · not in Home Assistant: ghost");
    expect(bench.red.status("shed")).toMatchObject({ fill: "red" });
    await under(2500, "the error", () =>
      bench.errors.some((text) => /HA_ENTITY: ghost: switch\.ghost .*renamed/.test(text)),
    );
    expect(bench.notices("entity").at(-1)).toMatchObject({ load: "ghost", trouble: "missing" });
  });

  it("with a power sensor that is not there, or that measures something else, work without it, and that is said", async () => {
    const sensor = "sensor.boiler_power";
    const ha = await start([row("boiler", { entity: "switch.boiler", powerEntity: sensor })]);
    await under(2500, "the error", () =>
      bench.errors.some((text) => /boiler: sensor\.boiler_power does not exist/.test(text)),
    );
    expect(bench.notices("entity").at(-1)).toMatchObject({ load: "boiler", trouble: "unmeasured" });
    await bench.tell(bench.demand(4500));
    await follow("switch.boiler", "off");
    ha.states.set(sensor, "0.2", { unit_of_measurement: "kWh" });
    await under(2500, "the error", () =>
      bench.errors.some((text) => /HA_ENTITY: boiler: .*measures kWh, not W/.test(text)),
    );
    ha.states.set(sensor, "0", { unit_of_measurement: "kW" });
    await bench.red.until("the notice", () => bench.notices("entity").at(-1)?.trouble === null);
    expect([status(), bench.errors.length]).toEqual([expect.stringMatching(/^holding 1 load \(boiler\)/), 2]);
  });

  it("whose steps the entity does not take are not half driven: what to correct is said", async () => {
    const car = row("car", { entity: "number.charger", kind: "modulating", levels: "0, 6, 40" });
    const ha = await start([car]);
    ha.states.set("number.charger", "16", { min: 6, max: 32, step: 2 });
    await under(9000, "the error", () =>
      bench.errors.some((text) => /METERMAN_BAD_CONFIG: car: .*takes 6 to 32 in steps of 2, not 0, 6, 40/.test(text)),
    );
    expect([status(), bench.decisions()]).toEqual(["does not fit: car", []]);
  });

  it("that are renamed in Home Assistant are followed, and what to write is said", async () => {
    const ha = await start([boiler]);
    await bench.red.until("it is heard", () => bench.red.status("shed")?.text === "waiting for demand");
    await bench.tell(bench.demand(500));
    await bench.red.until("it is on", () => status() === "nothing shed · 0.5 kW");
    ha.fire("entity_registry_updated", {
      action: "update",
      entity_id: "switch.tank",
      old_entity_id: "switch.boiler",
      changes: { entity_id: "switch.boiler" },
    });
    ha.states.remove("switch.boiler");
    ha.loads.add("switch.tank", "on");
    await bench.red.until("the advice", () =>
      bench.errors.some((text) => /switch\.boiler is called switch\.tank now/.test(text)),
    );
    await told(4500, "it is shed", () => ha.states.get("switch.tank")?.state === "off");
    expect(bench.errors).toHaveLength(1);
  });

  it("that have modes are remembered with the one that they were last on with, on disk", async () => {
    const hall = row("hall", { entity: "climate.hall" });
    const ha = await start([hall]);
    const modes = { hvac_modes: ["heat", "cool", "off"] };
    const file = join(bench.red.userDir, "meterman-shed-shed.json");
    const kept = () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).modes : []);
    ha.states.set("climate.hall", "cool", modes);
    await bench.red.until("it to be kept", () => kept().length === 1);
    ha.states.set("climate.hall", "off", modes);
    await deploy([hall], { name: "again" });
    await bench.tell(bench.demand(500));
    await bench.red.until("it is heard", () => status() === "nothing shed · 0.5 kW");
    expect(kept()).toEqual([{ load: "hall", mode: "cool" }]);
  });

  it("are told with Home Assistant's own reason when it refuses the calls", async () => {
    await start([row("fan", { entity: "fan.attic" })]);
    server?.states.set("fan.attic", "on", {});
    await under(4500, "the report", () => bench.errors.length > 0);
    expect(bench.errors).toEqual([
      expect.stringMatching(/LOAD_UNRESPONSIVE: fan was asked twice.*Service fan\.turn_off/),
    ]);
  });

  it("that are held while Home Assistant is away stay ours: unknown meanwhile, given back once they say that they are off", async () => {
    const ha = await start([boiler]);
    await bench.tell(bench.demand(4500));
    await follow("switch.boiler", "off");
    await bench.red.until("the status", () => status().startsWith("holding 1 load (boiler)"));
    await ha.stop();
    // Time for the response to the command, and for a restore that must not be tried.
    const end = bench.now + 60;
    await under(300, "a minute", () => bench.now > end && status().startsWith("holding boiler · "));
    expect(bench.decisions()).toHaveLength(1);
    expect(bench.notices("ledger").at(-1)?.held).toMatchObject([{ load: "boiler" }]);
    expect(status()).toMatch(/^holding boiler · no connection: nothing listens at 127\.0\.0\.1:\d+: is Home Assistant/);
    await ha.listen();
    await told(300, "it is back", () => ha.states.get("switch.boiler")?.state === "on");
    expect(ha.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_on"]);
  });

  it("are not commanded in a dry run", async () => {
    const ha = await start([boiler], { dryRun: true });
    await told(4500, "the status", () => status() === "dry run · would shed boiler · 4.5 kW");
    expect(ha.loads.calls).toEqual([]);
  });

  it("need a connection, which is said", async () => {
    for (const [homeAssistant, remedy] of [
      ["", "choose one"],
      ["ha", "enter URL and token"],
    ]) {
      await deploy([boiler], { homeAssistant });
      await bench.red.until("the error", () => bench.errors.some((text) => text.includes(`connection: ${remedy}`)));
      await bench.tell(bench.demand(4500));
      await pause(100);
      expect(bench.red.status("shed")).toMatchObject({ fill: "red", text: "no Home Assistant for the entities" });
    }
    // Those without an entity need none.
    await deploy([row("boiler")]);
    expect(status()).toBe("waiting for demand");
  });

  it("say that the token is refused, and what to do: the connection itself has no place for a status", async () => {
    server = await HomeAssistantServer.start();
    server.refuses = true;
    await deploy([boiler]);
    await bench.red.until("the status", () => /^Home Assistant refused the token .*: make a new/.test(status()));
    expect(bench.red.status("shed")).toMatchObject({ fill: "red" });
  });
});
