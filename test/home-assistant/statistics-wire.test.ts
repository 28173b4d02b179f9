import { describe, expect, it } from "vitest";
import { repairMessage, statisticsQuery, statisticsRows, unitIn } from "../../nodes/home-assistant/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";

const ID = "sensor.house_energy";
const start = epochSeconds(Date.parse("2026-10-01T13:00:00Z") / 1000);
const rows = [{ start, stateWh: 812_400, sumWh: 412_400 }];
const step = { kind: "import", rows, waiting: false } as const;

describe("the recorder's commands", () => {
  it("import hours with the metadata that the release knows", () => {
    const stats = [{ start: "2026-10-01T13:00:00.000Z", state: 812.4, sum: 412.4 }];
    const common = { source: "recorder", statistic_id: ID, name: null, has_sum: true, unit_of_measurement: "kWh" };
    expect(repairMessage(ID, "kWh", step, "2025.11.0")).toEqual({
      type: "recorder/import_statistics",
      metadata: { ...common, mean_type: 0, unit_class: "energy" },
      stats,
    });
    expect(repairMessage(ID, "kWh", step, "2025.10.4")).toEqual({
      type: "recorder/import_statistics",
      metadata: { ...common, has_mean: false },
      stats,
    });
  });

  it.each([
    ["Wh", 412_400],
    ["MWh", 0.4124],
  ])("import in the unit that the statistics have: %s", (unit, sum) => {
    expect(repairMessage(ID, unit, step, "2026.11.0")).toMatchObject({
      metadata: { unit_of_measurement: unit },
      stats: [{ sum: expect.closeTo(sum, 9) }],
    });
  });

  it("correct in kWh, whatever the unit", () => {
    expect(repairMessage(ID, "MWh", { kind: "adjust", start, wh: -2100, waiting: true }, "2026.11.0")).toEqual({
      ...{ type: "recorder/adjust_sum_statistics", statistic_id: ID, start_time: "2026-10-01T13:00:00.000Z" },
      ...{ adjustment: -2.1, adjustment_unit_of_measurement: "kWh" },
    });
  });

  it("ask for rows in kWh, and read them in Wh", () => {
    expect(statisticsQuery(ID, "5minute", start)).toMatchObject({ units: { energy: "kWh" }, period: "5minute" });
    const answer = {
      [ID]: [
        { start: start * 1000, state: 0.5, sum: 0.25 },
        { start: 0, sum: null },
      ],
      other: [],
    };
    expect(statisticsRows(answer, ID)).toEqual([{ start, stateWh: 500, sumWh: 250 }]);
    expect(statisticsRows({}, ID)).toEqual([]);
  });

  it("leave statistics alone whose unit is no energy, and say what to do", () => {
    const unitOf = (unit: string | null) => unitIn([{ statistic_id: ID, statistics_unit_of_measurement: unit }], ID);
    expect(unitOf("MWh")).toEqual({ ok: true, value: "MWh" });
    expect(unitIn([], ID)).toMatchObject({ ok: false });
    expect(unitOf("m³")).toMatchObject({
      ok: false,
      error: { code: "METERMAN_HA_STATISTICS", message: expect.stringContaining("kWh") },
    });
  });
});
