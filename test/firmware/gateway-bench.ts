import { createDecoder, type Frame, type Line } from "../../nodes/gateway/index.ts";
import { imageOf } from "./house/images.ts";
import { type BoardOptions, World } from "./simulator/world.ts";
import { type Frame as AirFrame, PacketRadio } from "./v10/packet-radio.ts";

/** One gateway of ours on a bench, its serial line read by the package's decoder. The clock is set. */
export function gatewayBench({ seed, ...options }: Partial<BoardOptions> & { seed: number }) {
  const world = new World({ seed });
  const gateway = world.gateway({ image: imageOf("gateway", 8), clockHz: 8_000_000, radio: "HW", ...options });
  const decoder = createDecoder();
  const decoded: Line[] = [];
  let bytes = "";
  gateway.uart.onByte = (byte) => {
    bytes += String.fromCharCode(byte);
    decoded.push(...decoder.feed(Uint8Array.of(byte)));
  };
  const type = (text: string, forS = 0.3) => {
    gateway.uart.type(text);
    world.run(forS);
  };
  /** Lines that `text` and a return, or what happens in some seconds, brings. */
  const lines = (text: string, forS = 0.3) => {
    const before = gateway.uart.lines.length;
    type(`${text}\r`, forS);
    return gateway.uart.lines.slice(before).map(({ line }) => line);
  };
  const frames = <K extends Frame["kind"]>(kind: K) =>
    decoded.flatMap((line) =>
      line.kind === "frame" && line.frame.kind === kind ? [line.frame as Extract<Frame, { kind: K }>] : [],
    );
  const rejected = () => decoded.filter(({ kind }) => kind === "rejected");
  const setTime = () => type(`S>G:STIME;${Math.floor(world.clockS)}\r`);
  world.run(2.5);
  setTime();
  return { world, gateway, type, lines, frames, rejected, setTime, bytes: () => bytes };
}

export type GatewayBench = ReturnType<typeof gatewayBench>;

/** A radio that sends texts under any address, and keeps the acknowledgements. */
export function crowd({ world }: GatewayBench) {
  const radio = new PacketRadio(world.scheduler, world.ether, { name: "crowd", kind: "W" });
  const got: AirFrame[] = [];
  radio.onEvent = () => {
    const frame = radio.take();
    if (frame) got.push(frame);
    radio.listen();
  };
  world.run(0.1);
  let id = 0;
  /** @returns frames that came back within `forS` */
  return (from: number, text: string, forS = 0.4): readonly AirFrame[] => {
    got.length = 0;
    const payload = new Uint8Array(60);
    payload.set(Buffer.from(text));
    id = (id % 255) + 1;
    radio.send({ to: 1, from, id, flags: 0, payload });
    world.run(forS);
    return got.filter(({ to }) => to === from);
  };
}
