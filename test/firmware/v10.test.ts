import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EPOCH, house, text } from "./v10/bench.ts";
import { cNumber, cString, padded } from "./v10/texts.ts";
import { V10Node } from "./v10/v10-node.ts";

describe("texts as v10 writes and reads them", () => {
  test("60 bytes, zeros behind the text; read up to the first zero", () => {
    expect(padded("MNOI,-72")).toHaveLength(60);
    expect(cString(padded("MNOI,-72"))).toBe("MNOI,-72");
    expect(cString(text("PREQ,5\0\xb1secret"))).toBe("PREQ,5");
    expect(padded("x".repeat(80))[59]).toBe(0);
  });

  test("numbers have the base of their prefix", () => {
    expect(["12", "012", "0x1F", "-7", " 9x", "x", ""].map(cNumber)).toEqual([12, 10, 31, -7, 9, null, null]);
  });
});

describe("a node and its gateway", () => {
  test("boot as in the captured bench run, line by line", () => {
    const { until, node, lines, gateway, queue } = house();
    const times: number[] = [];
    gateway.onLine = () => times.push(queue.now / 1e6);
    until(7.575);
    node({ intervalS: 15 });
    until(13.7);
    node({ id: 3, intervalS: 30 });
    until(60);
    const bench = readFileSync(new URL("../data/bench-run-1.jsonl", import.meta.url), "utf8")
      .trim()
      .split("\n");
    const captured = bench.map((line) => JSON.parse(line) as { t: number; line: string });
    const from = captured.findIndex(({ line }) => line.includes("PREQ,0"));
    const expected = captured.slice(from, from + 16);
    expect(lines()).toEqual(expected.map(({ line }) => line));
    for (const [index, { t }] of expected.entries()) expect(Math.abs((times[index] ?? 0) - t)).toBeLessThan(1.4);
  });

  test("every line has the shape of a captured one", () => {
    const { until, run, server, node, lines, gateway } = house();
    const [two, three] = [node({ intervalS: 60 }), node({ id: 3, intervalS: 20, amps: () => 15.8 })];
    two.pulses(() => 900);
    three.pulses(() => 900);
    until(700);
    server("GNOSNAP;254", "GGWSNAP", "SMVAL;2,18829393", "SMINT;2 30", "SPLED;2,1,100", "SGITR;2,20,600", "GNOSNAP;9");
    server("SMVAL;7,1", "SPLED;3,255,100", "SMINT;9 30", "SGITR;2,5,5", "STIME;0");
    run(800);
    three.stop();
    run(700);
    // Digits, and the number of entries, vary; all else is exactly the devices'.
    const shape = (line: string) =>
      line
        .replace(/-?\d+/g, "9")
        .replace(/(;9,9(,9\.9)?)+/g, ";$2")
        .trim();
    const data = ["gateway-serial-lines.txt", "bench-run-1.jsonl"].map((name) =>
      readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8"),
    );
    const captured = [
      ...(data[0] ?? "").split("\n"),
      ...(data[1] ?? "")
        .trim()
        .split("\n")
        .map((l) => JSON.parse(l).line),
    ];
    const known = new Set(captured.map(shape));
    const ours = [...gateway.lines, ...lines()].filter((line) => /^(G>S:|;)/.test(line));
    expect(ours.filter((line) => !known.has(shape(line)))).toEqual([]);
    for (const kind of [
      "MUP_",
      "MUPC",
      "MREB",
      "GMSG",
      "NOSNAP",
      "GWSNAP",
      "NDARK",
      "SMVAL_ACK",
      "SMINT_NACK",
      "STIME_NACK",
    ]) {
      expect(ours.some((line) => line.startsWith(`G>S:${kind}`))).toBe(true);
    }
  });

  test("instructions are delivered one per poll, in the order GITR, SMVAL, SMINT, SPLED", () => {
    const { until, run, server, node, lines } = house();
    const two = node();
    two.pulses(() => 3600);
    until(60);
    server("SPLED;2,3,50", "SMINT;2 30", "SMVAL;2,18829393", "SGITR;2,20,600");
    run(800);
    expect(two.replies.map((reply) => reply.slice(0, 4))).toEqual(
      expect.arrayContaining(["PRSP", "GITR", "MVAI", "MINI", "MPLI", "MNOI"]),
    );
    const instructions = two.replies.filter((reply) => /^(GITR|M.*I)/.test(reply) && !reply.startsWith("MNOI"));
    expect(instructions).toEqual(["GITR,20,600,-72", "MVAI,18829393,-72", "MINI,30,-72", "MPLI,3,50,-72"]);
    expect([two.meter.intervalS, two.led]).toEqual([30, { rate: 3, ms: 50 }]);
    expect(lines().some((line) => /^G>S:MREB;2,MREB,\d+,18829392$/.test(line))).toBe(true);
  });

  test("law: whatever the chance of the radio, registers in updates never fall and never exceed what the meter counted", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.5, noNaN: true }), fc.integer({ min: 100, max: 5000 }), (loss, watts) => {
        const { ether, until, node, lines } = house();
        ether.loss = loss;
        const two = node({ intervalS: 30 });
        two.pulses(() => watts);
        until(900);
        const bases = lines()
          .map((line) => /^G>S:MUP_;2,MUP_,\d+,(\d+)/.exec(line)?.[1])
          .filter((base) => base !== undefined)
          .map(Number);
        expect(bases).toEqual([...bases].sort((a, b) => a - b));
        expect(bases.at(-1) ?? 0).toBeLessThanOrEqual(two.meter.registerWh);
      }),
      { numRuns: 20 },
    );
  });

  test("a frame weighs 125 ms, its acknowledgement 45; four tries 500…1000 ms apart, then it is given up", () => {
    const { ether, run, node } = house();
    ether.drop = (_, to) => to === "v10 gateway";
    node();
    run(10);
    const tries = ether.log.filter(({ from, bytes }) => from === "v10 node 2" && bytes[3] === 1);
    expect(tries).toHaveLength(4);
    for (const [index, { startUs, endUs }] of tries.entries()) {
      expect((endUs - startUs) / 1000).toBeCloseTo(125, 0);
      const pause = (startUs - (tries[index - 1]?.endUs ?? startUs - 750_000)) / 1000;
      expect(pause).toBeGreaterThanOrEqual(500);
      expect(pause).toBeLessThan(1010);
    }
  });

  test("setting the clock hides a node that is silent: no NDARK", () => {
    const dark = (set: boolean) => {
      const { until, server, node, lines } = house();
      node();
      until(300);
      if (set) server(`STIME;${EPOCH + 300}`);
      until(1300);
      return lines().filter((line) => line.startsWith("G>S:NDARK"));
    };
    expect(dark(false)).toHaveLength(1);
    expect(dark(true)).toEqual([]);
  });

  test("too loud at the gateway, a node steps its power down by 1 dB a minute and says so", () => {
    const { until, ether, server, node, lines } = house();
    ether.setPathLossDb("v10 node 2", "v10 gateway", 60);
    const two = node();
    two.pulses(() => 3600);
    until(30);
    server("SGITR;2,20,600");
    until(1200);
    expect(lines().filter((line) => line.startsWith("G>S:GMSG;2,GMSG,Set"))[0]).toBe("G>S:GMSG;2,GMSG,Set TXPow= 12 ");
    expect(two.radio.txDbm).toBeLessThan(12);
  });
});

test("two radios driven by registers exchange 50 frames with acknowledgement, and a frame lost on the way comes again", () => {
  const { queue, ether, gateway, lines } = house();
  const nodes = [2, 3].map((id) => new V10Node(queue, ether, { id, intervalS: 20, txDbm: 10 }));
  nodes[0]?.pulses(() => 4000);
  nodes[1]?.pulses(() => 3000);
  ether.loss = 0.2;
  queue.runUntil(1200e6);
  const updates = lines().filter((line) => line.startsWith("G>S:MUP_"));
  const sent = ether.log.filter(({ from, bytes }) => from !== gateway.radio.chip.name && (bytes[4] ?? 0) < 0x80);
  expect(updates.length).toBeGreaterThan(20);
  expect(sent.length).toBeGreaterThan(50);
  expect(new Set(sent.map(({ from, bytes }) => `${from} ${bytes[3]}`)).size).toBeLessThan(sent.length);
});
