import { describe, expect, it } from "vitest";
import { Scene } from "./house/scene.ts";

const BANDS = [434, 868, 915] as const;

/** The nodes' clock, and the images of node and gateway. */
const MACHINES = [
  [8, "meternode", "gateway"],
  [16, "meternode", "gateway"],
  [8, "meternode-a", "gateway-a"],
] as const;

describe("every image that is shipped", () => {
  it.each(BANDS.flatMap((band) => MACHINES.map(([mhz, node, gateway]) => [mhz, node, gateway, band] as const)))(
    "serves and counts: %i MHz, %s, %s, %i MHz band",
    (mhz, device, gateway, band) => {
      const board = device === "meternode-a" ? ({ revision: "A" } as const) : {};
      const scene = new Scene({ seed: 101, nodes: 1, node: device, gateway, mhz, band, board, gatewayBoard: board });
      const [node] = scene.nodes;
      node?.pulses(() => 0.5);
      scene.world.run(600);
      expect(scene.settle(600)).toBe(true);
      expect(node?.pulsesGiven).toBeGreaterThan(250);
      const carriers = scene.world.ether.log.map(({ packet }) => Math.round(packet.tuning.carrierHz / 1e6));
      expect(new Set(carriers)).toEqual(new Set([band]));
      // 115200 baud from either crystal is what a PC still reads.
      expect(scene.gateway.serial.garbled + (node?.serial.garbled ?? 0)).toBe(0);
      expect(scene.server.rejected).toEqual([]);
    },
  );
});
