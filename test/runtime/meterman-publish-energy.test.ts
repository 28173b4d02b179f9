import { describe, expect, it } from "vitest";
import type { EnergyPrefs } from "../../nodes/home-assistant/index.ts";
import { type EnergyAnswer, failed, type MeterId, ok, type Result } from "../../nodes/model/index.ts";
import { EnergyDashboard, LOOK_AGAIN_S } from "../../nodes/runtime/meterman-publish/energy/energy.ts";
import { asksForEnergy, parseEnergyRequest } from "../../nodes/runtime/meterman-publish/energy/input.ts";
import type { HomeAssistantService } from "../../nodes/runtime/services.ts";
import { meter } from "../api/meters.ts";

const HOUSE = meter("0.0.1.1.2");
const PUMP = meter("0.0.1.1.3");
const names = new Map<MeterId, string>([
  [HOUSE, "House"],
  [PUMP, "Pump"],
]);
const young = { type: "statistics_not_defined", affected_entities: [[`sensor.${HOUSE}_energy`, null]] };

/** The Energy part of Home Assistant as far as it is asked here; every answer takes its time. */
function world(refusals: Record<string, Result<unknown>> = {}) {
  let prefs: EnergyPrefs | undefined;
  const house = {
    asked: [] as string[],
    validation: { energy_sources: [[young]] } as object,
    jobs: [] as [number, () => Promise<void>][],
  };
  const told: EnergyAnswer[] = [];
  const answers: Record<string, (message: object) => Result<unknown>> = {
    get_config: () => ok({ version: "2026.11.0", state: "RUNNING", components: [] }),
    "energy/get_prefs": () =>
      prefs === undefined ? failed("METERMAN_NOT_FOUND", "No prefs") : ok(structuredClone(prefs)),
    "energy/save_prefs": (message) => {
      const { type: _type, ...lists } = message as { type: string };
      prefs = { ...{ energy_sources: [], device_consumption: [] }, ...prefs, ...lists };
      return ok(prefs);
    },
    "energy/validate": () => ok(house.validation),
  };
  const request: HomeAssistantService["request"] = async (message) => {
    house.asked.push(message.type);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return (
      refusals[message.type] ?? answers[message.type]?.(message) ?? failed("METERMAN_UNSUPPORTED", "Unknown command.")
    );
  };
  const service = { request } as HomeAssistantService;
  const dashboard = () =>
    new EnergyDashboard({
      service,
      nameOf: (id) => names.get(id),
      entityOf: async (id, sensor) => ok(`sensor.${id}_${sensor}`),
      after: (delayS, job) => void house.jobs.push([delayS, job]),
      told: (answer) => void told.push(answer),
    });
  return { house, told, dashboard, prefs: () => prefs };
}
const refusal = async (refusals: Record<string, Result<unknown>>) => {
  const answer = await world(refusals).dashboard().add({ meter: HOUSE, as: "grid" });
  return answer.ok ? undefined : answer.error;
};

describe("a request for the Energy dashboard", () => {
  it("is read back, and checked by Home Assistant", async () => {
    const { dashboard, house } = world();
    const answer = await dashboard().add({ meter: HOUSE, as: "grid" });
    expect(answer).toMatchObject({ ok: true, value: { change: "added", powerEntity: `sensor.${HOUSE}_power` } });
    const energy = house.asked.filter((type) => type.startsWith("energy/"));
    expect(energy).toEqual(["energy/get_prefs", "energy/save_prefs", "energy/get_prefs", "energy/validate"]);
  });

  it("waits for the one before it, whichever node asks: no meter is lost", async () => {
    const { dashboard, prefs, house } = world();
    const [one, other] = [dashboard(), dashboard()];
    const requests = [HOUSE, PUMP, HOUSE].map((id, index) =>
      (index === 1 ? other : one).add({ meter: id, as: "device" }),
    );
    const changes = (await Promise.all(requests)).map((answer) => answer.ok && answer.value.change);
    expect(changes).toEqual(["added", "added", "none"]);
    expect(prefs()?.device_consumption).toHaveLength(2);
    expect(house.asked.filter((type) => type === "energy/save_prefs")).toHaveLength(2);
  });

  it("that wants time is looked at again, without an alarm before", async () => {
    const { dashboard, house, told } = world();
    const answer = await dashboard().add({ meter: HOUSE, as: "grid" });
    expect(answer).toMatchObject({ ok: true, value: { issues: [{ passing: true }] } });
    const [[delayS, look] = [0, async () => undefined]] = house.jobs;
    expect([delayS, told]).toEqual([LOOK_AGAIN_S, []]);
    house.validation = { energy_sources: [[]] };
    await look();
    expect(told).toMatchObject([
      { meter: HOUSE, issues: [], text: "House is in the Energy dashboard, as grid consumption." },
    ]);
    expect(house.jobs).toHaveLength(1);
  });

  it("says what to do when it cannot be", async () => {
    const nobody = await world()
      .dashboard()
      .add({ meter: meter("9.9.9.9.9"), as: "grid" });
    expect(nobody).toMatchObject({ ok: false, error: { code: "METERMAN_UNKNOWN_METER" } });
    const down = { code: "METERMAN_HA_UNREACHABLE", message: "there is no connection to Home Assistant" } as const;
    expect(await refusal({ get_config: { ok: false, error: down } })).toEqual(down);
    const missing = failed("METERMAN_UNSUPPORTED", "Unknown command.");
    expect(await refusal({ "energy/get_prefs": missing })).toMatchObject({
      code: "METERMAN_HA_ENERGY",
      message: expect.stringContaining("add `energy:`"),
    });
    const guest = { code: "METERMAN_HA_AUTH", message: "not an administrator" } as const;
    expect(await refusal({ "energy/save_prefs": { ok: false, error: guest } })).toEqual(guest);
    expect(await refusal({ "energy/get_prefs": ok({ energy_sources: "?" }) })).toMatchObject({
      code: "METERMAN_HA_ENERGY",
    });
  });

  it("does not claim what was overwritten at the same moment", async () => {
    // Home Assistant takes the list, and somebody else's comes right after it.
    expect(await refusal({ "energy/save_prefs": ok(null) })).toMatchObject({
      code: "METERMAN_HA_ENERGY",
      message: expect.stringContaining("ask again"),
    });
  });
});

describe("a message with topic energy", () => {
  it("names a meter and a role, nothing more and nothing less", () => {
    expect(parseEnergyRequest({ meter: HOUSE, as: "device" })).toEqual(ok({ meter: HOUSE, as: "device" }));
    for (const payload of [
      undefined,
      "grid",
      {},
      { meter: HOUSE },
      { meter: HOUSE, as: "solar" },
      { meter: "../x", as: "grid" },
      { meter: HOUSE, as: "grid", price: 1 },
    ]) {
      expect(parseEnergyRequest(payload)).toMatchObject({ ok: false, error: { code: "METERMAN_BAD_MESSAGE" } });
    }
  });

  it("is not the power of a meter that is named so", () => {
    expect(asksForEnergy({ topic: "energy", payload: {} })).toBe(true);
    expect(
      asksForEnergy({ topic: "energy", meter: HOUSE, payload: 480, power: { known: true, watts: 480, at: 1 } }),
    ).toBe(false);
    expect(asksForEnergy({ topic: "0.0.1.1.2", payload: {} })).toBe(false);
  });
});
