import { describe, expect, it } from "vitest";
import { aesCmac } from "./crypto/cmac.ts";
import * as session from "./crypto/session.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const shown = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** RFC 4493, section 4. */
const RFC_KEY = hex("2b7e151628aed2a6abf7158809cf4f3c");
const RFC_TEXT = hex(
  "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710",
);

describe("AES-CMAC", () => {
  it.each([
    [0, "bb1d6929e95937287fa37d129b756746"],
    [16, "070a16b46b4d4144f79bdd9dd04a287c"],
    [40, "dfa66747de9ae63030ca32611497c827"],
    [64, "51f0bebf7e3b9d92fc49741779363cfe"],
  ])("gives what RFC 4493 says of %i bytes", (length, mac) => {
    expect(shown(aesCmac(RFC_KEY, RFC_TEXT.subarray(0, length)))).toBe(mac);
  });
});

describe("sealed frames", () => {
  const one: session.Session = {
    key: session.tagKey("CHANGE_ME_PLEASE"),
    ...{ node: 2, gateway: 1, nodeNonce: hex("01020304"), gatewayNonce: hex("a1a2a3a4") },
  };
  const frame = session.seal(one, "up", 0x81, 7, hex("00112233"));

  it("have the shape of the page: kind, counter, body, four bytes of tag", () => {
    expect(shown(frame.subarray(0, 8))).toBe("8107000000112233");
    expect(frame).toHaveLength(12);
    expect(session.readCounter(frame)).toBe(7);
  });

  it("depend on every byte, on who speaks to whom, on the direction and on both nonces", () => {
    const tags = [
      session.seal(one, "down", 0x81, 7, hex("00112233")),
      session.seal(one, "up", 0x82, 7, hex("00112233")),
      session.seal(one, "up", 0x81, 8, hex("00112233")),
      session.seal(one, "up", 0x81, 7, hex("00112234")),
      session.seal({ ...one, node: 3 }, "up", 0x81, 7, hex("00112233")),
      session.seal({ ...one, gateway: 4 }, "up", 0x81, 7, hex("00112233")),
      session.seal({ ...one, nodeNonce: hex("01020305") }, "up", 0x81, 7, hex("00112233")),
      session.seal({ ...one, gatewayNonce: hex("a1a2a3a5") }, "up", 0x81, 7, hex("00112233")),
      frame,
    ].map((sealed) => shown(sealed.subarray(-4)));
    expect(new Set(tags).size).toBe(tags.length);
  });

  it("are found again behind PREQ and PRSP", () => {
    const request = session.sealRequest(one, "PREQ,1783000000", 9);
    expect(request).toHaveLength("PREQ,1783000000".length + 1 + 12);
    expect(session.blockBehind(request)).toEqual({ text: "PREQ,1783000000", nonce: one.nodeNonce, counter: 9 });
    const answer = session.sealAnswer(one, "PRSP,1783000000,1783000001,1,-70", 9);
    expect(session.blockBehind(answer)?.nonce).toEqual(one.gatewayNonce);
    expect(session.blockBehind(session.latin1("PREQ,1783000000\0"))).toBeNull();
  });
});
