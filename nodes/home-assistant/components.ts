import type { Wh } from "../model/index.ts";

/**
 * The sensors of a meter, one row each: what discovery announces and what a REST state carries as attributes.
 * https://www.home-assistant.io/integrations/sensor.mqtt/
 */
export const COMPONENTS = {
  energy: {
    name: "Energy",
    device_class: "energy",
    state_class: "total_increasing",
    unit_of_measurement: "kWh",
  },
  power: {
    name: "Power",
    device_class: "power",
    state_class: "measurement",
    unit_of_measurement: "W",
  },
} as const;

/** Power that is not said again within this time becomes unavailable: nobody is behind it any more. */
export const EXPIRE_S = 90;

/** Exact decimal kWh of whole Wh: dividing could turn 812.4 into 812.4000001, and a total that dips books a phantom. */
export function kwh(energy: Wh): string {
  const whole = Math.floor(energy / 1000);
  const rest = String(energy % 1000)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return rest === "" ? `${whole}` : `${whole}.${rest}`;
}
