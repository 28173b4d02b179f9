import { describe, expect, it } from "vitest";
import { Scene } from "./house/scene.ts";

const BANDS = [434, 868, 915] as const;

describe("every image that is shipped", () => {
  it.each(BANDS.flatMap((band) => [8, 16].map((mhz) => [mhz, band] as const)))(
    "serves and counts: %i MHz, %i MHz band",
    (mhz, band) => {
      const scene = new Scene({ seed: 101, nodes: 1, mhz: mhz === 8 ? 8 : 16, band });
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
