import { expect, test } from "vitest";
import { FLASH_BYTES, parseHex } from "./simulator/chip/hex.ts";

function flash(...lines: string[]): Uint8Array {
  const bytes = new Uint8Array(FLASH_BYTES).fill(0xff);
  parseHex(lines.join("\r\n"), bytes);
  return bytes;
}

const END = ":00000001FF";

test("data goes where its record and the segment say; the rest stays erased", () => {
  const bytes = flash(":03001000010203E7", ":020000020400F8", ":01000000AA55", END, "not looked at");
  expect([...bytes.subarray(0x0f, 0x14)]).toEqual([0xff, 1, 2, 3, 0xff]);
  expect([...bytes.subarray(0x3fff, 0x4002)]).toEqual([0xff, 0xaa, 0xff]);
});

test.each([
  ["a wrong checksum", [":03001000010203E8", END]],
  ["a cut line", [":03001000010203", END]],
  ["no end", [":03001000010203E7"]],
  ["text", ["hello", END]],
  ["an unknown record", [":00000009F7", END]],
])("%s is refused", (_what, lines) => {
  expect(() => flash(...lines)).toThrow();
});
