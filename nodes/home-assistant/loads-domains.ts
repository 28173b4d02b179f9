import type { Json } from "../model/index.ts";
import type { EntityView } from "./entities.ts";

/** A `switch` has the levels 0 (off) and 1 (on), a `modulating` load the numbers that its steps name. */
export type LoadKind = "switch" | "modulating";

/** A service of the entity's own domain. */
export interface LoadCall {
  readonly service: string;
  readonly data: { readonly [key: string]: Json };
}

/** How the entities of one domain tell their level and are brought to one. */
export interface LoadDomain {
  readonly kind: LoadKind;
  /** Whether `on` has several meanings, of which the one it had before is to be given back. */
  readonly hasModes: boolean;
  /** null: the entity does not say. */
  level(view: EntityView): number | null;
  /** Why such an entity cannot be brought to these levels, to be read after its name; null when it can. */
  unfit(view: EntityView, levels: readonly number[]): string | null;
  /** @param mode that it was last on with; null when it was never seen on */
  call(level: number, view: EntityView, mode: string | null): LoadCall;
}

/** Above every step that a load may have: what is kept on disk is bounded. */
const MOST = 1000;

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const onOff: LoadDomain = {
  kind: "switch",
  hasModes: false,
  level: ({ state }) => (state === "on" ? 1 : state === "off" ? 0 : null),
  unfit: () => null,
  call: (level) => ({ service: level > 0 ? "turn_on" : "turn_off", data: {} }),
};

/** A mode of its own is on, also while it idles: it may draw power at any moment. */
const modeLevel = (state: string | null) => (state === null || state === "unknown" ? null : state === "off" ? 0 : 1);

const climate: LoadDomain = {
  kind: "switch",
  hasModes: true,
  level: ({ state }) => modeLevel(state),
  unfit: ({ attributes }) => (strings(attributes.hvac_modes).includes("off") ? null : "has no mode off"),
  call(level, { attributes }, mode) {
    if (level === 0) return { service: "set_hvac_mode", data: { hvac_mode: "off" } };
    // Whether to heat or to cool is not ours to guess: Home Assistant's own turn_on decides.
    if (mode === null || !strings(attributes.hvac_modes).includes(mode)) return { service: "turn_on", data: {} };
    return { service: "set_hvac_mode", data: { hvac_mode: mode } };
  },
};

/** Bits of a water heater's `supported_features`. */
const OPERATION_MODE = 2;
const AWAY_MODE = 4;
const ON_OFF = 8;

/** How a water heater goes off. Away comes last: some go on heating then, only less. */
function wayOff({ attributes }: EntityView): "mode" | "switch" | "away" | null {
  const features = number(attributes.supported_features) ?? 0;
  if ((features & OPERATION_MODE) !== 0 && strings(attributes.operation_list).includes("off")) return "mode";
  if ((features & ON_OFF) !== 0) return "switch";
  return (features & AWAY_MODE) === 0 ? null : "away";
}

const waterHeater: LoadDomain = {
  kind: "switch",
  hasModes: true,
  level(view) {
    if (wayOff(view) !== "away" || view.state === "off") return modeLevel(view.state);
    const away = view.attributes.away_mode;
    return away === "on" ? 0 : away === "off" ? 1 : null;
  },
  unfit: (view) => (wayOff(view) === null ? "can neither be switched off nor set to away" : null),
  call(level, view, mode) {
    const way = wayOff(view);
    if (way === "away") return { service: "set_away_mode", data: { away_mode: level === 0 } };
    if (way === "switch") return onOff.call(level, view, mode);
    const modes = strings(view.attributes.operation_list).filter((one) => one !== "off");
    const on = mode !== null && modes.includes(mode) ? mode : (modes[0] ?? "on");
    return { service: "set_operation_mode", data: { operation_mode: level === 0 ? "off" : on } };
  },
};

const numbered: LoadDomain = {
  kind: "modulating",
  hasModes: false,
  level({ state }) {
    const value = state === null || state.trim() === "" ? Number.NaN : Number(state);
    return Number.isFinite(value) ? Math.min(MOST, Math.max(0, value)) : null;
  },
  unfit({ attributes }, levels) {
    const min = number(attributes.min) ?? 0;
    const max = number(attributes.max) ?? MOST;
    const step = number(attributes.step) ?? 0;
    const isStep = (level: number) =>
      step <= 0 || Math.abs((level - min) / step - Math.round((level - min) / step)) < 1e-6;
    if (levels.every((level) => level >= min && level <= max && isStep(level))) return null;
    return `takes ${min} to ${max} in steps of ${step > 0 ? step : "any size"}, not ${levels.join(", ")}`;
  },
  call: (level) => ({ service: "set_value", data: { value: level } }),
};

/** The domains that can be loads: a new one is a new row. */
export const LOAD_DOMAINS: ReadonlyMap<string, LoadDomain> = new Map([
  ["switch", onOff],
  ["light", onOff],
  ["fan", onOff],
  ["input_boolean", onOff],
  ["climate", climate],
  ["water_heater", waterHeater],
  ["number", numbered],
  ["input_number", numbered],
]);
