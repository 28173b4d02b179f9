import { household } from "../../gateway/index.ts";

/** The shape of a simulated house on disk: every property is there, or the file is of another version. */
export function object(properties: Record<string, object>): object {
  return { type: "object", required: Object.keys(properties), properties };
}
export function all(type: object, names: string): Record<string, object> {
  return Object.fromEntries(names.split(" ").map((name) => [name, type]));
}
export const number = { type: "number" };
export const flag = { type: "boolean" };

const LOADS = household.HOUSEHOLD_LOAD_NAMES.join(" ");
const list = (items: object) => ({ type: "array", maxItems: 100, items });

const behaviour = object({ delayS: number, obeys: { enum: ["yes", "late", "never"] } });
const load = object({
  ...all(number, "level watts wantsW switchings adjustments usedWs withheldWs"),
  due: { anyOf: [{ type: "null" }, object(all(number, "level at"))] },
});

const settings: Record<keyof household.HouseholdSettings, object> = {
  seed: number,
  utcOffsetS: number,
  loads: list({ enum: household.HOUSEHOLD_LOAD_NAMES }),
  evPhases: { enum: [1, 3] },
  heatpump: { enum: ["switch", "modulating"] },
  pvW: number,
  behaviour: { type: "object", properties: all(behaviour, LOADS), additionalProperties: false },
};

const state: Record<keyof household.HouseholdState, object> = {
  at: number,
  importW: number,
  exportW: number,
  baseW: number,
  pvW: number,
  outsideC: number,
  loads: object(all(load, LOADS)),
  plan: object({
    ...all(number, "day leaveS arriveS drivenWs poolS clearness"),
    showers: list(object(all(number, "from forS"))),
    weather: { type: "array", minItems: 2, maxItems: 2, items: number },
  }),
  boiler: object({ heating: flag, ...all(number, "celsius drawnWs lostWs coldS") }),
  pool: object(all(number, "doneS missedS")),
  ev: object({ plugged: flag, ...all(number, "needWs drivenWs missingWs") }),
  heatpump: object({ running: flag, ...all(number, "celsius since heatWs lostWs coldS") }),
};

export const HOUSE_SCHEMA = object({ settings: object(settings), state: object(state) });
