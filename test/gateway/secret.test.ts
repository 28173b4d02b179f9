import { describe, expect, expectTypeOf, it } from "vitest";
import { fuzz, type Measurement } from "../../bench/decode.ts";
import { KEY, leaks } from "../../bench/decode-fuzz.ts";
import type { Frames } from "../../nodes/gateway/index.ts";
import { decodeOne } from "./support.ts";

describe("the radio key", () => {
  it("has no property in the type of a GWSNAP", () => {
    expectTypeOf<keyof Frames["GWSNAP"]>().toEqualTypeOf<
      "kind" | "gateway" | "bootedAt" | "freeRamBytes" | "clock" | "logLevel" | "network" | "txPower"
    >();
    expectTypeOf<Frames["GWSNAP"]>().not.toHaveProperty("key");
  });

  it.each([
    `G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,${KEY},0.0.1.1,19`,
    `G>S:GWSNAP;1,1783000000,398,1783000019,${KEY},0.0.1.1,19`,
    `DEBUG: Got m${KEY},0.0.1.1,19`,
    `DEBUG: ${KEY}`,
    `INFO: Got msg: MUP_,${KEY},0;15,1. RSSI = -72`,
    `WARN: ekey ${KEY}`,
    `DEBUG: Time=${KEY}`,
    `G>S:GMSG;2,GMSG,${KEY} `,
    `G>S:GMSG;2,GMSG,Set TX${KEY},0.0.1.1,19`,
    `G>S:GMSG;1,GMSG,BOOT v10. Flags: 1 ${KEY}`,
    `G>S:NOSNAP;2,4495,${KEY},0.0.1.1,19`,
    ` > EKEY=${KEY}`,
    `S>G:EKEY=${KEY}`,
    KEY,
  ])("does not come out of %j", (text) => {
    expect(leaks(JSON.stringify(decodeOne(text)))).toBe(false);
  });

  it("masks words of a log line that it does not know, and keeps the others", () => {
    expect(decodeOne(`DEBUG: Sending: ${KEY} to node 2`)).toMatchObject({ text: "Sending: … to node 2" });
  });

  it("stays inside under random, mutated and spliced lines, while every line is accounted for", () => {
    const seeds = [1, 2, 3];
    const measured: Measurement[] = seeds.map((seed) => fuzz(10_000, seed));
    expect(measured.map((one) => one.value)).toEqual(seeds.map(() => 10_000));
  });
});
