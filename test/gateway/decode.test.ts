import { describe, expect, it } from "vitest";
import { createDecoder } from "../../nodes/gateway/index.ts";
import { decodeAll, decodeOne, frameOf } from "./support.ts";

const SNAPSHOT = "2,4495,695,680,367,1783000695,-2,30,1000,1783000617,18829392,0.00,1,100,-75";
const NEXT = ";3,0,0,0,0,1783000011,1783000007,0,0,1783000007,0,0.00,0,0,-82";
const rejected = (code: string, more: object = {}) => ({ kind: "rejected", code, ...more });

describe("messages", () => {
  it("reads a meter update with its entries", () => {
    expect(frameOf("G>S:MUP_;2,MUP_,1783000001,0;18,5;60,24;60,24;60,24")).toEqual({
      kind: "MUP_",
      node: 2,
      baseTime: 1783000001,
      baseRegister: 0,
      entries: [18, 60, 60, 60].map((duration, index) => ({ duration, energy: index === 0 ? 5 : 24 })),
    });
  });

  it("reads all 15 fields of a node snapshot", () => {
    expect(frameOf(`G>S:NOSNAP;${SNAPSHOT}`)).toEqual({
      kind: "NOSNAP",
      node: 2,
      battery: 4495,
      uptime: 695,
      slept: 680,
      freeRamBytes: 367,
      lastSeen: 1783000695,
      clockDrift: -2,
      interval: 30,
      impulsesPerKwh: 1000,
      lastEntryFinish: 1783000617,
      lastRegister: 18829392,
      lastAmps: 0,
      ledRate: 1,
      ledMs: 100,
      rssi: -75,
    });
  });

  it("reads amperes whose hundredths lost their leading zero: 10.5 is 10.05 A, 15.80 is 15.80 A", () => {
    const amps = (text: string) => {
      const frame = frameOf(`G>S:MUPC;3,MUPC,1783000006,0;10,2,${text}`);
      return frame.kind === "MUPC" ? frame.entries[0]?.amps : undefined;
    };
    expect([amps("10.5"), amps("15.80"), amps("15.8"), amps("0.0"), amps("0.99"), amps("15.05")]).toEqual([
      10.05, 15.8, 15.08, 0, 0.99, 15.05,
    ]);
  });

  it("reads acknowledgements with a node id, and those of STIME without", () => {
    expect(frameOf("G>S:SMVAL_ACK;2")).toEqual({ kind: "SMVAL_ACK", node: 2 });
    expect(frameOf("G>S:GNOSNAP_NACK;9")).toEqual({ kind: "GNOSNAP_NACK", node: 9 });
    expect(frameOf("G>S:STIME_ACK")).toEqual({ kind: "STIME_ACK" });
    expect(decodeOne("G>S:STIME_ACK;2")).toMatchObject(rejected("unknown-kind"));
    expect(decodeOne("G>S:SMVAL_ACK")).toMatchObject(rejected("unknown-kind"));
  });

  it("reads quarter hours, which v11 stores while its gateway is away", () => {
    expect(frameOf("G>S:MUP_;2,MUP_,1783000001,0;900,250;15,5")).toMatchObject({ entries: [{ duration: 900 }, {}] });
  });

  it("reads frames of other devices as bytes, 0 to 60 of them", () => {
    const radio = { kind: "RADIO", from: 9, to: 1, id: 255, flags: 128, rssi: -70 };
    expect(frameOf("G>S:RADIO;9,1,255,128,-70,00fF10")).toEqual({ ...radio, data: Uint8Array.of(0, 255, 16) });
    expect(frameOf("G>S:RADIO;9,1,255,128,-70,")).toEqual({ ...radio, data: new Uint8Array() });
    const longest = frameOf(`G>S:RADIO;9,1,255,128,-70,${"A5".repeat(60)}`);
    expect(longest).toEqual({ ...radio, data: new Uint8Array(60).fill(0xa5) });
  });

  it("takes v10's complaint about a question it does not know for an echo that says so", () => {
    expect(decodeOne("WARN: Bad Serial Message: S>G:SCAP;7")).toEqual({ kind: "echo", unknown: true });
    expect(decodeOne("WARN: Bad Serial Message: hello")).toMatchObject({ kind: "diagnostic" });
  });

  it("reads a bare NOSNAP as a gateway without nodes", () => {
    expect(frameOf("G>S:NOSNAP")).toEqual({ kind: "NOSNAP_EMPTY" });
  });

  it("cuts off the garbage that v10 leaves behind a BOOT, whatever bytes it is", () => {
    for (const garbage of ["R_FLG 0xC0 UN", "R_FLG 0x0", "", "\x80\x01,;9", "R_FLG"]) {
      expect(frameOf(`G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 ${garbage}`)).toEqual({
        kind: "GMSG",
        sender: 2,
        message: { text: "BOOT v10. Flags: 1", boot: { version: 10, flags: 1 } },
      });
    }
  });

  it("strips the trailing space of other texts, and wants it there", () => {
    expect(frameOf("G>S:GMSG;2,GMSG,Set TXPow= 12 ")).toMatchObject({ message: { text: "Set TXPow= 12" } });
    expect(decodeOne("G>S:GMSG;2,GMSG,Set TXPow= 1")).toEqual(
      rejected("bad-field", { frame: "GMSG", field: "message" }),
    );
  });

  it("reads a GWSNAP without its key, even when the key holds commas", () => {
    for (const key of ["CHANGE_ME_PLEASE", "a,b,c,d,e,f,g,h,"]) {
      expect(frameOf(`G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,${key},0.0.1.1,19`)).toEqual({
        kind: "GWSNAP",
        gateway: 1,
        bootedAt: 1783000000,
        freeRamBytes: 398,
        clock: 1783000019,
        logLevel: "DEBUG",
        network: "0.0.1.1",
        txPower: 19,
      });
    }
  });
});

describe("continuations of a snapshot", () => {
  const kinds = (...lines: string[]) => decodeAll(lines.map((line) => `${line}\r\n`).join("")).map((line) => line.kind);

  it("are the next nodes when they follow directly", () => {
    expect(kinds(`G>S:NOSNAP;${SNAPSHOT}`, NEXT, NEXT)).toEqual(["frame", "continuation", "continuation"]);
  });

  it("are refused behind anything else, a blank line included", () => {
    for (const between of ["", "DEBUG: Radio Init", "S>G:GNOSNAP;254", "G>S:GTIME", "noise", "G>S:NOSNAP"]) {
      expect(kinds(`G>S:NOSNAP;${SNAPSHOT}`, between, NEXT).at(-1)).toBe("rejected");
    }
    expect(decodeOne(NEXT)).toEqual(rejected("orphan"));
  });

  it("are refused behind a snapshot that was itself refused", () => {
    expect(kinds(`G>S:NOSNAP;${SNAPSHOT}9`, NEXT)).toEqual(["rejected", "rejected"]);
    expect(kinds(`G>S:NOSNAP;${SNAPSHOT}`, `${NEXT},1`, NEXT)).toEqual(["frame", "rejected", "rejected"]);
  });
});

describe("lines that do not fit", () => {
  it.each([
    ["G>S:MUP_;2,MUP_,1783000001,0", "entry-count", undefined],
    [`G>S:MUP_;2,MUP_,1,0${";1,1".repeat(11)}`, "entry-count", undefined],
    [`G>S:MUP_;2,MUP_,1783000001,4199999999${";255,99999".repeat(4)}`, "over-radio-length", undefined],
    ["G>S:MUPC;3,MUPC,1783000006,0;10,2,1.0;10,2,1.0;10,2,1.0", "entry-count", undefined],
    ["G>S:MUP_;2,MUPC,1783000001,0;18,5", "bad-field", "kind"],
    ["G>S:MUP_;1,MUP_,1783000001,0;18,5", "bad-field", "node"],
    ["G>S:MUP_;254,MUP_,1783000001,0;18,5", "bad-field", "node"],
    ["G>S:MUP_;2,MUP_,+1783000001,0;18,5", "bad-field", "baseTime"],
    ["G>S:MUP_;2,MUP_,01783000001,0;18,5", "bad-field", "baseTime"],
    ["G>S:MUP_;2,MUP_,1783e6,0;18,5", "bad-field", "baseTime"],
    ["G>S:MUP_;2,MUP_,1783000001000,0;18,5", "bad-field", "baseTime"],
    ["G>S:MUP_;2,MUP_,1783000001,4294967296;18,5", "bad-field", "baseRegister"],
    ["G>S:MUP_;2,MUP_,1783000001,-0;18,5", "bad-field", "baseRegister"],
    ["G>S:MUP_;2,MUP_,1783000001, 0;18,5", "bad-field", "baseRegister"],
    ["G>S:MUP_;2,MUP_,1783000001,0;0,5", "bad-field", "duration"],
    ["G>S:MUP_;2,MUP_,1783000001,0;901,5", "bad-field", "duration"],
    ["G>S:MUP_;2,MUP_,1783000001,0;18,5;", "bad-field", "duration"],
    ["G>S:MUP_;2,MUP_,1783000001,0;18,", "bad-field", "energy"],
    ["G>S:MUP_;2,MUP_,1783000001,0;18,5,1", "field-count", undefined],
    ["G>S:MUP_;2,MUP_,1783000001;18,5", "field-count", "baseRegister"],
    ["G>S:MUPC;3,MUPC,1783000006,0;10,2,15.800", "bad-field", "amps"],
    ["G>S:MUPC;3,MUPC,1783000006,0;10,2,15", "bad-field", "amps"],
    ["G>S:MREB;2,MREB,1783000002,0,1", "field-count", undefined],
    ["G>S:MREB;2,MREB,1783000002,0;1", "bad-field", "register"],
    ["G>S:NDARK;3,", "bad-field", "lastSeen"],
    ["G>S:MUPT;2,MUPT,1783000006,100,0;15,5,5,1499", "bad-field", "impulsesPerKwh"],
    ["G>S:MUPT;2,MUPT,1783000006,100,1000;15,5,5", "field-count", "lastImpulseS"],
    ["G>S:MUPT;2,MUPT,1783000006,100,1000;15,5,5,90001", "bad-field", "lastImpulseS"],
    ["G>S:MUPT;2,MUPT,1783000006,100,1000;15,5,65536,1", "bad-field", "impulses"],
    ["G>S:MUPT;2,MUPT,1783000006,100,1000", "entry-count", undefined],
    ["G>S:MUTC;2,MUTC,1783000006,100,1000;15,5,5,1499", "field-count", "amps"],
    ["G>S:RADIO;9,1,4,0,-70,0", "bad-field", "data"],
    ["G>S:RADIO;9,1,4,0,-70,0G", "bad-field", "data"],
    [`G>S:RADIO;9,1,4,0,-70,${"00".repeat(61)}`, "bad-field", "data"],
    ["G>S:RADIO;256,1,4,0,-70,00", "bad-field", "from"],
    ["G>S:RADIO;9,1,4,0,-70", "field-count", "data"],
    ["G>S:SCAP_ACK;11", "field-count", "granted"],
    ["G>S:SRAD_ACK;300", "bad-field", "to"],
    [`G>S:NOSNAP;${SNAPSHOT.replace(",0.00", "")}`, "bad-field", "lastAmps"],
    ["G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,TOO_SHORT,0.0.1.1,19", "bad-field", "key"],
    ["G>S:GWSNAP;1,1783000000,398,1783000019,LOUD,CHANGE_ME_PLEASE,0.0.1.1,19", "bad-field", "logLevel"],
    ["G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.256,19", "bad-field", "network"],
    ["G>S:MUP_;2,MUP_,178300G>S:MREB;2,MREB,1783000002,0", "spliced", undefined],
    ["DEBUG: Got msG>S:MUP_;2,MUP_,1783000001,0;18,5", "spliced", undefined],
    ["S>G:STIG>S:GTIME", "spliced", undefined],
    ["G>S:MUP_;2,MUP_,1783\x00000001,0;18,5", "noise-bytes", undefined],
    ["G>S:MUP_;2,MUP_,1783\xe9000001,0;18,5", "noise-bytes", undefined],
    ["G>S:", "unknown-kind", undefined],
    ["G>S:toString", "unknown-kind", undefined],
    ["G>S:__proto__;2", "unknown-kind", undefined],
  ])("rejects %j with its reason", (text, code, field) => {
    expect(decodeOne(text)).toMatchObject(
      field === undefined ? { kind: "rejected", code } : { kind: "rejected", code, field },
    );
  });

  it("says why, which kind and which field, and not a character of the line", () => {
    const line = decodeOne("G>S:MREB;2,MREB,17830000x2,0");
    expect(line).toEqual(rejected("bad-field", { frame: "MREB", field: "time" }));
  });

  it("counts an over-long line as one rejection", () => {
    expect(decodeAll(`G>S:${"9".repeat(900)}\r\nG>S:GTIME\r\n`)).toEqual([
      rejected("too-long"),
      { kind: "frame", frame: { kind: "GTIME" } },
    ]);
  });

  it("takes a message whole behind a glitch of the port, NUL or CR or ≥ 0x80", () => {
    expect(frameOf("\x00\xff\rG>S:GTIME")).toEqual({ kind: "GTIME" });
  });

  it("does not believe the first message after a lost connection", () => {
    const decoder = createDecoder();
    decoder.feed("G>S:MUP_;2,MUP_,1783000001,0;18,5;60");
    decoder.reconnected();
    expect(decoder.feed(",24\r\nG>S:GTIME\r\n")).toEqual([
      rejected("after-reconnect"),
      { kind: "frame", frame: { kind: "GTIME" } },
    ]);
  });
});

describe("everything else on the line", () => {
  it.each([
    ["S>G:STIME;1783000000", "echo"],
    [" > EKEY=CHANGE_ME_PLEASE", "console"],
    ["", "noise"],
    ["=BOOT=", "noise"],
    ["R_FLG 0x1 PO", "noise"],
    ["debug: not a log line", "noise"],
  ])("counts %j as %s", (text, kind) => {
    expect(decodeOne(text)).toEqual({ kind });
  });

  it("hands on log lines", () => {
    const log = (text: string) => decodeOne(text);
    expect(log("ERROR: ROM Bad")).toEqual({ kind: "diagnostic", level: "ERROR", text: "ROM Bad" });
    expect(log("DEBUG: Got msg: MUP_,1783000004,0;15,0;15,1. RSSI = -72")).toMatchObject({
      text: "Got msg: MUP_,1783000004,0;15,0;15,1. RSSI = -72",
    });
    expect(log("DEBUG: Set time on svr inst=2026-07-02 13:46:40")).toMatchObject({
      text: "Set time on svr inst=2026-07-02 13:46:40",
    });
  });
});
