import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuzzedLine, random } from "../../bench/decode-fuzz.ts";
import { toFact } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, type Fact } from "../../nodes/model/index.ts";
import { expectedEnergy } from "../support/capture.ts";
import { accountOf, CAPTURE, decodeAll, NOW, SERIAL_LINES } from "./support.ts";

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

function facts(bytes: Uint8Array): Fact[] {
  return decodeAll(bytes).flatMap((line) => {
    const fact =
      line.kind === "frame" || line.kind === "continuation" ? toFact(line.frame, DEFAULT_NETWORK, NOW) : undefined;
    return fact === undefined ? [] : [fact];
  });
}

describe("real captures", () => {
  it("decode without a rejection: one serial line of every kind", () => {
    // Its heading is left out; the blank at its end is the one noise.
    const accounts = accountOf(decodeAll(SERIAL_LINES.subarray(SERIAL_LINES.indexOf("\n") + 1)));
    expect(accounts).toEqual({
      lines: 42,
      kinds: { frame: 39, continuation: 2, diagnostic: 0, echo: 0, console: 0, noise: 1, rejected: 0 },
      rejections: {},
    });
  });

  it("decode without a rejection: an hour of a v10 gateway", () => {
    expect(accountOf(decodeAll(CAPTURE))).toEqual({
      lines: 312,
      kinds: { frame: 110, continuation: 4, diagnostic: 172, echo: 15, console: 0, noise: 11, rejected: 0 },
      rejections: {},
    });
  });

  it.each([
    ["every kind", SERIAL_LINES],
    ["an hour", CAPTURE],
  ])("give the same lines byte by byte and in random pieces: %s", (_name, bytes) => {
    const whole = decodeAll(bytes);
    expect(decodeAll(...bytewise(bytes))).toEqual(whole);
    expect(decodeAll(bytes.toString("latin1"))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 40 }), (places) => {
        const at = [0, ...places.sort((a, b) => a - b), bytes.length];
        expect(decodeAll(...at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it("tell the same energy as an independent reading of the bytes", () => {
    for (const [node, expected] of expectedEnergy(CAPTURE)) {
      const updates = facts(CAPTURE).filter((fact) => fact.kind === "update" && fact.meter === `0.0.1.1.${node}`);
      expect(updates).toHaveLength(expected.updates);
      const last = updates.at(-1);
      const register =
        last?.kind === "update"
          ? last.entries.reduce((sum, entry) => sum + entry.energy, last.baseRegister as number)
          : 0;
      expect(register).toBe(expected.register);
    }
  });
});

describe("any stream", () => {
  it("is the same in any cutting, and every line of it is accounted for", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat({ max: 4000 }), { maxLength: 12 }), (seed, places) => {
        const next = random(seed);
        const bytes = Buffer.from(Array.from({ length: 40 }, () => `${fuzzedLine(next)}\r\n`).join(""), "latin1");
        const at = [0, ...places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b), bytes.length];
        const whole = decodeAll(bytes);
        expect(decodeAll(...at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(whole);
        const accounts = accountOf(whole);
        const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
        expect(accounts.lines).toBe(40);
        expect(sum(accounts.kinds)).toBe(40);
        expect(sum(accounts.rejections)).toBe(accounts.kinds.rejected);
      }),
    );
  });
});
