import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16, withChecksum } from "../../nodes/gateway/checksum.ts";
import { createDecoder, type Line } from "../../nodes/gateway/index.ts";
import { accountOf, decodeAll, decodeOne, frameOf } from "./support.ts";

const GRANTED = withChecksum("G>S:SCAP_ACK;11,7");
const MREB = "G>S:MREB;2,MREB,1783000002,0";
const NODE = "2,4495,695,680,367,1783000695,-2,30,1000,1783000617,18829392,0.00,1,100,-75";
const BOOT = "G>S:GMSG;1,GMSG,BOOT v11. Flags: 1 ";

/** What lines are, one after the other on the same cable: the kind, or why they were rejected. */
const kinds = (...lines: string[]) =>
  decodeAll(lines.map((line) => `${line}\r\n`).join("")).map((line) =>
    line.kind === "rejected" ? line.code : line.kind,
  );

describe("a checksum", () => {
  it("is CRC-16/CCITT-FALSE of all characters before it", () => {
    expect(crc16("123456789")).toBe(0x29b1);
    expect(crc16("")).toBe(0xffff);
    expect(withChecksum("123456789")).toBe("123456789*29B1");
  });

  it("is taken off a message that it fits, whether it was asked for or not", () => {
    expect(frameOf(withChecksum(MREB))).toEqual(frameOf(MREB));
    expect(frameOf(withChecksum("G>S:NOSNAP"))).toEqual({ kind: "NOSNAP_EMPTY" });
    expect(frameOf(GRANTED)).toEqual({ kind: "SCAP_ACK", version: 11, granted: 7 });
    expect(decodeOne(`\0${withChecksum(MREB)}`)).toMatchObject({ kind: "frame" });
  });

  it("that does not fit rejects the message, and says nothing more of it", () => {
    expect(decodeOne(`${MREB}*0000`)).toEqual({ kind: "rejected", code: "bad-checksum" });
    expect(decodeOne(withChecksum(MREB).replace("1783000002", "1783000003"))).toMatchObject({ code: "bad-checksum" });
  });

  it("counts for bytes from 0x80 up, which an old node's garbage may hold", () => {
    for (const byte of [0x80, 0x81, 0x9f, 0xa0, 0xff]) {
      const garbage = String.fromCharCode(byte);
      const bytes = Buffer.from(`G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 ${garbage}`, "latin1");
      let crc = 0xffff;
      for (const one of bytes) {
        crc ^= one << 8;
        for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
      }
      const digits = crc.toString(16).toUpperCase().padStart(4, "0");
      const line = Buffer.concat([bytes, Buffer.from(`*${digits}\r\n`)]);
      expect(decodeAll(line)).toMatchObject([{ kind: "frame", frame: { message: { boot: { version: 10 } } } }]);
    }
  });

  it("lets no message through that was changed anywhere", () => {
    const lines = [
      GRANTED,
      withChecksum(MREB),
      withChecksum(`G>S:NOSNAP;${NODE}`),
      withChecksum("G>S:RADIO;9,1,4,0,-70,00FF"),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.nat(), fc.integer({ min: 0x20, max: 0x7e }), (line, place, code) => {
        const at = place % line.length;
        const changed = line.slice(0, at) + String.fromCharCode(code) + line.slice(at + 1);
        const [, second] = decodeAll(`${GRANTED}\r\n${changed}\r\n`);
        if (changed !== line) expect(second?.kind).not.toBe("frame");
      }),
    );
  });
});

describe("once it was granted", () => {
  it("is required of every message, in the same chunk already", () => {
    expect(kinds(GRANTED, MREB, withChecksum(MREB))).toEqual(["frame", "no-checksum", "frame"]);
    expect(kinds(GRANTED, withChecksum(`G>S:NOSNAP;${NODE}`), `;${NODE}`)).toEqual(["frame", "frame", "no-checksum"]);
  });

  it("is not required of log lines, echoes and console replies", () => {
    expect(kinds(GRANTED, "INFO: Radio Init", "S>G:GGWSNAP", " > Time=1")).toEqual([
      ...["frame", "diagnostic", "echo", "console"],
    ]);
  });

  it.each([["G>S:GTIME"], [BOOT]])("ends with %j, which needs none: the gateway starts anew", (line) => {
    expect(kinds(GRANTED, line, MREB)).toEqual(["frame", "frame", "frame"]);
    expect(kinds(GRANTED, "G>S:GMSG;2,GMSG,BOOT v11. Flags: 1 ", withChecksum(MREB))).toEqual([
      "frame",
      "no-checksum",
      "frame",
    ]);
  });

  it("ends when the gateway grants less, or is given up", () => {
    expect(kinds(GRANTED, withChecksum("G>S:SCAP_ACK;11,6"), MREB)).toEqual(["frame", "frame", "frame"]);
    const decoder = createDecoder();
    decoder.feed(`${GRANTED}\r\n`);
    decoder.forget();
    expect(decoder.feed(`${MREB}\r\n`)).toMatchObject([{ kind: "frame" }]);
  });

  it("begins with a line that has one itself, or not at all", () => {
    expect(kinds("G>S:SCAP_ACK;11,7", MREB)).toEqual(["no-checksum", "frame"]);
    expect(kinds("G>S:SCAP_ACK;11,6", MREB)).toEqual(["frame", "frame"]);
  });

  it("leaves every line accounted for", () => {
    const lines: Line[] = decodeAll(
      [GRANTED, MREB, `${MREB}*0000`, withChecksum("G>S:MREB;2"), withChecksum(MREB), "", "G>S:GTIME", MREB]
        .map((line) => `${line}\r\n`)
        .join(""),
    );
    const { lines: count, kinds: byKind, rejections } = accountOf(lines);
    expect([count, byKind.frame, byKind.noise, byKind.rejected]).toEqual([8, 4, 1, 3]);
    expect(rejections).toEqual({ "no-checksum": 1, "bad-checksum": 1, "field-count": 1 });
  });
});
