import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type About,
  choosePath,
  deviceSlug,
  discovery,
  entityId,
  explain,
  identityOf,
  keysFor,
  kwh,
  type Offers,
  type Path,
  type Request,
  type Say,
  SENSOR_KEYS,
  SENSORS,
  STRATEGIES,
} from "../../nodes/home-assistant/index.ts";
import { METER_ID_PATTERN, parseMeterId, wh } from "../../nodes/model/index.ts";
import { meter as id } from "../api/meters.ts";

const meter = id("0.0.1.1.2");
const meterIds = fc
  .stringMatching(new RegExp(METER_ID_PATTERN))
  .filter((text) => parseMeterId(text).ok)
  .map(id);
type What = Say extends infer One ? (One extends Say ? Omit<One, "about" | "path"> : never) : never;
const about: About = { id: meter, kind: "meter", name: "House" };
const requests = (what: What, path: Path = "mqtt", of: About = about): readonly Request[] =>
  STRATEGIES[path].requests({ about: of, path, ...what }, "2026.11.0");
const energy = { kind: "value", key: "energy", value: 812_400 } as const;
const power = (value: number | null) => ({ kind: "value", key: "power", value }) as const;
const house = ["energy", "power"] as const;

describe("names", () => {
  it("are made of the meter's id alone", () => {
    expect(deviceSlug(meter)).toBe("meterman_0_0_1_1_2");
    expect(entityId(meter, "energy")).toBe("sensor.meterman_0_0_1_1_2_energy");
  });

  it("fit Home Assistant's alphabet and differ when the ids differ", () => {
    const valid = /^(?!.+__)(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$/;
    fc.assert(
      fc.property(fc.uniqueArray(meterIds, { minLength: 2, maxLength: 20 }), (ids) => {
        for (const one of ids) expect(entityId(one, "power")).toMatch(valid);
        expect(new Set(ids.map(deviceSlug)).size).toBe(ids.length);
      }),
    );
    expect(new Set(["a.b", "a-b", "a_b", "A.b", "a.b-", "a__b"].map((text) => deviceSlug(id(text)))).size).toBe(6);
  });
});

describe("kWh", () => {
  it("are exact decimals of whole Wh", () => {
    expect([0, 5, 40, 400, 812_400, 1000, 999_999_999_999].map((n) => kwh(wh(n)))).toEqual(
      ["0", "0.005", "0.04", "0.4", "812.4", "1", "999999999.999"], // prettier than a double
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (n) => {
        expect(Math.round(Number(kwh(wh(n))) * 1000)).toBe(n);
        expect(kwh(wh(n))).toMatch(/^\d+(\.\d{1,3})?$/);
      }),
    );
  });
});

describe("the path", () => {
  const entry = (state: string) => [{ domain: "mqtt", state }];
  const offers = (components: readonly string[], more: Partial<Offers> = {}): Offers => ({
    config: { version: "2026.11.0", state: "RUNNING", components },
    ...{ broker: null, admin: true, mqtt: entry("loaded"), companion: null, ...more },
  });
  const full = offers(["api", "mqtt"], { companion: "4.2.3" });
  it("is the user's own broker where one is chosen, and no other while it is away", () => {
    expect(choosePath("auto", { ...full, broker: { connected: true } }).path).toBe("broker");
    const away = choosePath("auto", { ...full, broker: { connected: false } });
    expect(away).toMatchObject({ path: null, why: expect.stringMatching(/broker is not connected/) });
    const alone = { ...full, config: null, admin: null, broker: { connected: true } };
    expect(choosePath("auto", alone).path).toBe("broker");
  });
  it("is MQTT when the integration is set up, also while it waits for its broker", () => {
    expect(choosePath("auto", full).path).toBe("mqtt");
    expect(choosePath("auto", { ...full, mqtt: entry("setup_retry") }).path).toBe("mqtt");
  });
  it("is the companion where there is no MQTT", () => {
    expect(choosePath("auto", offers(["api"], { companion: "4.2.3" })).path).toBe("companion");
    expect(choosePath("auto", offers(["api", "mqtt"], { companion: "4.2.3", mqtt: [] })).path).toBe("companion");
  });
  it("is REST otherwise, and says what would be better", () => {
    expect(choosePath("auto", offers(["api"]))).toMatchObject({
      path: "rest",
      why: expect.stringMatching(/MQTT integration/),
    });
    expect(choosePath("auto", offers(["api", "mqtt"], { mqtt: entry("not_loaded") })).path).toBe("rest");
  });
  it("relies on the list of components when integrations cannot be listed", () => {
    expect(choosePath("auto", offers(["api", "mqtt"], { mqtt: null })).path).toBe("mqtt");
    expect(choosePath("auto", offers(["api"], { mqtt: null })).path).toBe("rest");
  });
  it("is what the user wants, or none with the reason", () => {
    expect(choosePath("rest", full).path).toBe("rest");
    expect(choosePath("mqtt", offers(["api"], { mqtt: [] }))).toMatchObject({
      path: null,
      why: expect.stringMatching(/not set up/),
    });
    expect(choosePath("companion", offers(["api"]))).toMatchObject({
      path: null,
      why: expect.stringMatching(/companion is not set up/),
    });
    expect(choosePath("broker", full)).toMatchObject({
      path: null,
      why: expect.stringMatching(/broker is not connected/),
    });
  });
  it("is none for a user who is no administrator, save the own broker", () => {
    const plain = { ...full, admin: false };
    expect(choosePath("auto", plain)).toMatchObject({ path: null, why: expect.stringMatching(/administrator/) });
    expect(choosePath("auto", { ...plain, broker: { connected: true } }).path).toBe("broker");
  });
});

describe("over MQTT", () => {
  it("a meter is one device with energy that only rises and power that expires", () => {
    const availability_topic = "meterman/meterman_0_0_1_1_2/availability";
    expect(discovery({ ...about, firmware: "v12" }, house, "2026.11.0")).toMatchObject({
      device: { identifiers: ["meterman_0_0_1_1_2"], name: "House", sw_version: "v12" },
      origin: { name: "meterman" },
      components: {
        energy: {
          platform: "sensor",
          unique_id: "meterman_0_0_1_1_2_energy",
          device_class: "energy",
          state_class: "total_increasing",
          unit_of_measurement: "kWh",
          default_entity_id: "sensor.meterman_0_0_1_1_2_energy",
          availability_topic,
        },
        power: {
          ...{ device_class: "power", state_class: "measurement", unit_of_measurement: "W", expire_after: 90 },
          availability_topic,
        },
      },
    });
  });

  it("sends a name only where the device class has none that fits", () => {
    const text = JSON.stringify(discovery(about, SENSOR_KEYS, "2026.11.0"));
    const named = SENSOR_KEYS.filter((key) => text.includes(`"name":"${SENSORS[key].label}"`));
    expect(named).not.toContain("energy");
    expect(named).not.toContain("power");
    expect(named).not.toContain("signal");
    expect(named).toContain("last_seen");
  });

  it("keeps when a meter was last seen available while the meter is not", () => {
    const components = Reflect.get(Object(discovery(about, ["last_seen", "battery"], null)), "components");
    expect(components.last_seen.availability_topic).toBeUndefined();
    expect(components.battery).toMatchObject({
      entity_category: "diagnostic",
      suggested_display_precision: 2,
      availability_topic: expect.stringMatching(/availability$/),
    });
  });

  it("makes a binary sensor of what is wrong, which goes on telling while the meter is silent", () => {
    const components = Reflect.get(Object(discovery(about, ["problem"], "2026.11.0")), "components");
    expect(components.problem).toEqual({
      ...{ platform: "binary_sensor", unique_id: "meterman_0_0_1_1_2_problem", device_class: "problem" },
      ...{ state_topic: "meterman/meterman_0_0_1_1_2/problem", payload_on: "on", payload_off: "off" },
      ...{ entity_category: "diagnostic", default_entity_id: "binary_sensor.meterman_0_0_1_1_2_problem" },
    });
    const said = (value: number | null) => requests({ kind: "value", key: "problem", value })[0];
    expect(said(1)).toMatchObject({ data: { payload: "on", retain: true } });
    expect(said(0)).toMatchObject({ data: { payload: "off" } });
    expect(said(null)).toMatchObject({ data: { payload: "None" } });
  });

  it("tells days and shares without a class that would change their unit", () => {
    const components = Reflect.get(Object(discovery(about, ["battery_days", "missed_intervals"], null)), "components");
    expect(components.battery_days).toMatchObject({
      platform: "sensor",
      unit_of_measurement: "d",
      name: "Battery days left",
    });
    expect(components.missed_intervals).toMatchObject({ unit_of_measurement: "%", entity_category: "diagnostic" });
    expect(components.missed_intervals).not.toHaveProperty("device_class");
  });

  it("asks for the entity id in the words of the release, and in both where that is not known", () => {
    const old = JSON.stringify(discovery(about, house, "2025.2.5"));
    expect(old).toContain('"object_id":"meterman_0_0_1_1_2_energy"');
    expect(old).not.toContain("default_entity_id");
    expect(JSON.stringify(discovery(about, house, "2025.10.0"))).not.toContain("object_id");
    expect(JSON.stringify(discovery(about, house, null))).toMatch(/default_entity_id.*object_id/);
  });

  it("names the gateway of a meter as the way it is reached", () => {
    const via = id("0.0.1.1.1");
    expect(discovery({ ...about, via }, house, null)).toMatchObject({ device: { via_device: "meterman_0_0_1_1_1" } });
    expect(JSON.stringify(discovery(about, house, null))).not.toContain("via_device");
  });

  it("retains everything but what expires", () => {
    const says: What[] = [
      { kind: "announce", keys: house },
      { kind: "availability", online: true, keys: house },
      ...SENSOR_KEYS.map((key) => ({ kind: "value", key, value: 1 }) as const),
    ];
    const passing = says.filter((what) =>
      requests(what).some((request) => request.kind === "publish" && !request.data.retain),
    );
    expect(passing.map((what) => what.kind === "value" && what.key)).toEqual(["power", "demand", "projected_demand"]);
    for (const key of SENSOR_KEYS) expect("expireS" in SENSORS[key]).toBe(!("retain" in SENSORS[key]));
  });

  it("leaves nothing at the broker of what is withdrawn", () => {
    const left = new Set<string>();
    const carry = (what: What) => {
      for (const request of requests(what)) {
        if (request.kind !== "publish" || !request.data.retain) continue;
        if (request.data.payload === "") left.delete(request.data.topic);
        else left.add(request.data.topic);
      }
    };
    carry({ kind: "announce", keys: keysFor("meter") });
    carry({ kind: "availability", online: true, keys: keysFor("meter") });
    for (const key of keysFor("meter")) carry({ kind: "value", key, value: 1 });
    expect(left.size).toBeGreaterThan(5);
    // A later run knows less of it than the one that said it.
    carry({ kind: "withdraw", keys: [] });
    expect([...left]).toEqual([]);
  });

  it("is withdrawn with every sensor, but with a binary one only where it had it", () => {
    const announced = (keys: readonly (typeof SENSOR_KEYS)[number][]) => {
      const [whole] = requests({ kind: "withdraw", keys });
      if (whole?.kind !== "publish") throw new Error("nothing is published");
      expect(whole.data.retain).toBe(false);
      return Object.keys(JSON.parse(whole.data.payload).components);
    };
    const all: readonly string[] = keysFor("meter");
    expect(announced(house)).toEqual(all.filter((key) => key !== "problem"));
    expect(announced([...house, "problem"])).toEqual(all);
  });

  it("tells an unknown power from zero", () => {
    expect(requests(power(null))).toMatchObject([{ data: { payload: "None" } }]);
    expect(requests(power(0))).toMatchObject([{ data: { payload: "0" } }]);
  });

  it("says volts, instants and whole numbers as Home Assistant reads them", () => {
    const said = (key: (typeof SENSOR_KEYS)[number], value: number) =>
      requests({ kind: "value", key, value }).map((request) => request.kind === "publish" && request.data.payload)[0];
    expect(said("battery", 4093)).toBe("4.093");
    expect(said("last_seen", 1_783_000_000)).toBe("2026-07-02T13:46:40.000Z");
    expect(said("signal", -71)).toBe("-71");
    expect(said("demand", 1234.4)).toBe("1234");
  });
});

describe("over the companion", () => {
  const identity = { server_id: "meterman", node_id: "meterman_0_0_1_1_2_energy" };
  it("announces each sensor with its device, and finds it by the companion's unique id", () => {
    expect(requests({ kind: "announce", keys: ["energy"] }, "companion")).toEqual([
      {
        kind: "command",
        command: {
          ...{ type: "nodered/discovery", component: "sensor", ...identity },
          config: {
            name: "House Energy",
            ...{ device_class: "energy", state_class: "total_increasing", unit_of_measurement: "kWh" },
          },
          device_info: { id: "meterman_0_0_1_1_2", name: "House", manufacturer: "meterman", model: "Energy meter" },
        },
      },
    ]);
    expect(identityOf("companion", meter, "energy")).toEqual({
      platform: "nodered",
      uniqueId: `nodered-${identity.server_id}-${identity.node_id}`,
    });
  });
  it("announces what is wrong as a binary sensor, and leaves it as it is while the meter is silent", () => {
    const config = { device_class: "problem", entity_category: "diagnostic" };
    expect(requests({ kind: "announce", keys: ["problem"] }, "companion")).toMatchObject([
      { command: { component: "binary_sensor", node_id: "meterman_0_0_1_1_2_problem", config } },
    ]);
    const says = requests({ kind: "value", key: "problem", value: 1 }, "companion");
    expect(says).toMatchObject([{ command: { type: "nodered/entity", state: "on" } }]);
    expect(requests({ kind: "availability", online: false, keys: ["problem"] }, "companion")).toEqual([]);
  });
  it("says exact values, and of an absent meter that nothing is known", () => {
    const entity = { type: "nodered/entity", ...identity };
    expect(requests(energy, "companion")).toMatchObject([{ command: { ...entity, state: "812.4" } }]);
    const absent = requests({ kind: "availability", online: false, keys: ["energy", "last_seen"] }, "companion");
    expect(absent).toMatchObject([{ command: { ...entity, state: null } }]);
  });
});

describe("over REST", () => {
  it("each state carries what statistics need", () => {
    expect(requests(energy, "rest")).toEqual([
      {
        kind: "state",
        entityId: "sensor.meterman_0_0_1_1_2_energy",
        body: {
          state: "812.4",
          attributes: {
            friendly_name: "House Energy",
            device_class: "energy",
            state_class: "total_increasing",
            unit_of_measurement: "kWh",
            attribution: "Written by meterman over REST",
          },
        },
      },
    ]);
  });
  it("what is wrong is a binary sensor's state, and is taken out as such", () => {
    const entityId = "binary_sensor.meterman_0_0_1_1_2_problem";
    expect(requests({ kind: "value", key: "problem", value: 0 }, "rest")).toMatchObject([
      { entityId, body: { state: "off", attributes: { device_class: "problem", friendly_name: "House Problem" } } },
    ]);
    expect(requests({ kind: "withdraw", keys: [] }, "rest")).toContainEqual({ kind: "clear", entityId });
    expect(identityOf("rest", meter, "problem")).toEqual({ entityId });
  });
  it("an absent meter has unavailable states, save when it was last seen", () => {
    const keys = ["energy", "power", "last_seen"] as const;
    const states = requests({ kind: "availability", online: false, keys }, "rest");
    expect(states.map((request) => request.kind === "state" && request.body)).toMatchObject([
      { state: "unavailable" },
      { state: "unavailable" },
    ]);
    expect(requests(power(null), "rest")).toMatchObject([{ body: { state: "unknown" } }]);
  });
});

it("explains a refusal in words that say what to do", () => {
  expect(explain({ code: "unauthorized", message: "Unauthorized" })).toContain("administrator");
  expect(explain({ code: "not_found", message: "Service mqtt.publish not found." })).toContain("mqtt.publish");
});
