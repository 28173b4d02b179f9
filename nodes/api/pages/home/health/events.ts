import type { MeterEvent } from "../../../../model/index.ts";
import { kwh } from "../corrections/kwh.ts";
import { clockOff, decibels, leftWords, longSince, percent, volts } from "./figures.ts";

/** What happened, for somebody who does not know the names of events. */
export function eventWords(event: MeterEvent): string {
  switch (event.kind) {
    case "rebase":
      return rebase(event);
    case "gap":
      return `Nothing arrived for ${longSince(event.end - event.start)}; ${kwh(event.wh)} came with the next register.`;
    case "gap-refined":
      return `The detail of a gap of ${longSince(event.end - event.start)} came late: ${kwh(event.wh)}.`;
    case "refused":
      return `Something was refused: ${event.reason}`;
    case "dark":
      return "The node went dark: nothing is heard of it.";
    case "back":
      return "The node is back.";
    case "low-battery":
      return event.cleared
        ? `The battery is fine again: ${volts(event.millivolts)}.`
        : `The battery is low: ${volts(event.millivolts)}.`;
    case "weak-signal":
      return event.cleared
        ? `The signal is fine again: ${decibels(event.dbm)}.`
        : `The signal is weak: ${decibels(event.dbm)}.`;
    case "clock":
      return event.cleared
        ? "The node's clock is right again."
        : `The node's clock is off by ${clockOff(event.driftS)}.`;
    case "no-pulses":
      return event.cleared ? "Pulses are seen again." : "No pulse is seen, for longer than a house uses nothing.";
    case "battery-ending":
      if (event.cleared || event.daysLeft === null) return "The battery lasts longer again.";
      return `The battery lasts ${leftWords(event.daysLeft)} more.`;
    case "missed-intervals":
      return event.cleared
        ? "Intervals arrive as they should again."
        : `Of the intervals of seven days, ${percent(event.percent)} did not arrive.`;
    case "reboots":
      return event.cleared
        ? "The node no longer starts anew so often."
        : `The node started anew ${event.count} times within a day.`;
    case "low-memory":
      return event.cleared
        ? "The node has memory enough again."
        : `The node has only ${event.bytes} bytes of memory left.`;
    case "boot":
      return `The node started, with firmware v${event.version}.`;
    case "text":
      return `The node says: ${event.text}`;
    default:
      return event satisfies never;
  }
}

function rebase({ implied, fromWh, toWh, countedWh }: Extract<MeterEvent, { kind: "rebase" }>): string {
  const way = fromWh === null ? "began at" : `went from ${kwh(fromWh)} to`;
  const unannounced = implied ? ", unannounced" : "";
  const counted = countedWh > 0 ? `; ${kwh(countedWh)} of that were counted` : "";
  return `The register ${way} ${kwh(toWh)}${unannounced}${counted}.`;
}

/** Whether it needs a person. */
export function isBad(event: MeterEvent): boolean {
  if (event.kind === "dark" || event.kind === "refused") return true;
  return "cleared" in event && !event.cleared;
}
