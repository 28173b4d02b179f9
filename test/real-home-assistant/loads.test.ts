import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { benchOnly, onBench } from "../support/hass/any.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { pause, until } from "../support/product.ts";

const EMPTY: FlowNode[] = [{ id: "tab", type: "tab", label: "t" }];
const quick = { confirmS: 0, holdS: 0, staggerS: 0, responseS: 4, marginW: 0, hysteresisW: 0, maxPerPass: 100 };
const on = { z: "tab", x: 1, y: 1 };
const sink = (id: string) => ({ id, type: "function", ...on, func: "return null", wires: [[]] });
const row = (name: string, entity: string, more: object = {}) => ({ name, entity, ratedW: 2000, ...more });
const now = () => Math.floor(Date.now() / 1000);
/** After this long one that did not respond is expected to respond again. */
const REST_S = 900;

let ha: HomeAssistant;
let red: NodeRed;
let mark = 0;

function flow(loads: object[], settings: object = {}): FlowNode[] {
  const connection = { url: ha.url, timeoutS: 5, credentials: { token: ha.token } };
  const shed = { dryRun: false, homeAssistant: "ha", loads, wires: [["out"], ["ledger"]] };
  return [
    ...EMPTY,
    { id: "ha", type: "meterman-home-assistant", name: "", ...connection },
    { id: "shed", type: "meterman-shed", ...on, ...quick, ...shed, ...settings },
    { id: "catch", type: "catch", ...on, scope: null, uncaught: false, wires: [["caught"]] },
    ...["out", "ledger", "caught"].map(sink),
  ];
}
const from = (id: string, port = 0) =>
  red.sent.slice(mark).flatMap((one) => (one.id === id && one.port === port ? [one.msg] : []));
const notices = (topic: string) => from("shed", 1).flatMap((msg) => (msg.topic === topic ? [msg.payload] : []));
const decisions = () => from("shed").map(({ payload }) => payload);
const errors = () => from("catch").map((msg) => String(msg.error.message));
const status = () => red.status("shed")?.text ?? "";
const held = () => (notices("ledger").at(-1)?.held ?? []).map((one: { load: string }) => one.load);

/** A window of which the first third is over, in a house that draws `powerWatts`. */
function demand(powerWatts: number): void {
  const at = now();
  const times = { at, windowStart: at - 300, windowEnd: at + 600, remainingS: 600, coveredUntil: at, coverage: 1 };
  const figures = { usedWh: 100, bridgedWh: 0, limitWatts: 2500, certainBreak: false, powerWatts };
  const unknown = { projectedWatts: null, allowedWatts: null, peakWatts: null };
  const rest = { meters: ["0.0.1.1.2"], stale: false, ageS: 0, counts: true, onPeak: false };
  red.inject("shed", { topic: "demand", payload: { ...figures, ...unknown, ...times, ...rest } });
}
const stateOf = async (entity: string) => (await ha.state(entity))?.state;
const becomes = (entity: string, state: string) =>
  until(`${entity} to be ${state}`, async () => (await stateOf(entity)) === state, 30_000);
/** Looks again and again while the house draws `powerWatts`. */
const under = (powerWatts: number, what: string, probe: () => unknown, limitMs = 60_000) =>
  red.until(
    what,
    async () => {
      demand(powerWatts);
      return Boolean(await probe());
    },
    limitMs,
  );
/** All loads of the flow have said how they are. */
const heard = () => under(500, "the loads", () => status() === "nothing shed · 0.5 kW");

const setBoolean = (name: string, to: boolean) =>
  ha.call("input_boolean", to ? "turn_on" : "turn_off", { entity_id: `input_boolean.${name}` });
const setNumber = (name: string, value: number) =>
  ha.call("input_number", "set_value", { entity_id: `input_number.${name}`, value });
const publish = (topic: string, payload: string) =>
  ha.call("mqtt", "publish", { topic, payload, retain: true, qos: 1 });

/** A fan that says on the topic on which it is told: it obeys. */
async function addFan(): Promise<void> {
  const fan = { name: "Attic", unique_id: "attic_fan", command_topic: "attic/fan", state_topic: "attic/fan" };
  await publish("homeassistant/fan/attic/config", JSON.stringify({ ...fan, retain: true }));
  await until("the fan", async () => (await ha.state("fan.attic")) !== undefined);
  await publish("attic/fan", "ON");
}

/** A switch that nobody hears and that has nothing to say: Home Assistant takes its own command for its state. */
async function addBlindSwitch(): Promise<void> {
  await publish(
    "homeassistant/switch/blind/config",
    JSON.stringify({ name: "Blind", unique_id: "blind_switch", command_topic: "blind/set" }),
  );
  await until("the switch", async () => (await ha.state("switch.blind")) !== undefined);
  await ha.call("switch", "turn_on", { entity_id: "switch.blind" });
}

describe.runIf(onBench)(benchOnly("loads of a real Home Assistant"), () => {
  beforeAll(async () => {
    red = await startNodeRed({ flow: EMPTY });
    ha = await startHomeAssistant();
  });
  afterAll(async () => {
    await red?.stop();
    await ha?.remove();
  });
  afterEach(async () => {
    await red.deploy(EMPTY);
    mark = red.sent.length;
  });

  it("obey in every domain, and are given back as they were", async () => {
    // Small ones: they come back in one step.
    const steps = { kind: "modulating", levels: "0 6 10 16", ratedW: 50 };
    const before: [object, string, string, string][] = [
      [row("pump", "switch.pool_pump"), "switch.pool_pump", "on", "off"],
      [row("lamp", "light.terrace"), "light.terrace", "on", "off"],
      [row("helper", "input_boolean.stuck_pump"), "input_boolean.stuck_pump", "on", "off"],
      [row("fan", "fan.attic"), "fan.attic", "on", "off"],
      [row("heat pump", "climate.heat_pump"), "climate.heat_pump", "cool", "off"],
      [row("thermostat", "climate.living_room"), "climate.living_room", "heat", "off"],
      [row("boiler", "water_heater.boiler"), "water_heater.boiler", "performance", "off"],
      [row("car", "number.charger_current", steps), "number.charger_current", "16.0", "0.0"],
      [
        row("second car", "input_number.stuck_charger_current", steps),
        "input_number.stuck_charger_current",
        "16.0",
        "0.0",
      ],
    ];
    await addFan();
    for (const name of ["pool_pump", "terrace", "stuck_pump"]) await setBoolean(name, true);
    for (const name of ["charger_current", "stuck_charger_current"]) await setNumber(name, 16);
    await setNumber("living_room_temperature", 18);
    await ha.call("climate", "set_hvac_mode", { entity_id: "climate.heat_pump", hvac_mode: "cool" });
    await ha.call("water_heater", "set_operation_mode", {
      entity_id: "water_heater.boiler",
      operation_mode: "performance",
    });
    for (const [, entity, state] of before) await becomes(entity, state);
    await red.deploy(flow(before.map(([load]) => load)));
    await heard();
    await under(90_000, "everything to be shed", () => held().length === before.length);
    for (const [, entity, , off] of before) await becomes(entity, off);
    await red.until(
      "the status",
      () => status() === `holding ${before.length} loads (car, second car, pump, …) · 90.0 kW`,
    );
    await under(300, "everything to be back", () => held().length === 0, 120_000);
    for (const [, entity, state] of before) await becomes(entity, state);
    // On a busy machine one may be asked twice.
    const rules = decisions().flatMap(({ rule }) => (rule === "retry" ? [] : [rule]));
    expect(rules).toEqual([...before.map(() => "limit"), ...before.map(() => "restore")]);
    expect(errors()).toEqual([]);
  });

  it("a heat pump cools again after a restart of Node-RED, not heats", async () => {
    await ha.call("climate", "set_hvac_mode", { entity_id: "climate.heat_pump", hvac_mode: "cool" });
    await becomes("climate.heat_pump", "cool");
    const loads = [row("heat pump", "climate.heat_pump")];
    await red.deploy(flow(loads));
    await heard();
    await under(9000, "it to be shed", async () => (await stateOf("climate.heat_pump")) === "off");
    await red.until("the ledger", () => held().length === 1);
    await red.deploy(flow(loads, { name: "again" }));
    await under(300, "it to be back", async () => (await stateOf("climate.heat_pump")) === "cool");
  });

  it("that follow late, but within their response time, are not asked again", async () => {
    await setBoolean("slow_pump", true);
    await setNumber("slow_charger_current", 16);
    const steps = { kind: "modulating", levels: "6 16", ratedW: 230 };
    const loads = [row("pump", "switch.slow_pump"), row("car", "number.slow_charger_current", steps)];
    await red.deploy(flow(loads, { responseS: 14 }));
    await heard();
    await under(9000, "both", () => held().length === 2);
    await becomes("switch.slow_pump", "off");
    await becomes("number.slow_charger_current", "6.0");
    await pause(8000);
    expect(decisions().map(({ rule }) => rule)).toEqual(["limit", "limit"]);
    expect(errors()).toEqual([]);
  });

  it("that never follow are asked once more and reported within their response time", async () => {
    for (const name of ["stuck_pump", "stuck_lamp"]) await setBoolean(name, true);
    await setNumber("stuck_charger_current", 16);
    const steps = { kind: "modulating", levels: "6 16", ratedW: 230 };
    const loads = [
      row("pump", "switch.stuck_pump"),
      row("lamp", "light.stuck_lamp"),
      row("car", "number.stuck_charger_current", steps),
      row("heat pump", "climate.deaf_heat_pump"),
      row("boiler", "water_heater.deaf_boiler"),
    ];
    const responseS = 6;
    await red.deploy(flow(loads, { responseS }));
    await heard();
    await under(60_000, "all reports", () => errors().length === loads.length);
    expect(
      errors().every((text) => /METERMAN_LOAD_UNRESPONSIVE: .* was asked twice and did not follow/.test(text)),
    ).toBe(true);
    for (const { name } of loads) {
      const mine = decisions().filter(({ load }) => load === name);
      expect(mine.map(({ rule }) => rule)).toEqual(["limit", "retry"]);
      const reported = notices("unresponsive").find(({ load }) => load === name).until - REST_S;
      // Exactly that on a machine with nothing else to do; twice of it would be one response time after the other.
      expect(reported - mine[0].time).toBeLessThan(2 * responseS);
    }
    await red.until("the status", () => status().startsWith("not responding: "));
    expect(await stateOf("switch.stuck_pump")).toBe("on");
  });

  it("that are unavailable, missing or do not fit are told apart, and none is taken for off", async () => {
    await setBoolean("pool_pump", true);
    await setBoolean("pool_pump_unplugged", true);
    await becomes("switch.pool_pump", "unavailable");
    await red.deploy(flow([row("pump", "switch.pool_pump")]));
    await under(9000, "the status", () => status() === "unavailable: pump · 9.0 kW");
    expect([decisions(), notices("entity").at(-1)?.trouble]).toEqual([[], "unavailable"]);
    await setBoolean("pool_pump_unplugged", false);
    await under(9000, "it to be shed", () => held().length === 1);
    expect(notices("entity").map(({ trouble }) => trouble)).toEqual(["unavailable", null]);
    await under(300, "it to be back", () => held().length === 0);

    const steps = { kind: "modulating", levels: "6 64" };
    await red.deploy(flow([row("ghost", "switch.ghost"), row("car", "number.charger_current", steps)]));
    await under(9000, "both reports", () => errors().length === 2);
    expect(status()).toBe("not in Home Assistant: ghost; does not fit: car");
    expect(errors().sort()).toEqual([
      expect.stringMatching(/METERMAN_BAD_CONFIG: car: number\.charger_current takes 0 to 32 in steps of 1, not 6, 64/),
      expect.stringMatching(/METERMAN_HA_ENTITY: ghost: switch\.ghost does not exist in Home Assistant: .*renamed/),
    ]);
  });

  it("that only repeat what they were told are told from those that say what they do", async () => {
    await addBlindSwitch();
    await red.deploy(flow([row("blind", "switch.blind")]));
    await under(500, "the report", () => errors().length === 1);
    expect(errors()).toEqual([expect.stringMatching(/blind: switch\.blind repeats what it was told.*power sensor/)]);
    expect(notices("entity")).toMatchObject([{ load: "blind", trouble: "assumed" }]);
  });

  it("with a power sensor that is not there, or measures no power, work without it, and that is said", async () => {
    await setBoolean("pool_pump", true);
    const loads = [
      row("pump", "switch.pool_pump", { powerEntity: "sensor.living_room_temperature" }),
      row("lamp", "light.terrace", { powerEntity: "sensor.ghost" }),
    ];
    await red.deploy(flow(loads));
    await under(500, "both reports", () => errors().length === 2);
    expect(errors().sort()).toEqual([
      expect.stringMatching(/lamp: sensor\.ghost does not exist in Home Assistant/),
      expect.stringMatching(/pump: sensor\.living_room_temperature measures °C, not W or kW/),
    ]);
    await under(9000, "it to be shed", async () => (await stateOf("switch.pool_pump")) === "off");
    await under(300, "it to be back", async () => (await stateOf("switch.pool_pump")) === "on");
  });

  it("that are renamed are followed under their new name", async () => {
    const rename = (entity_id: string, new_entity_id: string) =>
      ha.request({ type: "config/entity_registry/update", entity_id, new_entity_id });
    await setBoolean("pool_pump", true);
    await red.deploy(flow([row("pump", "switch.pool_pump")]));
    await heard();
    await rename("switch.pool_pump", "switch.filter");
    await red.until("the advice", () => errors().length === 1);
    expect(errors()).toEqual([expect.stringMatching(/switch\.pool_pump is called switch\.filter now/)]);
    await under(9000, "it to be shed", async () => (await stateOf("switch.filter")) === "off");
    await rename("switch.filter", "switch.pool_pump");
    await under(300, "it to be back", async () => (await stateOf("switch.pool_pump")) === "on");
    expect(errors()).toHaveLength(2);
  });

  it("that somebody switches on by hand are left alone", async () => {
    await setBoolean("pool_pump", true);
    await red.deploy(flow([row("pump", "switch.pool_pump")], { responseS: 6 }));
    await heard();
    await under(9000, "it to be shed", () => held().length === 1);
    await becomes("switch.pool_pump", "off");
    // Until the command is settled: before, a load that goes on again has not followed.
    await pause(8000);
    demand(9000);
    await setBoolean("pool_pump", true);
    await red.until("it to be released", () => notices("released").length === 1);
    await pause(3000);
    demand(9000);
    await pause(2000);
    expect(await stateOf("switch.pool_pump")).toBe("on");
    expect([decisions().length, held(), errors()]).toEqual([1, [], []]);
  });

  it.each(["restart", "kill"] as const)(
    "whose command is cut off by a %s of Home Assistant are read before anything else",
    async (way) => {
      await setBoolean("slow_pump", true);
      await becomes("switch.slow_pump", "on");
      await red.deploy(flow([row("pump", "switch.slow_pump")], { responseS: 10, demandTimeoutS: 600 }));
      await heard();
      // The command is given, and the pump would follow three seconds later.
      await under(9000, "the command", () => decisions().length === 1);
      if (way === "kill") await ha.kill();
      else await ha.stop();
      await red.until("the loss", () => /^holding pump · no connection: /.test(status()));
      await pause(12_000);
      // Nobody knows whether it is off: it is neither asked again, nor blamed, nor given back.
      demand(9000);
      expect([decisions().length, errors()]).toEqual([1, []]);
      await ha.start();
      await under(
        9000,
        "it to be off",
        async () => held().length === 1 && (await stateOf("switch.slow_pump")) === "off",
      );
      await under(300, "it to be on", async () => held().length === 0 && (await stateOf("switch.slow_pump")) === "on");
      expect(errors()).toEqual([]);
    },
  );
});
