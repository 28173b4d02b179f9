import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { benchOnly, onBench } from "../support/hass/any.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { pause, until } from "../support/product.ts";
import { HOUR_S, House, METER } from "./statistics-house.ts";

const DAY = Date.parse("2026-10-20T00:00:00Z") / 1000;
const HISTORY_HOURS = 1400;
/** What Home Assistant makes of the energy and its price. */
const COST = "sensor.house_energy_cost";
/** On that day, in UTC. */
const at = (hour: number, minute = 0) => DAY + hour * HOUR_S + minute * 60;

function gridSource(version: string, energy: string) {
  const price = { number_energy_price: 0.3, entity_energy_price: null };
  const old = { type: "grid", flow_from: [{ stat_energy_from: energy, stat_cost: null, ...price }], flow_to: [] };
  const flat = { type: "grid", stat_energy_from: energy, stat_energy_to: null, stat_cost: null, ...price };
  const back = { stat_compensation: null, entity_energy_price_export: null, number_energy_price_export: null };
  return { ...(version.startsWith("2025.2") ? old : { ...flat, ...back }), cost_adjustment_day: 0 };
}

describe.runIf(onBench)(benchOnly("hourly statistics"), () => {
  let ha: HomeAssistant;
  let house: House;
  /** A time jump as Home Assistant sees it: it was off for that long, and catches up. */
  const goTo = (time: number) => ha.restart({ clock: time * 1000 });

  beforeAll(async () => {
    ha = await startHomeAssistant({ clock: at(0, 40) * 1000 });
    house = new House(ha);
    await house.open();
    const history = Array.from({ length: HISTORY_HOURS }, (_, i) => ({
      hour: i - HISTORY_HOURS,
      energy: 100 + (i % 64),
    }));
    await Promise.all(history.map(({ hour, energy }) => house.use(energy, at(hour), at(hour, 30))));
    await house.use(400, at(0), at(0, 20));
    await house.announce();
    await house.say();
    await ha.request({ type: "energy/save_prefs", energy_sources: [gridSource(ha.version, await house.entity())] });
  });
  afterAll(async () => {
    await house?.close();
    await ha?.remove();
  });

  it("gives the first hour all that was used in it, and no more", async () => {
    await house.use(500, at(0, 40), at(0, 50));
    await house.say();
    await goTo(at(1, 20));
    await house.becomesRight(at(0));
    expect([...(await house.bars())]).toEqual([[at(0), 900]]);
  });

  it("puts late energy into the hour in which it was used, and counts it once", async () => {
    await house.use(300, at(1), at(1, 15));
    await house.say();
    await goTo(at(2, 10));
    await house.use(700, at(1, 30), at(1, 50));
    await house.use(60, at(2), at(2, 10));
    await house.say();
    await house.becomesRight(at(0));
    await goTo(at(3, 10));
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(1))).toBe(1000);
    expect((await house.bars()).get(at(2))).toBe(60);
  });

  it("makes every hour right after Home Assistant was off for three hours", async () => {
    await ha.stop();
    for (let hour = 3; hour < 6; hour += 1) await house.use(hour * 100, at(hour, 15), at(hour, 55));
    ha.clock.set(at(6, 20) * 1000);
    await ha.start();
    await house.say();
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(5))).toBe(500);
  });

  it("makes every hour right after Node-RED was off for three hours", async () => {
    await house.online(false);
    await house.disconnect();
    await goTo(at(9, 40));
    house.connect();
    await house.use(3300, at(6, 20), at(9, 40));
    await house.online(true);
    await house.say();
    await goTo(at(10, 20));
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(8))).toBe(990);
  });

  it("corrects the hour before as soon as Home Assistant has booked it, not before", async () => {
    await goTo(at(10, 59) + 20);
    await house.use(250, at(10, 30), at(10, 59));
    await house.say();
    await until("the full hour", () => house.now >= at(11) + 2);
    await house.use(9, at(10, 59), at(11));
    await house.say();
    await house.becomesRight(at(0));
    await goTo(at(12, 5));
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(11))).toBe(0);
    expect(ha.log).not.toMatch(/constraint|IntegrityError/i);
  });

  it("follows a correction in the store", async () => {
    await house.correct(1200, at(6, 20), at(9, 40));
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(8))).toBe(360);
    await house.use(80, at(12), at(12, 5));
    await house.say();
    await goTo(at(13, 5));
    await house.becomesRight(at(0));
    expect((await house.bars()).get(at(12))).toBe(80);
  });

  it("finds an entity that was renamed", async () => {
    const entity_id = await house.entity();
    const new_entity_id = "sensor.my_house";
    await ha.request({ type: "config/entity_registry/update", entity_id, new_entity_id });
    await house.use(123, at(11, 10), at(11, 20));
    await house.say();
    await house.becomesRight(at(0));
    expect(await house.entity()).toBe(new_entity_id);
    expect((await house.bars(new_entity_id)).get(at(11))).toBe(123);
    expect(await house.rows(entity_id, "hour")).toEqual([]);
  });

  it("keeps the unit that the statistics have", async () => {
    const statistic_id = await house.entity();
    const units = { old_unit_of_measurement: "kWh", new_unit_of_measurement: "MWh" };
    await ha.request({ type: "recorder/change_statistics_unit", statistic_id, ...units });
    const unit = async () => {
      const [metadata] = await ha.request({ type: "recorder/get_statistics_metadata", statistic_ids: [statistic_id] });
      return metadata.statistics_unit_of_measurement;
    };
    await until("the change", async () => (await unit()) === "MWh");
    await house.use(77, at(11, 30), at(11, 40));
    await house.say();
    await house.becomesRight(at(0));
    expect(await unit()).toBe("MWh");
  });

  it("makes no negative hour of a gap longer than Home Assistant remembers", async () => {
    const start = at(13, 5);
    await house.online(false);
    await house.disconnect();
    const back = at(13 + 24 * 12, 2);
    await goTo(back);
    await ha.call("recorder", "purge", { keep_days: 10 });
    await until("the detail to be gone", async () => (await house.rows(await house.entity(), "5minute")).length === 0);
    house.connect();
    await house.use(24_000, start, back);
    await house.online(true);
    await house.say();
    await house.use(100, back, back + 120);
    await house.say();
    await goTo(back + HOUR_S);
    await house.becomesRight(at(0));
    await house.use(200, back + HOUR_S, back + HOUR_S + 60);
    await house.say();
    await goTo(back + 2 * HOUR_S);
    await house.becomesRight(at(0));
  });

  it("imports history on request, with progress, and once", async () => {
    await house.connected();
    house.messages.length = 0;
    const cost = await house.rows(COST, "hour");
    const imported = await house.statistics.importHistory(METER);
    expect(imported).toMatchObject({ ok: true, value: { waiting: false } });
    await house.becomesRight(at(-HISTORY_HOURS));
    expect(cost.length).toBeGreaterThan(10);
    expect(await house.rows(COST, "hour")).toEqual(cost);
    const bars = await house.bars();
    expect([...bars.keys()][0]).toBe(at(-HISTORY_HOURS));
    const progress = house.messages.filter(({ topic }) => topic === "history").map(({ payload }) => payload);
    expect(progress).toContainEqual(expect.objectContaining({ state: "importing", done: 1000 }));
    expect(progress.at(-1)).toMatchObject({ state: "complete" });
    const again = await house.statistics.importHistory(METER);
    expect(again).toMatchObject({ ok: true, value: { hours: 0, adjustedWh: 0 } });
  });

  it("changes nothing when all is right", async () => {
    const before = await house.rows(await house.entity(), "hour");
    house.messages.length = 0;
    await house.disconnect();
    house.connect();
    await pause(6000);
    expect(house.messages).toEqual([]);
    expect(await house.rows(await house.entity(), "hour")).toEqual(before);
    expect(house.failures).toEqual([]);
  });
});
