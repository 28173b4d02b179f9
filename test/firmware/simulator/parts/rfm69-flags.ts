import { Fifo } from "./fifo.ts";
import { REG } from "./rfm69-settings.ts";

/** By their number in RegOpMode. */
export const MODES = ["sleep", "standby", "fs", "tx", "rx"] as const;
export type Mode = (typeof MODES)[number];

/** What the flag registers and DIO0 tell of. */
export interface RadioState {
  readonly mode: Mode;
  /** The mode is reached: oscillator, synthesiser and amplifiers have settled. */
  readonly ready: boolean;
  readonly sync: boolean;
  readonly packetSent: boolean;
  readonly payloadReady: boolean;
  readonly crcOk: boolean;
  readonly fifo: Fifo;
  readonly registers: Uint8Array;
}

/** RegIrqFlags1: ModeReady, RxReady, TxReady, PllLock, Rssi, Timeout, AutoMode, SyncAddressMatch. */
export function irqFlags1(s: RadioState): number {
  const { ready, mode } = s;
  return byte(ready, ready && mode === "rx", ready && mode === "tx", locked(s), false, false, false, s.sync);
}

/** RegIrqFlags2: FifoFull, FifoNotEmpty, FifoLevel, FifoOverrun, PacketSent, PayloadReady, CrcOk, LowBat. */
export function irqFlags2(s: RadioState): number {
  const { length, overrun } = s.fifo;
  const level = length > ((s.registers[REG.fifoThreshold] ?? 0) & 0x7f);
  return byte(length === Fifo.SIZE, length > 0, level, overrun, s.packetSent, s.payloadReady, s.crcOk, false);
}

/** Level of pin DIO0 (data sheet, table "DIO mapping, packet mode"); without a meaning it is low. */
export function dio0(s: RadioState): boolean {
  const mapping = (s.registers[REG.dioMapping1] ?? 0) >> 6;
  if (s.mode === "rx") return [s.crcOk, s.payloadReady, s.sync, false][mapping] ?? false;
  if (s.mode === "tx") return [s.packetSent, s.ready, false, locked(s)][mapping] ?? false;
  return mapping === 3 && locked(s);
}

function locked(s: RadioState): boolean {
  return s.ready && s.mode !== "sleep" && s.mode !== "standby";
}

function byte(...flags: boolean[]): number {
  return flags.reduce((value, flag) => value * 2 + Number(flag), 0);
}
