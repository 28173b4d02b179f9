import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  choosePath,
  deviceSlug,
  discovery,
  entityId,
  explain,
  kwh,
  type Say,
  STRATEGIES,
} from "../../nodes/home-assistant/index.ts";
import { METER_ID_PATTERN, type MeterId, parseMeterId, wh } from "../../nodes/model/index.ts";

const id = (text: string): MeterId => {
  const parsed = parseMeterId(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
};
const meter = id("0.0.1.1.2");
const meterIds = fc
  .stringMatching(new RegExp(METER_ID_PATTERN))
  .filter((text) => parseMeterId(text).ok)
  .map(id);
const config = (...components: string[]) => ({ version: "2026.11.0", state: "RUNNING", components });
type What = Say extends infer One ? (One extends Say ? Omit<One, "meter" | "name" | "path"> : never) : never;
const about = { meter, name: "House" };
const requests = (what: What, path: "mqtt" | "rest" = "mqtt") =>
  STRATEGIES[path].requests({ ...about, path, ...what }, "2026.11.0");
const energy = { kind: "energy", lifetimeWh: wh(812_400) } as const;

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
  const services = { mqtt: { publish: {} } };
  it("is MQTT when the integration and its service are there", () => {
    expect(choosePath("auto", config("api", "mqtt"), services).path).toBe("mqtt");
  });
  it("is REST otherwise, and says what would be better", () => {
    expect(choosePath("auto", config("api"), services)).toMatchObject({ path: "rest", why: /MQTT integration/ });
    expect(choosePath("auto", config("api", "mqtt"), {}).path).toBe("rest");
  });
  it("relies on the list of components when services cannot be listed", () => {
    expect(choosePath("auto", config("api", "mqtt"), null).path).toBe("mqtt");
    expect(choosePath("auto", config("api"), null).path).toBe("rest");
  });
  it("is what the user wants, or none with the reason", () => {
    expect(choosePath("rest", config("api", "mqtt"), services).path).toBe("rest");
    expect(choosePath("mqtt", config("api"), {})).toMatchObject({ path: null, why: /not set up/ });
  });
});

describe("over MQTT", () => {
  it("a meter is one device with energy that only rises and power that expires", () => {
    expect(discovery(meter, "House", "2026.11.0")).toMatchObject({
      device: { identifiers: ["meterman_0_0_1_1_2"], name: "House" },
      origin: { name: "meterman" },
      availability_topic: "meterman/meterman_0_0_1_1_2/availability",
      components: {
        energy: {
          platform: "sensor",
          unique_id: "meterman_0_0_1_1_2_energy",
          device_class: "energy",
          state_class: "total_increasing",
          unit_of_measurement: "kWh",
          default_entity_id: "sensor.meterman_0_0_1_1_2_energy",
        },
        power: { device_class: "power", state_class: "measurement", unit_of_measurement: "W", expire_after: 90 },
      },
    });
  });

  it("asks for the entity id in the words of the release", () => {
    const old = JSON.stringify(discovery(meter, "House", "2025.2.5"));
    expect(old).toContain('"object_id":"meterman_0_0_1_1_2_energy"');
    expect(old).not.toContain("default_entity_id");
    expect(JSON.stringify(discovery(meter, "House", "2025.10.0"))).not.toContain("object_id");
  });

  it("retains config, availability and energy, not power", () => {
    const says: What[] = [
      { kind: "announce" },
      { kind: "availability", online: true },
      energy,
      { kind: "power", watts: 480 },
    ];
    const retained = says.map((what) =>
      requests(what).map((request) => request.kind === "publish" && request.data.retain),
    );
    expect(retained).toEqual([[true], [true], [true], [false]]);
  });

  it("tells an unknown power from zero", () => {
    expect(requests({ kind: "power", watts: null })).toMatchObject([{ data: { payload: "None" } }]);
    expect(requests({ kind: "power", watts: 0 })).toMatchObject([{ data: { payload: "0" } }]);
  });
});

describe("over REST", () => {
  it("each state carries what statistics need", () => {
    expect(requests(energy, "rest")).toEqual([
      {
        kind: "rest",
        method: "POST",
        path: "/api/states/sensor.meterman_0_0_1_1_2_energy",
        body: {
          state: "812.4",
          attributes: {
            friendly_name: "House Energy",
            device_class: "energy",
            state_class: "total_increasing",
            unit_of_measurement: "kWh",
          },
        },
      },
    ]);
  });
  it("an absent meter has two unavailable states", () => {
    const states = requests({ kind: "availability", online: false }, "rest");
    expect(states.map((request) => request.kind === "rest" && request.body)).toMatchObject([
      { state: "unavailable" },
      { state: "unavailable" },
    ]);
    expect(requests({ kind: "power", watts: null }, "rest")).toMatchObject([{ body: { state: "unknown" } }]);
  });
});

it("explains a refusal in words that say what to do", () => {
  expect(explain({ code: "unauthorized", message: "Unauthorized" })).toContain("administrator");
  expect(explain({ code: "not_found", message: "Service mqtt.publish not found." })).toContain("mqtt.publish");
});
