import { bitUs, type Tuning } from "../packet.ts";
import type { Mode } from "./rfm69-flags.ts";

/** Register addresses of the SX1231 (data sheet, table of registers); only those that the model gives a meaning. */
export const REG = {
  fifo: 0x00,
  opMode: 0x01,
  dataModul: 0x02,
  bitRate: 0x03,
  deviation: 0x05,
  carrier: 0x07,
  version: 0x10,
  paLevel: 0x11,
  paRamp: 0x12,
  ocp: 0x13,
  rxBw: 0x19,
  afcBw: 0x1a,
  afcFei: 0x1e,
  rssiConfig: 0x23,
  rssiValue: 0x24,
  dioMapping1: 0x25,
  irqFlags1: 0x27,
  irqFlags2: 0x28,
  preamble: 0x2c,
  syncConfig: 0x2e,
  syncValue: 0x2f,
  packetConfig1: 0x37,
  payloadLength: 0x38,
  nodeAddress: 0x39,
  broadcastAddress: 0x3a,
  autoModes: 0x3b,
  fifoThreshold: 0x3c,
  packetConfig2: 0x3d,
  aesKey: 0x3e,
  testPa1: 0x5a,
  testPa2: 0x5c,
} as const;

/** Values after power-on where they are not 0 (data sheet, column "reset"). */
const RESET: readonly (readonly [address: number, values: readonly number[]])[] = [
  [0x01, [0x04, 0x00, 0x1a, 0x0b, 0x00, 0x52, 0xe4, 0xc0, 0x00, 0x41, 0x00, 0x02, 0x92, 0xf5, 0x20, 0x24]],
  [0x11, [0x9f, 0x09, 0x1a, 0x40, 0xb0, 0x7b, 0x9b, 0x08, 0x86, 0x8a, 0x40, 0x80, 0x06, 0x10]],
  [0x23, [0x02, 0xff, 0x00, 0x05, 0x80, 0x00, 0xff, 0x00, 0x00, 0x00, 0x03, 0x98]],
  [0x37, [0x10, 0x40]],
  [0x3c, [0x0f, 0x02]],
  [0x4e, [0x01]],
  [0x58, [0x1b]],
  [0x5a, [0x55]],
  [0x5c, [0x70]],
];

const REGISTERS = 0x80;

export function resetValues(): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (const [address, values] of RESET) registers.set(values, address);
  return registers;
}

const STEP_HZ = 32e6 / 2 ** 19;
const BYTE = 256;

function at(registers: Uint8Array, address: number): number {
  return registers[address] ?? 0;
}

function word(registers: Uint8Array, address: number): number {
  return at(registers, address) * BYTE + at(registers, address + 1);
}

/** The crystal's error moves the carrier; it moves the bit rate too little to matter. */
export function tuning(registers: Uint8Array, ppm: number): Tuning {
  const frf = word(registers, REG.carrier) * BYTE + at(registers, REG.carrier + 2);
  const syncConfig = at(registers, REG.syncConfig);
  const syncLength = syncConfig & 0x80 ? ((syncConfig >> 3) & 7) + 1 : 0;
  const packetConfig = at(registers, REG.packetConfig1);
  return {
    carrierHz: frf * STEP_HZ * (1 + ppm / 1e6),
    bitRate: word(registers, REG.bitRate),
    deviation: word(registers, REG.deviation) & 0x3fff,
    sync: registers.slice(REG.syncValue, REG.syncValue + syncLength),
    variableLength: (packetConfig & 0x80) !== 0,
    coding: (packetConfig >> 5) & 3,
    crc: (packetConfig & 0x10) !== 0,
  };
}

export function preambleBytes(registers: Uint8Array): number {
  return word(registers, REG.preamble);
}

/** Single-side channel filter in FSK, in Hz: RegRxBw, or RegAfcBw where AFC opens the filter at the start of every reception. */
export function bandwidthHz(registers: Uint8Array): number {
  const afc = at(registers, REG.afcFei) & 0x04;
  const value = at(registers, afc ? REG.afcBw : REG.rxBw);
  const mantissa = 16 + ((value >> 3) & 3) * 4;
  return 32e6 / (mantissa * 2 ** ((value & 7) + 2));
}

const V10_FILTER_HZ = 20_833;

/** How far the sender's carrier may be away, in Hz: what the filter leaves beside the signal's own width. */
export function toleranceHz(registers: Uint8Array): number {
  const halfSignal = (word(registers, REG.deviation) & 0x3fff) * STEP_HZ + 32e6 / word(registers, REG.bitRate) / 2;
  return bandwidthHz(registers) - halfSignal;
}

/** The data sheet says −114 dBm at 4.8 kb/s and the narrowest filter; a module with its antenna in a house is worse. Noise grows with the filter. */
export function sensitivityDbm(registers: Uint8Array): number {
  return -105 + 10 * Math.log10(bandwidthHz(registers) / V10_FILTER_HZ);
}

/** The +20 dBm settings of the second amplifier: allowed while sending only. */
export function highPower(registers: Uint8Array): boolean {
  return at(registers, REG.testPa1) === 0x5d && at(registers, REG.testPa2) === 0x7c;
}

/** An amplifier whose pin leads to no antenna on this module. */
const LEAK_DBM = -60;
/** Supply current in transmission by output power: SX1231(H) data sheet, electrical characteristics (3.3 V). */
const TX_MA: readonly (readonly [dBm: number, mA: number])[] = [
  [-18, 16],
  [-1, 16],
  [0, 20],
  [10, 33],
  [13, 45],
  [17, 95],
  [20, 130],
];

/** Output power in dBm and the current it takes in mA. W modules connect PA0 to the antenna, HW modules PA1 and PA2. */
export function output(registers: Uint8Array, kind: "W" | "HW"): { dBm: number; mA: number } {
  const level = at(registers, REG.paLevel);
  const step = level & 0x1f;
  const amplifiers = level >> 5;
  const dBm = amplifiers === 0b011 ? step - (highPower(registers) ? 11 : 14) : step - 18;
  const mA = milliamperes(dBm);
  const connected = kind === "W" ? amplifiers === 0b100 : amplifiers === 0b010 || amplifiers === 0b011;
  if (!connected) return { dBm: LEAK_DBM, mA };
  const ocp = at(registers, REG.ocp);
  const limit = ocp & 0x10 ? 45 + 5 * (ocp & 0x0f) : Infinity;
  return mA > limit ? { dBm: powerAt(limit), mA: limit } : { dBm, mA };
}

function milliamperes(dBm: number): number {
  return interpolate(TX_MA, dBm);
}

function powerAt(mA: number): number {
  return interpolate(
    TX_MA.slice(1).map(([p, i]) => [i, p] as const),
    mA,
  );
}

function interpolate(points: readonly (readonly [number, number])[], x: number): number {
  const above = Math.max(
    1,
    points.findIndex(([px], index) => px >= x || index === points.length - 1),
  );
  const [x0, y0] = points[above - 1] as readonly [number, number];
  const [x1, y1] = points[above] as readonly [number, number];
  return y0 + ((Math.min(Math.max(x, x0), x1) - x0) / (x1 - x0)) * (y1 - y0);
}

const OSCILLATOR_US = 500;
const SYNTHESISER_US = 60;
const RAMPS_US = [3400, 2000, 1000, 500, 250, 125, 100, 62, 50, 40, 31, 25, 20, 15, 12, 10];

/** Until a mode is reached (data sheet, "start-up times"): oscillator after sleep, synthesiser, transmitter or receiver. */
export function startUs(registers: Uint8Array, from: Mode, to: Mode): number {
  const oscillator = from === "sleep" ? OSCILLATOR_US : 0;
  if (to === "fs") return oscillator + SYNTHESISER_US;
  if (to === "tx") return oscillator + SYNTHESISER_US + 5 + 1.25 * (RAMPS_US[at(registers, REG.paRamp) & 0x0f] ?? 0);
  // The table of receiver start-up times (96 µs at 200 kHz, 1.7 ms at 10 kHz) follows the filter's width.
  if (to === "rx") return oscillator + SYNTHESISER_US + 17e6 / bandwidthHz(registers);
  return oscillator;
}

/** InterPacketRxDelay: from the emptied FIFO until the receiver listens again by itself. */
export function restartUs(registers: Uint8Array): number {
  const delay = at(registers, REG.packetConfig2) >> 4;
  return delay >= 12 ? 0 : 2 ** delay * bitUs(word(registers, REG.bitRate));
}

/** Throws at the first use of what the model does not do. */
export function requireModelled(address: number, value: number): void {
  if (address === REG.opMode && value & 0x40) throw new Error("RFM69: listen mode is not modelled");
  if (address === REG.autoModes && value !== 0) throw new Error("RFM69: automatic modes are not modelled");
  if (address === REG.dataModul && value & 0x78) throw new Error("RFM69: only packet mode with FSK is modelled");
}
