import type { DeviceSnapshot } from "../../../../model/index.ts";
import { type Child, h, type Piece } from "../../parts/tree.ts";
import { dayWords } from "../corrections/local-time.ts";
import { curve, type Point } from "./curve.ts";
import { displayPart } from "./display.ts";
import { eventsPart } from "./events-list.ts";
import {
  bytes,
  clockOff,
  decibels,
  grouped,
  longSince,
  missedWords,
  partsPerMillion,
  percent,
  recoveredWords,
  signalWords,
  trendWords,
  volts,
} from "./figures.ts";
import { CURVE_DAYS, type HealthState, type MeterRow } from "./state.ts";

/** A card of one meter: what is wrong, its figures, the display beside the count, and what happened. */
export function meterCard(row: MeterRow, state: HealthState): Piece {
  const { id, name, health } = row;
  const title = `meter-${id}`;
  return h(
    "section",
    { key: `meter ${id}`, class: "card device", "aria-labelledby": title },
    h(
      "header",
      {},
      h("h3", { id: title, tabindex: -1 }, name),
      name !== id && h("span", { class: "of" }, id),
      heard(health.lastHeard, health.dark, state.now),
    ),
    troubles(health.troubles),
    h("dl", { class: "figures" }, ...figuresOf(row, state)),
    displayPart(row, state),
    eventsPart(row, state),
  );
}

export function heard(lastHeard: number | null, isSilent: boolean, now: number): Piece {
  const words = lastHeard === null ? "never heard" : `heard ${longSince(Math.max(0, now - lastHeard))} ago`;
  const look = isSilent || lastHeard === null ? "heard silent" : "heard";
  return h("span", { class: look }, h("span", { class: "dot", "aria-hidden": "true" }), words);
}

export function troubles(all: readonly string[]): Child {
  return all.length > 0 && h("ul", { class: "troubles" }, ...all.map((one) => h("li", {}, one)));
}

export function figure(name: string, value: string, note: string, drawing: Child = null): Piece {
  return h("div", { key: name }, h("dt", {}, name), h("dd", {}, value, h("small", {}, note), drawing));
}

function figuresOf({ id, health }: MeterRow, state: HealthState): Child[] {
  const { battery, link, lastReboot, clockPpm } = health;
  const said = state.said.get(id) ?? [];
  const reboots = `${health.reboots} ${health.reboots === 1 ? "restart" : "restarts"}`;
  const last = lastReboot === undefined ? "" : `, the last on ${dayWords(lastReboot, state.zone)}`;
  return [
    figure(
      "Battery",
      volts(health.batteryMv),
      trendWords(battery),
      curveOf(said, state, {
        pick: ({ batteryMv }) => batteryMv,
        say: volts,
        name: "Battery",
        threshold: battery?.lowMv,
        least: 120,
      }),
    ),
    figure(
      "Signal",
      decibels(health.rssiDbm),
      signalWords(health.rssiDbm),
      curveOf(said, state, { pick: ({ rssiDbm }) => rssiDbm, say: decibels, name: "Signal", least: 12 }),
    ),
    figure("Missed intervals", percent(link?.missedPercent), link === undefined ? "not known yet" : missedWords(link)),
    figure(
      "Recovered energy",
      percent(link?.recoveredPercent),
      link === undefined ? "not known yet" : recoveredWords(link),
    ),
    figure(
      "Clock",
      clockOff(health.clockDriftS),
      clockPpm === undefined ? "beside the gateway's" : `runs at ${partsPerMillion(clockPpm)}`,
    ),
    figure("Running for", longSince(health.uptimeS), `${reboots}${last}`),
    figure(
      "Free memory",
      bytes(health.freeRamBytes),
      health.firmware === undefined ? "" : `firmware ${health.firmware}`,
    ),
    figure(
      "Reports every",
      longSince(health.intervalS),
      health.impulsesPerKwh === undefined ? "" : `${grouped(health.impulsesPerKwh)} impulses per kWh`,
    ),
  ];
}

/** Two snapshots of one hour make no curve. */
const LEAST_S = 6 * 3600;

interface Curve {
  readonly pick: (one: DeviceSnapshot) => number | undefined;
  readonly say: (value: number | undefined) => string;
  readonly name: string;
  readonly threshold?: number | undefined;
  readonly least: number;
}

/** What the curve shows is said as well: from what to what, and the lowest in between. */
function curveOf(said: readonly DeviceSnapshot[], { now }: HealthState, what: Curve): Piece | null {
  const { pick, say, name, threshold, least } = what;
  const points = said.flatMap((one): Point[] => {
    const value = pick(one);
    return value === undefined ? [] : [[one.at, value]];
  });
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || last[0] - first[0] < LEAST_S) return null;
  const days = Math.max(1, Math.min(CURVE_DAYS, Math.round((now - first[0]) / 86_400)));
  const lowest = points.reduce((low, [, value]) => Math.min(low, value), first[1]);
  const label = `${name} of ${days === 1 ? "a day" : `${days} days`}: from ${say(first[1])} to ${say(last[1])}, lowest ${say(lowest)}`;
  return curve(points, {
    from: Math.max(first[0], now - CURVE_DAYS * 86_400),
    to: Math.max(now, last[0]),
    label,
    threshold,
    least,
  });
}
