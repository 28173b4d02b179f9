import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../nodes/gateway/index.ts";
import { epochSeconds } from "../../nodes/model/index.ts";
import { flat, START, settings, world } from "./simulator-world.ts";

const DAY_S = 86_400;
const household = (node: number, watts = 200) => ({ ...flat(node, watts), profile: "household" as const });

describe("the simulated gateway", () => {
  it("speaks so that every message decodes", () => {
    const { run, rejected, of } = world(settings({ meters: [household(2), flat(3, 3000, { current: true })] }));
    run(DAY_S);
    expect(rejected).toEqual([]);
    expect(of("MUP_").length).toBeGreaterThan(1400);
    expect(of("MUPC").length).toBeGreaterThan(2800);
  });

  it("sends the same bytes for the same seed, and others for another", () => {
    const say = (seed: number) => {
      const one = world(settings({ seed, lossShare: 0.2, duplicateShare: 0.1, spliceShare: 0.1 }));
      one.run(7200);
      return one.bytes();
    };
    expect(say(1)).toBe(say(1));
    expect(say(1)).not.toBe(say(2));
  });

  it("goes on with the same bytes from a state that was written as JSON", () => {
    const given = settings({ meters: [household(2), flat(3, 900)], lossShare: 0.1, duplicateShare: 0.1 });
    const whole = world(given);
    whole.run(9000);
    const first = world(given);
    first.run(4321);
    const second = JSON.parse(JSON.stringify(first.state)) as simulator.SimulatorState;
    const rest = new TextDecoder().decode(simulator.advance(second, epochSeconds(START + 9000)));
    expect(first.bytes() + rest).toBe(whole.bytes());
  });

  it("sends the same bytes in whatever steps time passes", () => {
    const inSteps = (stepS: number) => {
      const one = world(settings({ meters: [household(2), flat(3, 900)], lossShare: 0.2, duplicateShare: 0.2 }));
      one.run(600, stepS);
      simulator.command(one.state, "ev", 6);
      one.run(6000, stepS);
      return one.bytes();
    };
    const whole = inSteps(6000);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (stepS) => inSteps(stepS) === whole),
      { numRuns: 15 },
    );
  });

  it("lets the register follow the pulses to the watt-hour", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.constantFrom(100, 640, 800, 1000, 1600, 10_000),
        fc.integer({ min: 1, max: 254 }),
        (watts, impulsesPerKwh, intervalS) => {
          const one = world(settings({ meters: [flat(2, watts, { impulsesPerKwh, intervalS })] }));
          one.run(4000);
          const { joules, pulses } = one.truth(2);
          expect(joules).toBe(watts * 4000);
          expect(pulses).toBe(Math.floor((watts * 4000 * impulsesPerKwh) / 3_600_000));
          const updates = one.of("MUP_");
          let register = 0;
          let time = updates[0]?.baseTime ?? 0;
          for (const update of updates) {
            expect(update.baseRegister).toBe(register);
            expect(update.baseTime).toBe(time);
            for (const entry of update.entries) {
              register += entry.energy;
              time += entry.duration;
            }
          }
          expect(one.truth(2).shownWh).toBe(register);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("starts counting where MREB says, and aligns its intervals to the minute", () => {
    const one = world(settings({ meters: [flat(2, 600)] }));
    one.run(400);
    const [rebase] = one.of("MREB");
    const [first, second] = one.of("MUP_");
    // ⚠ As with the real node: the first update's base time is the second before the one that MREB names.
    expect(first?.baseTime).toBe((rebase?.time ?? 0) - 1);
    expect(((second?.baseTime ?? 0) + 1) % 15).toBe(0);
  });

  it("sends what it has after 300 s when intervals are long", () => {
    const one = world(settings({ meters: [flat(2, 600, { intervalS: 120 })] }));
    one.run(3600);
    expect(one.of("MUP_").every((update) => update.entries.length <= 4)).toBe(true);
    expect(one.of("MUP_").length).toBeGreaterThanOrEqual(11);
  });

  it("knows nothing of a node until its first GINR", () => {
    const one = world(settings({ meters: [flat(2, 600)] }));
    one.run(300);
    one.send("S>G:GNOSNAP;2");
    one.run(400);
    one.send("S>G:GNOSNAP;254");
    const [before, after] = one.facts.filter((fact) => fact.kind === "snapshot");
    expect(before).not.toHaveProperty("battery");
    expect(after).toMatchObject({ battery: 4495, interval: 15, impulsesPerKwh: 1000 });
  });

  it("keeps its own time while it plays the past, whatever STIME says, and obeys afterwards", () => {
    const one = world(settings(), { playsPast: true, answersTime: false });
    one.run(60);
    expect(one.send(`S>G:STIME;${START + 5 * DAY_S}`)).toContain("G>S:STIME_ACK");
    one.run(3600);
    const latest = Math.max(...one.of("MUP_").map((update) => update.baseTime));
    expect(latest).toBeLessThan(START + 3700);
    expect(one.of("MREB").map((rebase) => rebase.time)).toEqual([START + 5, START + 11]);
    simulator.holdClock(one.state, false);
    one.send(`S>G:STIME;${START + 5 * DAY_S}`);
    one.send("S>G:GGWSNAP");
    expect(one.of("GWSNAP").at(-1)?.clock).toBe(START + 5 * DAY_S);
  });

  it("believes it is 2017 until it is told the time", () => {
    const one = world(settings({ meters: [flat(2, 600)] }), { answersTime: false });
    one.run(200);
    expect(one.of("MREB")[0]?.time).toBeLessThan(1_500_000_000);
    one.send(`S>G:STIME;${one.state.now}`);
    one.run(1000);
    expect(one.of("MREB").at(-1)?.time).toBeGreaterThan(START);
  });
});
