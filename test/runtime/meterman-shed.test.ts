import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { pause } from "../support/product.ts";

let red: NodeRed;
let server: HomeAssistantServer | undefined;
let mark = 0;
const now = () => Math.floor(Date.now() / 1000);
const on = { z: "tab", x: 1, y: 1 };
const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
const quick = { confirmS: 0, holdS: 0, staggerS: 0, responseS: 1, marginW: 0, hysteresisW: 0, dryRun: false };
const row = (name: string, more: Record<string, unknown> = {}) => ({ name, ratedW: "2000", priority: 1, ...more });

function flow(loads: object[], settings: Record<string, unknown> = {}): FlowNode[] {
  const connection = { url: server?.url ?? "", timeoutS: 2, credentials: { token: server?.token ?? "" } };
  return [
    { id: "tab", type: "tab", label: "t" },
    { id: "ha", type: "meterman-home-assistant", name: "", ...connection },
    { id: "shed", type: "meterman-shed", ...on, ...quick, loads, wires: [["out"], ["ledger"]], ...settings },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    ...["out", "ledger", "caught"].map(sink),
  ];
}
const from = (id: string, port = 0) =>
  red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === port ? [one.msg] : []));
const notices = (topic: string) => from("shed", 1).filter((msg) => msg.topic === topic);
const errors = () => from("catch").map((msg) => String(msg.error.message));
const status = () => red.status("shed")?.text ?? "";

/** A window of which the first third is over. */
function demand(powerWatts: number | null, more: Record<string, unknown> = {}) {
  const at = now();
  const known = powerWatts !== null;
  const figures = { usedWh: 100, bridgedWh: known ? 0 : null, limitWatts: 2500, certainBreak: false };
  const unknown = { projectedWatts: null, allowedWatts: null, peakWatts: null };
  const times = { at, windowStart: at - 300, windowEnd: at + 600, remainingS: 600, coveredUntil: at, coverage: 1 };
  const rest = { meters: ["0.0.1.1.2"], stale: !known, ageS: 0, counts: true, onPeak: false };
  return { topic: "demand", payload: { ...figures, ...unknown, ...times, ...rest, powerWatts, ...more } };
}
const load = (name: string, isOn: boolean | null, more: object = {}) => ({
  topic: "load",
  payload: { load: name, on: isOn, ...more },
});

beforeAll(async () => {
  red = await startNodeRed({ flow: [{ id: "tab", type: "tab", label: "t" }] });
  return () => red.stop();
});
afterEach(async () => {
  await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
  await server?.stop();
  server = undefined;
  mark = red.sent.length;
});

describe("loads that are wired", () => {
  it("are no alarm right after a start, when all that is known of demand is from before it", async () => {
    await red.deploy(flow([row("boiler")]));
    red.inject("shed", load("boiler", true));
    red.inject("shed", demand(null, { ageS: 3600 }));
    red.inject("shed", load("boiler", true, { watts: 2000 }));
    await pause(2500);
    expect(status()).toBe("waiting for demand");
    expect(errors()).toEqual([]);
  });

  it("are shed with an explanation, reported back, and given back", async () => {
    // Enough time to answer on a busy machine.
    await red.deploy(flow([row("boiler"), row("pool", { priority: 5, ratedW: "1000" })], { responseS: 5 }));
    expect(status()).toBe("waiting for demand");
    red.inject("shed", load("boiler", true));
    red.inject("shed", load("pool", true));
    red.inject("shed", demand(4500));
    await red.until("a decision", () => from("shed").length === 1);
    expect(from("shed")[0]).toMatchObject({
      topic: "boiler",
      payload: { load: "boiler", action: "off", level: 0, rule: "limit", dryRun: false },
    });
    expect(from("shed")[0]?.payload.reason).toMatch(/aiming at 2\.5 kW/);
    red.inject("shed", load("boiler", false));
    red.inject("shed", demand(2500));
    await red.until("the status", () => status() === "holding 1 load (boiler) · 2.5 kW");
    // Blue: it does what it is for.
    expect(red.status("shed")).toMatchObject({ fill: "blue" });
    expect(notices("ledger").at(-1)?.payload.held).toMatchObject([{ load: "boiler", fromLevel: 1, rule: "limit" }]);
    await red.until("the response time", async () => {
      red.inject("shed", demand(500));
      return from("shed").length === 2;
    });
    expect(from("shed")[1]).toMatchObject({ topic: "boiler", payload: { action: "on", rule: "restore" } });
    red.inject("shed", load("boiler", true));
    await red.until("an empty ledger", () => notices("ledger").at(-1)?.payload.held.length === 0);
  });

  it("that do not follow are asked once more and reported", async () => {
    await red.deploy(flow([row("boiler")]));
    red.inject("shed", load("boiler", true));
    red.inject("shed", demand(4500));
    await red.until("the report", () => errors().some((text) => text.includes("METERMAN_LOAD_UNRESPONSIVE")));
    expect(from("shed").map((msg) => msg.payload.rule)).toEqual(["limit", "retry"]);
    expect(status()).toBe("not responding: boiler");
    expect(notices("unresponsive")).toMatchObject([{ payload: { load: "boiler" } }]);
  });

  it("stay as they are while demand is unknown, which is told once", async () => {
    await red.deploy(flow([row("boiler")]));
    red.inject("shed", load("boiler", true));
    red.inject("shed", demand(4500));
    await red.until("a decision", () => from("shed").length === 1);
    red.inject("shed", load("boiler", false));
    red.inject("shed", demand(null));
    red.inject("shed", demand(null));
    await red.until("the status", () => status() === "stale: holding boiler");
    expect(errors().filter((text) => text.includes("METERMAN_DEMAND_STALE"))).toHaveLength(1);
    expect(from("shed")).toHaveLength(1);
  });

  it("follow an override, and critical ones refuse to be switched off", async () => {
    await red.deploy(flow([row("boiler"), row("fridge", { critical: true })]));
    red.inject("shed", load("boiler", true));
    red.inject("shed", load("fridge", true));
    red.inject("shed", { topic: "override", payload: { load: "boiler", mode: "off", forS: 60 } });
    red.inject("shed", { topic: "override", payload: { load: "fridge", mode: "off" } });
    await red.until("a decision", () => from("shed").length === 1);
    expect(from("shed")[0]?.payload).toMatchObject({ load: "boiler", action: "off", rule: "override" });
    await red.until("the refusal", () => errors().some((text) => text.includes("METERMAN_FORBIDDEN")));
  });

  it("are only talked about in a dry run: output 1 stays silent", async () => {
    await red.deploy(flow([row("boiler")], { dryRun: true }));
    red.inject("shed", load("boiler", true));
    red.inject("shed", demand(4500));
    await red.until("the status", () => status() === "dry run · would shed boiler · 4.5 kW");
    expect(notices("dry-run")).toMatchObject([{ payload: { load: "boiler", action: "off", dryRun: true } }]);
    expect(from("shed")).toEqual([]);
  });

  it("that were shed before a restart are given back after it, once they say that they are off", async () => {
    await red.deploy(flow([row("boiler")]));
    red.inject("shed", load("boiler", true));
    red.inject("shed", demand(4500));
    await red.until("a decision", () => from("shed").length === 1);
    red.inject("shed", load("boiler", false));
    const file = join(red.userDir, "meterman-shed-shed.json");
    expect(JSON.parse(readFileSync(file, "utf8")).ledger.held).toMatchObject([{ load: "boiler", fromLevel: 1 }]);
    // A full deploy makes every node anew, as a restart does.
    await red.deploy(flow([row("boiler")], { name: "again" }));
    red.inject("shed", demand(300));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(from("shed")).toHaveLength(1);
    expect([status(), red.status("shed")?.fill]).toEqual(["holding · state unknown: boiler · 0.3 kW", "yellow"]);
    red.inject("shed", load("boiler", false));
    red.inject("shed", demand(300));
    await red.until("it is back", () => from("shed").length === 2);
    expect(from("shed")[1]?.payload).toMatchObject({ load: "boiler", action: "on" });
    await red.deploy([{ id: "tab", type: "tab", label: "t" }]);
    expect(existsSync(file)).toBe(false);
  });

  it("whose steps are others after a deploy, or which have gone from the table, leave nothing behind on disk", async () => {
    const steps = (levels: string) => row("car", { kind: "modulating", levels, ratedW: "230" });
    const file = join(red.userDir, "meterman-shed-shed.json");
    await red.deploy(flow([steps("6, 16"), row("old")]));
    red.inject("shed", load("old", true));
    red.inject("shed", { topic: "override", payload: { load: "old", mode: "on", forS: 60.5 } });
    red.inject("shed", load("car", true));
    red.inject("shed", demand(6000));
    await red.until("a decision", () => from("shed").length === 1);
    red.inject("shed", load("car", true, { level: 6 }));
    await red.deploy(flow([steps("6, 10")]));
    red.inject("shed", demand(2600));
    red.inject("shed", load("car", true, { level: 6 }));
    await red.until("the new ledger", () => !readFileSync(file, "utf8").includes("old"));
    expect(JSON.parse(readFileSync(file, "utf8")).ledger.held).toMatchObject([
      { load: "car", fromLevel: 10, level: 6 },
    ]);
  });

  it("and settings of another shape are refused with a coded error", async () => {
    await red.deploy(flow([row("boiler")]));
    red.inject("shed", { payload: 1 });
    red.inject("shed", { topic: "demand", payload: { ...demand(500).payload, powerWatts: Number.NaN } });
    red.inject("shed", { topic: "load", payload: { load: "boiler" } });
    red.inject("shed", load("unknown", true));
    await red.until("the errors", () => errors().length === 4);
    expect(errors().filter((text) => text.includes("METERMAN_BAD_MESSAGE"))).toHaveLength(3);
    expect(errors().filter((text) => text.includes("METERMAN_NOT_FOUND"))).toHaveLength(1);
    const expected: [object[], RegExp][] = [
      [[row("a"), row("a")], /same name/],
      [[row("car", { kind: "modulating", levels: "6" })], /rising order/],
      [[row("boiler", { entity: "sensor.power" })], /must be a switch, light, .*, not a sensor/],
      [[row("boiler", { entity: "number.charger" })], /in steps/],
      [[row("car", { kind: "modulating", levels: "6, 10", entity: "climate.hall" })], /on\/off/],
      [[row("boiler", { entity: "Boiler" })], /look like switch\.boiler/],
      [[row("boiler", { entity: "switch.a", powerEntity: "switch.a" })], /look like sensor\./],
      [[row("a", { entity: "switch.a" }), row("b", { entity: "switch.a" })], /load b: .*same entity/],
      [[row("")], /name/],
    ];
    for (const [loads, words] of expected) {
      await red.deploy(flow(loads));
      await red.until(String(words), () => words.test(status()));
      expect(red.status("shed")).toMatchObject({ fill: "red" });
    }
  });
});

describe("loads in Home Assistant", () => {
  const boiler = row("boiler", { entity: "switch.boiler" });
  const follow = (entity: string, state: string) =>
    red.until(`${entity} ${state}`, () => server?.states.get(entity)?.state === state);

  async function start(loads: object[], settings: Record<string, unknown> = {}) {
    server = await HomeAssistantServer.start();
    server.loads.add("switch.boiler", "on");
    server.loads.add("number.charger", "16");
    await red.deploy(flow(loads, { homeAssistant: "ha", ...settings }));
    return server;
  }

  it("are switched off and on again by themselves", async () => {
    await start([boiler]);
    red.inject("shed", demand(4500));
    await follow("switch.boiler", "off");
    await red.until("the status", () => status().startsWith("holding 1 load (boiler)"));
    await red.until("it is back", async () => {
      red.inject("shed", demand(300));
      return server?.states.get("switch.boiler")?.state === "on";
    });
    expect(server?.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_on"]);
  });

  it("in steps are set no lower than needed", async () => {
    const car = row("car", { entity: "number.charger", kind: "modulating", levels: "6, 10, 16", ratedW: "230" });
    await start([car]);
    red.inject("shed", demand(4000));
    await follow("number.charger", "10");
    expect(from("shed")[0]?.payload).toMatchObject({ load: "car", action: "set", level: 10 });
  });

  it("that take the call but do nothing are asked once more and reported: success of a call is not action", async () => {
    const ha = await start([boiler]);
    ha.loads.behave("switch.boiler", { disobeys: true });
    red.inject("shed", demand(4500));
    await red.until("the report", () => errors().some((text) => text.includes("METERMAN_LOAD_UNRESPONSIVE")));
    expect(ha.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_off"]);
  });

  it("that ignore the first call follow the second", async () => {
    const ha = await start([boiler]);
    ha.loads.behave("switch.boiler", { ignores: 1 });
    red.inject("shed", demand(4500));
    await follow("switch.boiler", "off");
    expect(errors()).toEqual([]);
  });

  it("are neither off nor shed while unavailable or missing, which are told apart", async () => {
    const ha = await start([boiler]);
    ha.states.set("switch.boiler", "unavailable", {});
    await red.until("the state", () => {
      red.inject("shed", demand(4500));
      return status() === "unavailable: boiler · 4.5 kW";
    });
    expect(notices("entity").at(-1)?.payload).toMatchObject({ load: "boiler", trouble: "unavailable" });
    ha.states.set("switch.boiler", "on", {});
    await red.until("a decision", () => from("shed").length === 1);
    expect(notices("entity").at(-1)?.payload).toMatchObject({ load: "boiler", trouble: null });
    await red.deploy(flow([boiler, row("ghost", { entity: "switch.ghost" })], { homeAssistant: "ha" }));
    await red.until("the state", () => status() === "holding boiler · not in Home Assistant: ghost");
    expect(red.status("shed")).toMatchObject({ fill: "red" });
    await red.until("the error", () => errors().some((text) => /HA_ENTITY: ghost: switch\.ghost .*renamed/.test(text)));
    expect(notices("entity").at(-1)?.payload).toMatchObject({ load: "ghost", trouble: "missing" });
  });

  it("with a power sensor that is not there, or that measures something else, work without it, and that is said", async () => {
    const sensor = "sensor.boiler_power";
    const ha = await start([row("boiler", { entity: "switch.boiler", powerEntity: sensor })]);
    await red.until("the error", () =>
      errors().some((text) => /boiler: sensor\.boiler_power does not exist/.test(text)),
    );
    expect(notices("entity").at(-1)?.payload).toMatchObject({ load: "boiler", trouble: "unmeasured" });
    red.inject("shed", demand(4500));
    await follow("switch.boiler", "off");
    ha.states.set(sensor, "0.2", { unit_of_measurement: "kWh" });
    await red.until("the error", () => errors().some((text) => /HA_ENTITY: boiler: .*measures kWh, not W/.test(text)));
    ha.states.set(sensor, "0", { unit_of_measurement: "kW" });
    await red.until("the notice", () => notices("entity").at(-1)?.payload.trouble === null);
    expect([status(), errors().length]).toEqual([expect.stringMatching(/^holding 1 load \(boiler\)/), 2]);
  });

  it("whose steps the entity does not take are not half driven: what to correct is said", async () => {
    const car = row("car", { entity: "number.charger", kind: "modulating", levels: "0, 6, 40" });
    const ha = await start([car]);
    ha.states.set("number.charger", "16", { min: 6, max: 32, step: 2 });
    await red.until("the error", () => {
      red.inject("shed", demand(9000));
      return errors().some((text) =>
        /METERMAN_BAD_CONFIG: car: .*takes 6 to 32 in steps of 2, not 0, 6, 40/.test(text),
      );
    });
    expect([status(), from("shed")]).toEqual(["does not fit: car", []]);
  });

  it("that are renamed in Home Assistant are followed, and what to write is said", async () => {
    const ha = await start([boiler]);
    await red.until("it is heard", () => red.status("shed")?.text === "waiting for demand");
    red.inject("shed", demand(500));
    await red.until("it is on", () => status() === "nothing shed · 0.5 kW");
    ha.fire("entity_registry_updated", {
      action: "update",
      entity_id: "switch.tank",
      old_entity_id: "switch.boiler",
      changes: { entity_id: "switch.boiler" },
    });
    ha.states.remove("switch.boiler");
    ha.loads.add("switch.tank", "on");
    await red.until("the advice", () =>
      errors().some((text) => /switch\.boiler is called switch\.tank now/.test(text)),
    );
    await red.until("it is shed", () => {
      red.inject("shed", demand(4500));
      return ha.states.get("switch.tank")?.state === "off";
    });
    expect(errors()).toHaveLength(1);
  });

  it("that have modes are remembered with the one that they were last on with, on disk", async () => {
    const hall = row("hall", { entity: "climate.hall" });
    const ha = await start([hall]);
    const modes = { hvac_modes: ["heat", "cool", "off"] };
    const kept = () => JSON.parse(readFileSync(join(red.userDir, "meterman-shed-shed.json"), "utf8")).modes;
    ha.states.set("climate.hall", "cool", modes);
    await red.until("it to be kept", () => kept().length === 1);
    ha.states.set("climate.hall", "off", modes);
    await red.deploy(flow([hall], { homeAssistant: "ha", name: "again" }));
    red.inject("shed", demand(500));
    await red.until("it is heard", () => status() === "nothing shed · 0.5 kW");
    expect(kept()).toEqual([{ load: "hall", mode: "cool" }]);
  });

  it("are told with Home Assistant's own reason when it refuses the calls", async () => {
    await start([row("fan", { entity: "fan.attic" })]);
    server?.states.set("fan.attic", "on", {});
    await red.until("the report", () => {
      red.inject("shed", demand(4500));
      return errors().length > 0;
    });
    expect(errors()).toEqual([expect.stringMatching(/LOAD_UNRESPONSIVE: fan was asked twice.*Service fan\.turn_off/)]);
  });

  it("that are held while Home Assistant is away stay ours: unknown meanwhile, given back once they say that they are off", async () => {
    const ha = await start([boiler]);
    red.inject("shed", demand(4500));
    await follow("switch.boiler", "off");
    await red.until("the status", () => status().startsWith("holding 1 load (boiler)"));
    await ha.stop();
    // Time for the response to the command, and for a restore that must not be tried.
    const end = Date.now() + 2500;
    await red.until("some time", () => {
      red.inject("shed", demand(300));
      return Date.now() > end;
    });
    expect(from("shed")).toHaveLength(1);
    expect(notices("ledger").at(-1)?.payload.held).toMatchObject([{ load: "boiler" }]);
    expect(status()).toMatch(/^holding boiler · no connection: nothing listens at 127\.0\.0\.1:\d+: is Home Assistant/);
    await ha.listen();
    await red.until("it is back", () => {
      red.inject("shed", demand(300));
      return ha.states.get("switch.boiler")?.state === "on";
    });
    expect(ha.loads.calls.map((call) => call.service)).toEqual(["turn_off", "turn_on"]);
  });

  it("are not commanded in a dry run", async () => {
    const ha = await start([boiler], { dryRun: true });
    await red.until("the status", () => {
      red.inject("shed", demand(4500));
      return status() === "dry run · would shed boiler · 4.5 kW";
    });
    expect(ha.loads.calls).toEqual([]);
  });

  it("need a connection, which is said", async () => {
    for (const [homeAssistant, remedy] of [
      ["", "choose one"],
      ["ha", "enter URL and token"],
    ]) {
      await red.deploy(flow([boiler], { homeAssistant }));
      await red.until("the error", () => errors().some((text) => text.includes(`connection: ${remedy}`)));
      red.inject("shed", demand(4500));
      await pause(100);
      expect(red.status("shed")).toMatchObject({ fill: "red", text: "no Home Assistant for the entities" });
    }
    // Those without an entity need none.
    await red.deploy(flow([row("boiler")]));
    expect(status()).toBe("waiting for demand");
  });

  it("say that the token is refused, and what to do: the connection itself has no place for a status", async () => {
    server = await HomeAssistantServer.start();
    server.refuses = true;
    await red.deploy(flow([boiler], { homeAssistant: "ha" }));
    await red.until("the status", () => /^Home Assistant refused the token .*: make a new/.test(status()));
    expect(red.status("shed")).toMatchObject({ fill: "red" });
  });
});
