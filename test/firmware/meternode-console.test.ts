import { describe, expect, it } from "vitest";
import { meterNodeBench } from "./meternode-bench.ts";

describe("the console of a node", () => {
  it.each([
    ["ledr=255", "ledr", "LED=1:0"],
    ["ledt=3001", "ledt", "LED Pulse(ms)=100"],
    ["mtri=0", "mtri", "Mtr Intvl=60"],
    ["mtri=255", "mtri", "Mtr Intvl=60"],
    ["mtrr=0", "mtrr", "Imp/kWh=1000"],
    ["mtrv=3000000000", "mtrv", "Mtr Val=0"],
    ["noid=1", "noid", "NoId=2"],
    ["ekey=too short", "ekey", "Key=(set)"],
  ])("refuses %s and keeps everything", (typed, name, kept) => {
    const { world, ask } = meterNodeBench({ seed: 1 });
    world.run(3);
    expect(ask(typed)[0]).toContain("Bad");
    expect(ask(name)).toContain(` > ${kept}`);
    expect(ask("neti")).toContain(" > Net Id=0.0.1.1");
  });

  it("takes a network that ends in zeros, the value that wiped a v10 node, and keeps it over a reset", () => {
    const { world, node, ask } = meterNodeBench({ seed: 2 });
    world.run(3);
    ask("mtrr=3200", 2);
    expect(ask("neti=7.7.0.0", 2)).toContain(" > Net Id=7.7.0.0");
    node.power(false);
    world.run(1);
    node.power(true);
    world.run(3);
    expect(ask("neti")).toContain(" > Net Id=7.7.0.0");
    expect(ask("mtrr")).toContain(" > Imp/kWh=3200");
  });

  it("sets the register to the Wh, also above 2^24, and counts on from there", () => {
    const { world, node, ask, registerWh } = meterNodeBench({ seed: 3 });
    world.run(3);
    ask("mtrv=18829393");
    node.pulses(() => 2);
    world.run(30.1);
    node.stopPulses();
    world.run(1);
    expect(registerWh()).toBe(18_829_393 + node.pulsesGiven);
    ask("mtrr=500");
    expect(registerWh()).toBe(18_829_393 + node.pulsesGiven);
  });

  it("is neither deaf nor in the way after stray bytes, half lines and lines without end", () => {
    const { world, node, ask, gateway, sent, registerWh } = meterNodeBench({ seed: 4, gateway: true });
    node.pulses(() => 1);
    world.run(20);
    for (const noise of ["\x00", "x", "mtri=", "\xff\xfe\x80", "ekey=".repeat(40)]) {
      node.uart.type(noise);
      world.run(30);
    }
    world.run(400);
    node.stopPulses();
    world.run(1);
    expect(sent("MUP_").length).toBeGreaterThan(0);
    expect(gateway?.lines.some((line) => line.startsWith("G>S:MUP_;2,"))).toBe(true);
    expect(registerWh()).toBe(node.pulsesGiven);
    expect(ask("mtri")).toContain(" > Mtr Intvl=60");
  });

  it("does not use, nor echo, a line whose beginning was slept through", () => {
    const { world, node, ask } = meterNodeBench({ seed: 5 });
    world.run(100);
    const before = node.uart.lines.length;
    node.uart.type("ekey=Sixteen letters! and more of it to be heard\r");
    world.run(2);
    const heard = node.uart.lines.slice(before).map(({ line }) => line);
    expect(heard.filter((line) => line !== " > Bad Line" && line !== "")).toEqual([]);
    expect(ask("noid")).toContain(" > NoId=2");
  });
});
