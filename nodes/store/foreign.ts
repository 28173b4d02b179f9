import { type DeviceSnapshot, epochSeconds, type MeterEvent, type MeterId } from "../model/index.ts";
import { eventShape } from "./event-shapes.ts";
import { packSnapshot, unpackSnapshot } from "./snapshots.ts";

/** Lines of an export that come into a store, checked as what is read from disk. */

/** @returns undefined when it is no event */
export function parseEvent(meter: MeterId, line: object): MeterEvent | undefined {
  const { type: _, ...event } = Object.fromEntries(Object.entries(line));
  return eventShape({ ...event, meter });
}

/** @returns undefined when it is no snapshot; figures that no snapshot has are left out */
export function parseSnapshot(device: MeterId, line: object): DeviceSnapshot | undefined {
  if (!("at" in line) || typeof line.at !== "number") return undefined;
  return unpackSnapshot(device, packSnapshot({ ...line, at: epochSeconds(line.at) }));
}
