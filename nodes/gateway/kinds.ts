import { amps, dbm, epochSeconds, impulsesPerKwh, millivolts, seconds, type Wh, wh } from "../model/index.ts";
import {
  again,
  current,
  type Field,
  type Fields,
  hex,
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
  readonly entries?: Entries;
}

export interface Entries {
  readonly max: number;
  /** Most characters behind the node's number, where the message is a text that came by radio. */
  readonly text?: number;
  readonly fields: Fields;
}

/** A radio text has at most 59 characters; the gateway puts `;<node>,` before it. */
const RADIO_TEXT = 59;

/** What can be asked for with `SCAP` and is granted in its answer; a sum of these. */
export const CHECKSUMS = 1;
export const TIMED_IMPULSES = 2;
export const BRIDGE = 4;

const count = (value: number): number => value;
const time = integer(0, UINT32, epochSeconds);
const register: Field<Wh> = integer(0, UINT32, wh);
/** ⚠ v10 measures 255 s at most; v11 stores quarter hours while its gateway is away. */
const MAX_DURATION_S = 900;
const duration = integer(1, MAX_DURATION_S, seconds);
/** 1 MWh in 900 s is 4 MW: above any meter with an LED. */
const energy = integer(0, 1_000_000, wh);
const octet = integer(0, 255, count);
const rssi = integer(-127, 0, dbm);
const timed = {
  duration,
  energy,
  impulses: integer(0, UINT16, count),
  /** In hundredths on the wire. */
  lastImpulseS: integer(0, MAX_DURATION_S * 100, (hundredths) => hundredths / 100),
} as const;
const perKwh = integer(1, UINT16, impulsesPerKwh);
const acknowledgement = { fields: { node } } as const;

export const KINDS = {
  GTIME: { fields: null },
  STIME_ACK: { fields: null },
  STIME_NACK: { fields: null },
  SCAP_ACK: { fields: { version: integer(1, 255, count), granted: octet } },
  /** A command came with a wrong checksum and was not carried out. */
  SCMD_NACK: { fields: null },
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
      rssi,
    },
  },
  MUP_: {
    fields: { node, kind: again("MUP_"), baseTime: time, baseRegister: register },
    // v10 sends up to 4; 10 of the shortest fill a radio text of 59 characters.
    entries: { max: 10, text: RADIO_TEXT, fields: { duration, energy } },
  },
  MUPC: {
    fields: { node, kind: again("MUPC"), baseTime: time, baseRegister: register },
    entries: { max: 2, text: RADIO_TEXT, fields: { duration, energy, amps: current } },
  },
  // A frame of v11 holds 8 entries, or 5 with current; one of quarter hours, which have none, holds 10.
  MUPT: {
    fields: { node, kind: again("MUPT"), baseTime: time, baseRegister: register, impulsesPerKwh: perKwh },
    entries: { max: 10, fields: timed },
  },
  MUTC: {
    fields: { node, kind: again("MUTC"), baseTime: time, baseRegister: register, impulsesPerKwh: perKwh },
    entries: { max: 5, fields: { ...timed, amps: integer(0, UINT16, (hundredths) => amps(hundredths / 100)) } },
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
  /** A frame of a device that is no meter. */
  RADIO: { fields: { from: octet, to: octet, id: octet, flags: octet, rssi, data: hex } },
  SRAD_ACK: { fields: { to: octet } },
  SRAD_NACK: { fields: { to: octet } },
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
