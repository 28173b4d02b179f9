import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSplitter, MAX_LINE } from "../../nodes/gateway/index.ts";

const split = (...chunks: (string | Uint8Array)[]) => {
  const splitter = createLineSplitter();
  return chunks.flatMap((chunk) => splitter.feed(chunk));
};

/** Cuts `bytes` at the given places. */
const cutAt = (bytes: Uint8Array, places: readonly number[]) => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

const stream = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom("\r\n", "\n", "\r", "G>S:GTIME\r\n", "x".repeat(MAX_LINE), "y".repeat(700))
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

describe("the line splitter", () => {
  it("ends lines at CR LF and at a bare LF", () => {
    expect(split("one\r\ntwo\nthree")).toEqual(["one", "two"]);
  });

  it("waits for the newline across chunks, also between CR and LF", () => {
    expect(split("G>S:GT", "IME\r", "\nrest\n")).toEqual(["G>S:GTIME", "rest"]);
  });

  it("reports an over-long line once and finds the next newline", () => {
    expect(split("x".repeat(5000), "x".repeat(5000), "\nG>S:GTIME\r\n")).toEqual([null, "G>S:GTIME"]);
  });

  it("keeps a line of the greatest length and refuses one more character", () => {
    expect(split(`${"x".repeat(MAX_LINE)}\n`)).toEqual(["x".repeat(MAX_LINE)]);
    expect(split(`${"x".repeat(MAX_LINE + 1)}\n`)).toEqual([null]);
  });

  it("keeps bytes from 0x80 up apart from ASCII, one character each", () => {
    const [line] = split(Uint8Array.from([0x41, 0x80, 0xff, 0x00, 0x0a]));
    expect(line).toHaveLength(4);
    expect(line?.codePointAt(1)).toBeGreaterThan(0x7e);
    expect(line?.codePointAt(2)).toBe(0xff);
  });

  it("gives the same lines however the bytes are cut", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
        const whole = split(bytes);
        expect(split(...cutAt(bytes, places))).toEqual(whole);
        expect(split(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
    );
  });
});
