import type { MeterSummary, Power } from "../../model/index.ts";
import type { StatusKind } from "../shell/index.ts";

/** One decimal, and the unit that suits a person: 600 W, 1.24 kW. */
export function powerText(wattsNow: number): string {
  return wattsNow < 1000 ? `${Math.round(wattsNow)} W` : `${(wattsNow / 1000).toFixed(2)} kW`;
}

function known(power: Power): number | undefined {
  return power.known ? power.watts : undefined;
}

/** What stands below the node. An unknown power is a dash: never 0. */
export function statusOf(meters: readonly MeterSummary[]): { kind: StatusKind; text: string } {
  const [first] = meters;
  if (first === undefined) return { kind: "idle", text: "waiting for a meter" };
  const dark = meters.filter(({ health }) => health.dark).length;
  const still = meters.filter(({ health }) => !health.dark && health.warnings.includes("no-pulses")).length;
  const powers = meters.map(({ power }) => known(power)).filter((power) => power !== undefined);
  const total = powers.length === 0 ? "–" : powerText(powers.reduce((sum, power) => sum + power, 0));
  const kind: StatusKind = dark + still > 0 ? "warn" : powers.length === 0 ? "idle" : "ok";
  if (meters.length > 1) {
    // The sum is of what is known: say so when a meter is missing in it, unless it is the dark one.
    const missing = powers.length === 0 ? 0 : meters.filter(({ power, health }) => !power.known && !health.dark).length;
    const notes = [missing > 0 ? ` · ${missing} unknown` : "", dark > 0 ? ` · ${dark} dark` : ""];
    if (still > 0) notes.push(` · ${still} without pulses`);
    return { kind, text: `${meters.length} meters · ${total}${notes.join("")}` };
  }
  const text = `${first.name} ${total} · ${(first.lifetimeWh / 1000).toFixed(1)} kWh`;
  const note = dark > 0 ? " · dark" : still > 0 ? " · no pulses" : "";
  return { kind, text: `${text}${note}` };
}
