import type { DeviceSnapshot } from "../model/index.ts";
import { type EpochSeconds, epochSeconds, parseMeterId } from "../model/index.ts";
import type { Series } from "./series.ts";
import { COUNT, shape } from "./shapes.ts";

type Value = number | string | null;
type Field = Exclude<keyof DeviceSnapshot, "device" | "at">;

const NUMBER = { type: ["number", "null"] } as const;
const TEXT = { type: ["string", "null"] } as const;

/**
 * The figures of a snapshot in the order they have on disk, for ever: a new one goes to the end. One that is not here
 * does not compile.
 */
const FIELDS = {
  batteryMv: NUMBER,
  rssiDbm: NUMBER,
  clockDriftS: NUMBER,
  uptimeS: NUMBER,
  freeRamBytes: NUMBER,
  intervalS: NUMBER,
  impulsesPerKwh: NUMBER,
  registerWh: NUMBER,
  firmware: TEXT,
  bootedAt: NUMBER,
  txPowerDbm: NUMBER,
  logLevel: TEXT,
} as const satisfies Readonly<Record<Field, object>>;
const names = Object.keys(FIELDS);

/** `[at, …figures]`, null for what was not reported, none behind the last that was. The device is the folder's name. */
export type PackedSnapshot = readonly [at: EpochSeconds, ...values: Value[]];

const packedShape = shape<PackedSnapshot>({
  type: "array",
  minItems: 1,
  // Behind them stands what a later version knows.
  items: [COUNT, ...Object.values(FIELDS)],
});
const lineShape = shape<readonly [number, number, unknown]>({
  type: "array",
  minItems: 3,
  maxItems: 3,
  items: [COUNT, COUNT, {}],
});

export function packSnapshot(snapshot: Pick<DeviceSnapshot, "at">): PackedSnapshot {
  const given = new Map<string, Value>(Object.entries(snapshot));
  const values = names.map((name) => given.get(name) ?? null);
  return [snapshot.at, ...values.slice(0, values.findLastIndex((value) => value !== null) + 1)];
}

/** @param device whose snapshot it is @returns undefined when it is not what `packSnapshot` made */
export function unpackSnapshot(device: string, input: unknown): DeviceSnapshot | undefined {
  const packed = packedShape(input);
  const id = parseMeterId(device);
  if (packed === undefined || !id.ok) return undefined;
  const [at, ...values] = packed;
  const given = names
    .map((name, i): [string, Value] => [name, values[i] ?? null])
    .filter(([, value]) => value !== null);
  return { device: id.value, at: epochSeconds(at), ...Object.fromEntries(given) };
}

export const SNAPSHOTS: Series<DeviceSnapshot> = {
  name: "snapshots",
  word: "A snapshot",
  of: (layer) => layer.snapshots,
  encode: ([seq, i, snapshot]) => JSON.stringify([seq, i, packSnapshot(snapshot)]),
  parse(body, meter) {
    const line = lineShape(body);
    const snapshot = line === undefined ? undefined : unpackSnapshot(meter, line[2]);
    return line === undefined || snapshot === undefined ? undefined : [line[0], line[1], snapshot];
  },
};
