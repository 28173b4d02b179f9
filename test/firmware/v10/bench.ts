import { Ether } from "../simulator/ether.ts";
import { EventQueue } from "../simulator/scheduler.ts";
import { type Frame, type NetworkOptions, PacketRadio } from "./packet-radio.ts";
import { V10Gateway } from "./v10-gateway.ts";
import { V10Node, type V10NodeOptions } from "./v10-node.ts";

export const EPOCH = 1_783_000_000;

/** A v10 gateway whose clock is set at 2.545 s, as in the captured bench run. */
export function house() {
  const queue = new EventQueue();
  const ether = new Ether(queue, { seed: 1 });
  const gateway = new V10Gateway(queue, ether);
  const until = (seconds: number) => queue.runUntil(seconds * 1e6);
  const run = (seconds: number) => queue.runUntil(queue.now + seconds * 1e6);
  const server = (...commands: string[]) => {
    for (const command of commands) {
      gateway.type(`S>G:${command}\r`);
      run(0.1);
    }
  };
  const node = (options: V10NodeOptions = {}) => new V10Node(queue, ether, options);
  let read = gateway.lines.length;
  /** Lines since the last call. */
  const lines = () => {
    const news = gateway.lines.slice(read);
    read = gateway.lines.length;
    return news;
  };
  until(2.54);
  server(`STIME;${EPOCH}`);
  lines();
  return { queue, ether, gateway, until, run, server, node, lines };
}

export type House = ReturnType<typeof house>;
export const text = (string: string) => Uint8Array.from(Buffer.from(string, "latin1"));

/** Another radio on the network: sends what a test wants, keeps what it hears. */
export function stranger({ queue, ether }: Pick<House, "queue" | "ether">, o: NetworkOptions = {}) {
  const radio = new PacketRadio(queue, ether, { kind: "W", name: "stranger", ...o });
  const got: Frame[] = [];
  radio.onEvent = () => {
    const frame = radio.take();
    if (frame) got.push(frame);
    radio.listen();
  };
  radio.listen();
  let id = 0;
  const send = (payload: Uint8Array, o: Partial<Frame> = {}) => {
    radio.send({ to: 1, from: 9, id: ++id, flags: 0, ...o, payload });
    queue.runUntil(queue.now + 500_000);
  };
  return { radio, got, send };
}
