import type { Wh } from "../model/index.ts";
import type { DeviceKind } from "./kinds.ts";

/** A sensor as a row: what Home Assistant is told about it, and how often its value is said. */
export interface Sensor {
  /** The devices that may have it. */
  readonly of: readonly DeviceKind[];
  /** English name, where a path cannot leave it to Home Assistant. */
  readonly label: string;
  /** The device class has a fitting name of its own, which Home Assistant translates: none is sent. */
  readonly translated?: true;
  /** What kind of entity it is, where it is no plain sensor. */
  readonly platform?: "binary_sensor";
  readonly attributes: {
    readonly device_class?: string;
    readonly state_class?: "measurement" | "total_increasing";
    readonly unit_of_measurement?: string;
  };
  /** Decimals that Home Assistant shows, where those it would choose hide a change. */
  readonly decimals?: number;
  /** Set apart in Home Assistant, and not offered for dashboards. */
  readonly diagnostic?: true;
  /** A total: what is less than it was is not said. */
  readonly rising?: true;
  /** Still true of a device that is gone: stays available. */
  readonly lasting?: true;
  /** Survives a restart of Home Assistant. Not where a value expires: a retained one would start its time anew. */
  readonly retain?: true;
  /** Without a new value for this long, Home Assistant shows it as unavailable: nobody is behind it any more. */
  readonly expireS?: number;
  /** Changes are said at most this often. */
  readonly everyS: number;
  /** Said again this often while it is known, well within its expiry. */
  readonly keepAliveS?: number;
  /** Not confirmed for this long it is unknown: whoever measured it has gone. */
  readonly staleS?: number;
  /** The state for a known value. */
  text(value: number): string;
}

/** Exact decimal of whole thousandths: dividing could turn 812.4 into 812.4000001, and a total that dips books a phantom. */
export function thousandths(value: number): string {
  const whole = Math.floor(value / 1000);
  const rest = String(value % 1000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return rest === "" ? `${whole}` : `${whole}.${rest}`;
}

/** Energy as it is published, in kWh. */
export const kwh = (energy: Wh): string => thousandths(energy);

/** How a binary sensor is told its state on every path. */
export const ON_OFF = { payload_on: "on", payload_off: "off" } as const;
const onOff = (value: number) => (value > 0 ? ON_OFF.payload_on : ON_OFF.payload_off);
const tenths = (value: number) => String(Math.round(value * 10) / 10);
const whole = (value: number) => String(Math.round(value));
const instant = (epochS: number) => new Date(Math.floor(epochS) * 1000).toISOString();

const watts = {
  attributes: { device_class: "power", state_class: "measurement", unit_of_measurement: "W" },
  ...{ everyS: 5, keepAliveS: 30, expireS: 90, text: whole },
} as const;
const diagnostic = { diagnostic: true, retain: true, everyS: 60 } as const;

/**
 * Every sensor there is. Values come in whole units: energy in Wh, powers in W, battery in mV, instants in epoch
 * seconds, a problem as 1 or 0. https://www.home-assistant.io/integrations/sensor.mqtt/
 */
export const SENSORS = {
  energy: {
    ...{ of: ["meter"], label: "Energy", translated: true, rising: true, retain: true, everyS: 0, text: thousandths },
    attributes: { device_class: "energy", state_class: "total_increasing", unit_of_measurement: "kWh" },
  },
  power: { of: ["meter"], label: "Power", translated: true, ...watts, staleS: 900 },
  demand: { of: ["meter", "demand"], label: "Demand", ...watts, staleS: 60 },
  projected_demand: { of: ["meter", "demand"], label: "Projected demand", ...watts, staleS: 60 },
  battery: {
    ...{ of: ["meter"], label: "Battery voltage", decimals: 2, ...diagnostic, text: thousandths },
    attributes: { device_class: "voltage", state_class: "measurement", unit_of_measurement: "V" },
  },
  signal: {
    ...{ of: ["meter"], label: "Signal strength", translated: true, ...diagnostic, text: whole },
    attributes: { device_class: "signal_strength", state_class: "measurement", unit_of_measurement: "dBm" },
  },
  last_seen: {
    // Each change is a line among Home Assistant's activities.
    ...{ of: ["meter", "gateway"], label: "Last seen", lasting: true, ...diagnostic, everyS: 300, text: instant },
    attributes: { device_class: "timestamp" },
  },
  clock_drift: {
    ...{ of: ["meter"], label: "Clock drift", decimals: 0, ...diagnostic, text: whole },
    attributes: { device_class: "duration", state_class: "measurement", unit_of_measurement: "s" },
  },
  battery_days: {
    ...{ of: ["meter"], label: "Battery days left", decimals: 0, ...diagnostic, text: whole },
    attributes: { device_class: "duration", state_class: "measurement", unit_of_measurement: "d" },
  },
  missed_intervals: {
    ...{ of: ["meter"], label: "Missed intervals", decimals: 1, ...diagnostic, text: tenths },
    attributes: { state_class: "measurement", unit_of_measurement: "%" },
  },
  problem: {
    // That it is silent is a problem, too: it must not become unavailable with the meter.
    ...{ of: ["meter"], label: "Problem", translated: true, platform: "binary_sensor", lasting: true },
    ...{ ...diagnostic, everyS: 0, text: onOff },
    attributes: { device_class: "problem" },
  },
  free_memory: {
    ...{ of: ["meter", "gateway"], label: "Free memory", ...diagnostic, text: whole },
    attributes: { device_class: "data_size", state_class: "measurement", unit_of_measurement: "B" },
  },
  started: {
    ...{ of: ["gateway"], label: "Started", ...diagnostic, text: instant },
    attributes: { device_class: "timestamp" },
  },
} as const satisfies Record<string, Sensor>;

export type SensorKey = keyof typeof SENSORS;
const isSensor = (key: string): key is SensorKey => key in SENSORS;
/** In the order in which they are announced and said. */
export const SENSOR_KEYS: readonly SensorKey[] = Object.keys(SENSORS).filter(isSensor);

/** The sensors that a device may have. */
export const keysFor = (kind: DeviceKind): readonly SensorKey[] =>
  SENSOR_KEYS.filter((key) => sensor(key).of.includes(kind));

export const sensor = (key: SensorKey): Sensor => SENSORS[key];
/** The domain of its entity. */
export const platformOf = (key: SensorKey): string => sensor(key).platform ?? "sensor";

/** The state of a sensor, or `unknown` in the words of the path. */
export function stateText(key: SensorKey, value: number | null, unknown: string): string {
  return value === null ? unknown : SENSORS[key].text(value);
}
