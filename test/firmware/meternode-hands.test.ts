import { describe, expect, it } from "vitest";
import { type MeterNodeBench, meterNodeBench } from "./meternode-bench.ts";

/** When the LED was lit in the next seconds: [from, to] in s. */
function flashes({ world, node }: MeterNodeBench, forS: number): number[] {
  const lengths: number[] = [];
  let since = node.led ? world.now : 0;
  const end = world.now + forS * 1e6;
  while (world.now < end) {
    world.run(0.005);
    if (node.led && since === 0) since = world.now;
    if (!node.led && since > 0) {
      lengths.push((world.now - since) / 1e6);
      since = 0;
    }
  }
  return lengths;
}

describe("LED and button of a node", () => {
  it("repeats each n-th flash, no longer than the meter's and the setting", () => {
    const bench = meterNodeBench({ seed: 31 });
    bench.world.run(5);
    bench.ask("ledr=3");
    bench.ask("ledt=0");
    bench.node.pulses(() => 1, 200);
    bench.world.run(80);
    const whole = flashes(bench, 12);
    expect(whole).toHaveLength(4);
    for (const length of whole) expect(length).toBeCloseTo(0.2, 1);
    bench.world.run(0.5); // not while an edge wakes it
    expect(bench.ask("ledt=50")).toContain(" > LED Pulse(ms)=50");
    bench.world.run(80);
    for (const length of flashes(bench, 12)) expect(length).toBeLessThan(0.1);
  });

  it("follows the meter for a minute after a long press, and is as before then", () => {
    const bench = meterNodeBench({ seed: 32 });
    bench.node.pulses(() => 1, 100);
    bench.world.run(60);
    expect(flashes(bench, 5)).toHaveLength(0);
    bench.node.press(3.5);
    bench.world.run(5);
    expect(flashes(bench, 10)).toHaveLength(10);
    bench.world.run(60);
    expect(flashes(bench, 5)).toHaveLength(0);
  });

  it("reports at once when pressed: three short flashes if it was heard, a long one if not", () => {
    const heard = meterNodeBench({ seed: 33, gateway: true });
    heard.world.run(100);
    const before = heard.sent("GINR").length;
    heard.node.press(0.4);
    expect(flashes(heard, 6)).toHaveLength(3);
    expect(heard.sent("GINR").length).toBe(before + 1);
    const alone = meterNodeBench({ seed: 34 });
    alone.world.run(100);
    alone.node.press(0.4);
    const [long, ...more] = flashes(alone, 12);
    expect(long).toBeGreaterThan(1);
    expect(more).toHaveLength(0);
  });
});

describe("what a node measures", () => {
  it("tells the current of its transformer, right at 22 Ω, and its battery", () => {
    const { world, node, ask, gateway } = meterNodeBench({ seed: 35, gateway: true, batteryMv: 4200 });
    world.run(10);
    node.ct(12.5);
    expect(ask("ctcl=1")).toContain(" > CT=Y");
    world.run(700);
    const current = /MUPC;2,MUPC,\d+,\d+;\d+,\d+,([\d.]+)/.exec(
      gateway?.lines.filter((line) => line.includes("MUPC;2")).at(-1) ?? "",
    );
    expect(Number(current?.[1])).toBeCloseTo(12.5, 0);
    const battery = /GINR,(\d+)/.exec(gateway?.lines.filter((line) => line.includes("GINR,")).at(-1) ?? "");
    expect(Math.abs(Number(battery?.[1]) - 4200)).toBeLessThan(60);
  });
});
