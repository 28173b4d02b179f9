import { dbm, epochSeconds, impulsesPerKwh, millivolts, seconds, type Wh, wh } from "../model/index.ts";
import {
  again,
  current,
  type Field,
  type Fields,
  integer,
  network,
  node,
  oneOf,
  secret,
  UINT16,
  UINT32,
  type Values,
} from "./fields.ts";
import { message } from "./text.ts";

/**
 * Every message of the gateway: one row per kind, fields in the order of the wire. The types of frames derive from this
 * table; ranges are what a device can send, so that spliced lines stand out.
 */
interface Row {
  /** What stands behind `G>S:` when it is not the name of the row. */
  readonly wire?: string;
  /** `null`: the word stands alone. */
  readonly fields: Fields | null;
  readonly entries?: { readonly max: number; readonly fields: Fields };
}

const count = (value: number): number => value;
const time = integer(0, UINT32, epochSeconds);
const register: Field<Wh> = integer(0, UINT32, wh);
const duration = integer(1, 255, seconds);
/** 1 MWh in 255 s is 14 MW: above any meter with an LED. */
const energy = integer(0, 1_000_000, wh);
const acknowledgement = { fields: { node } } as const;

export const KINDS = {
  GTIME: { fields: null },
  STIME_ACK: { fields: null },
  STIME_NACK: { fields: null },
  GWSNAP: {
    fields: {
      gateway: integer(1, 254, count),
      bootedAt: time,
      freeRamBytes: integer(0, UINT16, count),
      clock: time,
      logLevel: oneOf("DEBUG", "INFO", "WARN", "ERROR", "OFF", "NONE"),
      key: secret(16),
      network,
      txPower: integer(-18, 20, dbm),
    },
  },
  /** No node is known to the gateway. */
  NOSNAP_EMPTY: { wire: "NOSNAP", fields: null },
  NOSNAP: {
    fields: {
      node,
      battery: integer(0, UINT16, millivolts),
      uptime: integer(0, UINT32, seconds),
      slept: integer(0, UINT32, seconds),
      freeRamBytes: integer(0, UINT16, count),
      lastSeen: time,
      clockDrift: integer(-2_147_483_648, UINT32, seconds),
      interval: integer(0, 255, seconds),
      impulsesPerKwh: integer(0, UINT16, impulsesPerKwh),
      lastEntryFinish: time,
      lastRegister: register,
      lastAmps: current,
      ledRate: integer(0, 255, count),
      ledMs: integer(0, UINT16, count),
      rssi: integer(-127, 0, dbm),
    },
  },
  MUP_: {
    fields: { node, kind: again("MUP_"), baseTime: time, baseRegister: register },
    // v10 sends up to 4; 10 of the shortest fill a radio text of 59 characters.
    entries: { max: 10, fields: { duration, energy } },
  },
  MUPC: {
    fields: { node, kind: again("MUPC"), baseTime: time, baseRegister: register },
    entries: { max: 2, fields: { duration, energy, amps: current } },
  },
  MREB: { fields: { node, kind: again("MREB"), time, register } },
  /** Sender 1 is the gateway itself. */
  GMSG: { fields: { sender: integer(1, 253, count), kind: again("GMSG"), message } },
  NDARK: { fields: { node, lastSeen: time } },
  SMVAL_ACK: acknowledgement,
  SMVAL_NACK: acknowledgement,
  SPLED_ACK: acknowledgement,
  SPLED_NACK: acknowledgement,
  SMINT_ACK: acknowledgement,
  SMINT_NACK: acknowledgement,
  SGITR_ACK: acknowledgement,
  SGITR_NACK: acknowledgement,
  GNOSNAP_NACK: { fields: { node: integer(2, 254, count) } },
} as const satisfies Readonly<Record<string, Row>>;

export type FrameKind = keyof typeof KINDS;

type FrameOf<K extends FrameKind> = { readonly kind: K } & ((typeof KINDS)[K] extends {
  readonly fields: infer F extends Fields;
}
  ? Values<F>
  : unknown) &
  ((typeof KINDS)[K] extends { readonly entries: { readonly fields: infer E extends Fields } }
    ? { readonly entries: readonly Values<E>[] }
    : unknown);

/** Frames by kind: `Frames["MREB"]` is `{kind, node, time, register}`. */
export type Frames = { readonly [K in FrameKind]: FrameOf<K> };
/** One decoded message. */
export type Frame = Frames[FrameKind];
export type NodeSnapshot = Frames["NOSNAP"];
