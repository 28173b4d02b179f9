import { expect, it } from "vitest";
import { Scene } from "./house/scene.ts";
import type { World } from "./simulator/world.ts";
import { type Frame, PacketRadio } from "./v10/packet-radio.ts";

const DEVICE = 77;
const ACK = 0x80;

/** Somebody else's device in the same network: takes frames for it, acknowledges if it is asked to. */
class Device {
  readonly taken: Frame[] = [];
  readonly acks: Frame[] = [];
  acknowledges = true;
  readonly #radio: PacketRadio;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.#radio = new PacketRadio(world.scheduler, world.ether, { name: "device", kind: "W" });
    this.#radio.onEvent = () => world.scheduler.at(world.now + 1000, () => this.#look());
    world.run(0.1);
    this.#radio.listen();
  }

  send(id: number, payload: Uint8Array, to = 1): void {
    this.#radio.send({ to, from: DEVICE, id, flags: 0, payload });
    this.#world.run(1);
  }

  #look(): void {
    const frame = this.#radio.take();
    if (frame !== null && (frame.to === DEVICE || frame.to === 255)) {
      if (frame.flags & ACK) this.acks.push(frame);
      else this.taken.push(frame);
      if (!(frame.flags & ACK) && this.acknowledges && frame.to === DEVICE) {
        this.#radio.send({ to: frame.from, from: DEVICE, id: frame.id, flags: ACK, payload: Uint8Array.of(0x21) });
        return;
      }
    }
    this.#radio.listen();
  }
}

function bridge(seed: number) {
  const scene = new Scene({ seed, nodes: 1 });
  const [node] = scene.nodes;
  if (node === undefined) throw new Error("no node");
  node.pulses(() => 1);
  scene.world.run(60);
  return { scene, node, device: new Device(scene.world) };
}

it("brings frames of other devices to the server, acknowledged, whatever is in them", () => {
  const { scene, device } = bridge(71);
  const payloads = [
    Uint8Array.of(0, 255, 13, 10, 42),
    new Uint8Array(0),
    new Uint8Array(60).fill(0xa5),
    Buffer.from("G>S:GTIME\r\n"),
  ];
  for (const [i, payload] of payloads.entries()) device.send(20 + i, payload);
  device.send(30, Uint8Array.of(1), 255);
  const heard = scene.server.of("RADIO");
  expect(heard.map(({ data }) => Buffer.from(data).toString("hex"))).toEqual(
    [...payloads, Uint8Array.of(1)].map((payload) => Buffer.from(payload).toString("hex")),
  );
  expect(heard.map(({ from, to, id }) => [from, to, id])).toEqual([
    ...payloads.map((_, i) => [DEVICE, 1, 20 + i]),
    [DEVICE, 255, 30],
  ]);
  expect(device.acks.map(({ id }) => id)).toEqual([20, 21, 22, 23]);
  expect(heard[0]?.rssi).toBeLessThan(-50);
});

it("sends what the server wants, and says whether it was acknowledged", () => {
  const { scene, device } = bridge(72);
  const { server, world } = scene;
  const data = Buffer.from("00ff2a", "hex");
  server.ask("radio", { to: DEVICE, data, ack: true, id: "heard" });
  world.run(5);
  expect(server.states("heard")).toContain("confirmed");
  expect(Buffer.from(device.taken[0]?.payload ?? []).toString("hex")).toBe("00ff2a");
  device.acknowledges = false;
  server.ask("radio", { to: DEVICE, data, ack: true, id: "unheard" });
  world.run(12);
  expect(server.states("unheard").at(-1)).toBe("refused");
  server.ask("radio", { to: DEVICE, data: Buffer.alloc(60, 7), ack: false, id: "blind" });
  world.run(5);
  expect(server.states("blind")).toContain("confirmed");
  expect(device.taken.at(-1)?.payload).toHaveLength(60);
  server.ask("radio", { to: 2, data, ack: false, id: "node" });
  world.run(5);
  expect(server.states("node").at(-1)).toBe("refused");
});

it("goes on beside the metering, which loses nothing by it", () => {
  const { scene, node, device } = bridge(73);
  for (let i = 0; i < 120; i += 1) {
    device.send((i % 200) + 1, Uint8Array.of(i));
    scene.world.run(9);
  }
  expect(scene.settle()).toBe(true);
  expect(scene.countedWh(node)).toBe(node.pulsesGiven);
  expect(scene.server.of("RADIO").length).toBeGreaterThan(110);
  // No meter's frame shows on the bridge.
  expect(scene.server.of("RADIO").every(({ from }) => from === DEVICE)).toBe(true);
});
