import { expect, test } from "vitest";
import { crowd, gatewayBench } from "./gateway-bench.ts";

const FREE_BYTES = 500;

test("sixteen nodes have room, a seventeenth is refused and named once, and 500 bytes stay free", () => {
  const bench = gatewayBench({ seed: 6 });
  const send = crowd(bench);
  for (let node = 2; node < 18; node += 1) {
    expect(send(node, `MUPC,1783000005,${node};10,2,15.80;3,1,10.5`)).toHaveLength(1);
    // Nobody acknowledges the answer: it is tried again.
    expect(send(node, "GINR,4495,606,587,367,-66,0,100,15,1000", 3)).not.toEqual([]);
  }
  expect(send(18, "MREB,1783000005,0")).toEqual([]);
  expect(send(18, "MREB,1783000005,0")).toEqual([]);
  const refusals = () => bench.gateway.uart.lines.filter(({ line }) => /Can't add node 18/.test(line));
  expect(refusals()).toHaveLength(1);
  // The snapshot of all is the longest text there is; nodes are heard meanwhile.
  bench.type("S>G:GNOSNAP;254\r", 0.05);
  expect(send(5, "MREB,1783000007,77")).toHaveLength(1);
  bench.world.run(1);
  const shown = bench.gateway.uart.lines.filter(({ line }) => /^(G>S:NOSNAP)?;\d+,4495,/.test(line));
  expect(shown).toHaveLength(16);
  for (const line of ["help", "dumpg", "dumpn", "txpw=10", "S>G:SCAP;6", "S>G:GNOSNAP;254"]) bench.lines(line, 2);
  for (const line of ["SMVAL;2,5", "SGITR;2,10,600", "SPLED;2,1,1", "SRAD;77,0,A5A5A5"]) bench.lines(`S>G:${line}`, 2);
  expect(send(2, "GINR,4495,606,587,367,-66,0,100,15,1000", 3)).not.toEqual([]);
  expect(bench.rejected()).toEqual([]);
  const free = bench.lines("dumpg", 1).find((line) => line.startsWith(" > Free RAM"));
  expect(Number(free?.split("=")[1])).toBeGreaterThanOrEqual(FREE_BYTES);
});

test("a gateway without a radio still speaks with the server", () => {
  const bench = gatewayBench({ seed: 7 });
  bench.gateway.radio.powerFail();
  bench.world.run(130);
  expect(bench.lines("S>G:GGWSNAP").at(-1)).toMatch(/^G>S:GWSNAP;1,/);
  bench.lines("S>G:SCAP;4");
  bench.lines("S>G:SRAD;77,1,00", 10);
  expect(bench.gateway.uart.lines.map(({ line }) => line)).toContain("G>S:SRAD_NACK;77");
  bench.gateway.radio.reset();
  bench.world.run(130);
  expect(crowd(bench)(2, "MREB,1783000005,0")).toHaveLength(1);
  expect(bench.gateway.resets).toHaveLength(1);
});
