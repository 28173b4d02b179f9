import { describe, expect, it } from "vitest";
import * as session from "./crypto/session.ts";
import told from "./vectors/session.json" with { type: "json" };

/** What the C sources say of the wire (firmware/host/test_vectors.c keeps the file true), and a second implementation of it. */
const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const shown = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

const pair: session.Session = {
  key: session.tagKey(told.key),
  node: told.node,
  gateway: told.gateway,
  nodeNonce: hex(told.nodeNonce),
  gatewayNonce: hex(told.gatewayNonce),
};

describe("the sources' examples", () => {
  it("begin a session as the page says", () => {
    expect(shown(pair.key)).toBe(told.tagKey);
    expect(shown(session.sealRequest(pair, told.request.text, told.request.counter))).toBe(told.request.payload);
    expect(shown(session.sealAnswer(pair, told.answer.text, told.answer.counter))).toBe(told.answer.payload);
  });

  it.each(told.frames)("seal $direction frame $kind with counter $counter, and its acknowledgement", (frame) => {
    const direction = frame.direction === "up" ? "up" : "down";
    const sealed = session.seal(pair, direction, frame.kind, frame.counter, hex(frame.body));
    expect(shown(sealed)).toBe(frame.frame);
    expect(shown(session.sealAck(pair, direction, sealed, frame.ackRssi, frame.ackFlags))).toBe(frame.ack);
  });

  it.each(told.lines)("end %j in its checksum", (line) => {
    const [, text = "", sum = ""] = /^(.*)\*([0-9A-F]{4})\r\n$/.exec(line) ?? [];
    expect(crc16(session.latin1(text))).toBe(Number.parseInt(sum, 16));
  });
});

/** CRC-16/CCITT-FALSE, bit by bit. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (out === 1 ? 0x1021 : 0);
    }
  }
  return crc;
}
