import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crowd, gatewayBench } from "./gateway-bench.ts";
import { V10Node } from "./v10/v10-node.ts";

/** Digits, and the number of entries, vary; all else is exactly the device's. */
const shape = (line: string) =>
  line
    .replace(/v1[01]/, "v")
    .replace(/ R_FLG .*/, " ")
    .replace(/CHANGE_ME_PLEASE|\*{16}/, "KEY")
    .replace(/-?\d+/g, "9")
    .replace(/(;9,9(,9\.9)?)+$/, ";$2")
    .trimEnd();

describe("our gateway where one of v10 was", () => {
  test("says to the server what a v10 gateway says, as it says it", () => {
    const bench = gatewayBench({ seed: 1 });
    const { world, lines } = bench;
    const nodes = [
      new V10Node(world.scheduler, world.ether, { id: 2 }),
      new V10Node(world.scheduler, world.ether, { id: 3, intervalS: 20, amps: () => 10.05, name: "three" }),
    ];
    for (const node of nodes) node.pulses(() => 900);
    world.run(700);
    for (const command of [
      "GNOSNAP;254",
      "GGWSNAP",
      "SMVAL;2,18829393",
      "SMINT;2 30",
      "SPLED;2,1,100",
      "SGITR;2,20,600",
    ])
      lines(`S>G:${command}`);
    for (const command of ["GNOSNAP;9", "SMVAL;7,1", "SPLED;3,255,100", "SMINT;9 30", "SGITR;2,5,5", "STIME;0"])
      lines(`S>G:${command}`);
    world.run(800);
    nodes[1]?.stop();
    world.run(700);
    const known = new Set(
      readFileSync(new URL("../data/gateway-serial-lines.txt", import.meta.url), "utf8")
        .split("\n")
        .map(shape),
    );
    // The capture holds no refusal of these.
    for (const refused of ["SMVAL", "SPLED", "SMINT", "SGITR"]) known.add(`G>S:${refused}_NACK;9`);
    const told = bench.gateway.uart.lines.map(({ line }) => line).filter((line) => /^(G>S:|;)/.test(line));
    expect(told.map(shape).filter((line) => !known.has(line))).toEqual([]);
    expect(bench.rejected()).toEqual([]);
    expect(bench.frames("MUPC").at(-1)?.entries[0]?.amps).toBe(10.05);
    expect(bench.frames("NDARK").map(({ node }) => node)).toEqual([3]);
    expect(nodes[0]?.led).toEqual({ rate: 1, ms: 100 });
    expect(nodes[0]?.meter.intervalS).toBe(30);
  });

  test("hears and acknowledges while somebody types, and after a stray byte", () => {
    const bench = gatewayBench({ seed: 2 });
    const send = crowd(bench);
    bench.type("\xff\0x");
    expect(send(2, "MREB,1783000005,0")).toHaveLength(1);
    bench.type("S>G:STI");
    expect(send(2, "MREB,1783000006,0")).toHaveLength(1);
    bench.type("\r");
    expect(bench.frames("MREB")).toHaveLength(2);
    expect(bench.rejected()).toEqual([]);
    expect(bench.lines("S>G:GGWSNAP").at(-1)).toMatch(/^G>S:GWSNAP;1,/);
  });

  test("keeps an instruction until the node has it", () => {
    const bench = gatewayBench({ seed: 3 });
    const { world } = bench;
    const node = new V10Node(world.scheduler, world.ether, { id: 2 });
    node.pulses(() => 900);
    world.run(300);
    // The comma made v10 set 0.
    expect(bench.lines("S>G:SMINT;2,30")).toContain("G>S:SMINT_ACK;2");
    world.ether.drop = ({ bytes }) => Buffer.from(bytes.slice(5, 9)).toString() === "MINI";
    world.run(700);
    expect(node.meter.intervalS).toBe(60);
    world.ether.drop = null;
    world.run(700);
    expect(node.meter.intervalS).toBe(30);
    expect(
      world.ether.log.filter(({ bytes }) => Buffer.from(bytes.slice(5, 9)).toString() === "MINI").length,
    ).toBeLessThan(4);
  });

  test("tells of a dead node, however often the clock is set", () => {
    const bench = gatewayBench({ seed: 4 });
    crowd(bench)(2, "MREB,1783000005,0");
    for (let minutes = 0; minutes < 11; minutes += 1) {
      bench.setTime();
      bench.world.run(60);
    }
    const [dark, ...more] = bench.frames("NDARK");
    expect(dark?.node).toBe(2);
    expect(Math.abs((dark?.lastSeen ?? 0) - 1_783_000_003)).toBeLessThan(3);
    expect(more).toEqual([]);
  });

  test("never says the key", () => {
    const bench = gatewayBench({ seed: 5 });
    for (const line of [
      "dumpg",
      "S>G:GGWSNAP",
      "ekey",
      "ekey=Sixteen letters!",
      "ekey",
      "dumpg",
      "S>G:GGWSNAP",
      "ekey=short",
    ])
      bench.lines(line);
    bench.type("EKEY=0123456789");
    bench.world.run(1);
    bench.type("abcdef\r");
    for (const secret of ["CHANGE_ME", "Sixteen", "letters", "short", "0123456", "abcdef"]) {
      expect(bench.bytes()).not.toContain(secret);
    }
    expect(bench.frames("GWSNAP")).toHaveLength(2);
  });
});
