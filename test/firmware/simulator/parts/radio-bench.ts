import { configuration, type NetworkOptions } from "../../v10/packet-radio.ts";
import { Ether } from "../ether.ts";
import { EventQueue } from "../scheduler.ts";
import { Rfm69 } from "./rfm69.ts";

export const SLEEP = 0x00;
export const STANDBY = 0x04;
export const FS = 0x08;
export const TX = 0x0c;
export const RX = 0x10;
export const STARTED = 3000;

/** A chip on a bench: registers by SPI, DIO0 on a wire. */
export function bench() {
  const queue = new EventQueue();
  const ether = new Ether(queue, { seed: 1 });
  const chip = (o: NetworkOptions & { kind?: "W" | "HW"; configured?: boolean; ppm?: number } = {}) => {
    const edges: boolean[] = [];
    const radio = new Rfm69(queue, ether, { kind: "W", ...o, onDio0: (high) => edges.push(high) });
    const write = (address: number, ...values: number[]) => {
      radio.select(true);
      for (const byte of [0x80 | address, ...values]) radio.transfer(byte);
      radio.select(false);
    };
    const read = (address: number, count = 1) => {
      radio.select(true);
      radio.transfer(address);
      const values = Array.from({ length: count }, () => radio.transfer(0));
      radio.select(false);
      return values;
    };
    const mode = (value: number) => {
      write(0x01, value);
      queue.runUntil(queue.now + STARTED);
    };
    if (o.configured !== false) for (const [address, ...values] of configuration(o)) write(address, ...values);
    return { radio, edges, write, read, mode, flags1: () => read(0x27)[0] ?? 0, flags2: () => read(0x28)[0] ?? 0 };
  };
  const run = (us: number) => queue.runUntil(queue.now + us);
  return { queue, ether, chip, run };
}

export type Chip = ReturnType<ReturnType<typeof bench>["chip"]>;
export const message = (length: number) => [length, ...Array.from({ length }, (_, i) => i + 1)];

export function send(chip: Chip, bytes: readonly number[]): void {
  chip.mode(STANDBY);
  chip.write(0x00, ...bytes);
  chip.write(0x25, 0x00);
  chip.mode(TX);
}

export function listen(chip: Chip): void {
  chip.write(0x25, 0x40);
  chip.mode(RX);
}

/** Two radios, the second of them listening when the first sends. */
export function pair(sender: Parameters<ReturnType<typeof bench>["chip"]>[0] = {}, receiver = sender) {
  const { chip, ether, run } = bench();
  const a = chip(sender);
  const b = chip(receiver);
  const exchange = (bytes: readonly number[] = message(20)) => {
    listen(b);
    a.write(0x11, 0x9f);
    send(a, bytes);
    run(200_000);
    return ether.log.at(-1)?.lost.map(({ why }) => why);
  };
  return { a, b, ether, run, exchange };
}
