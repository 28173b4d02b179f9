import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withChecksum } from "../../nodes/gateway/checksum.ts";
import { CAPTURE } from "../gateway/support.ts";
import { type FlowNode, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { Pty } from "../support/pty.ts";

const CR = "\r";
const gateway = (id: string, more: object = {}): FlowNode => ({
  id,
  type: "meterman-gateway",
  z: "tab",
  network: "0.0.1.1",
  silentAfterS: "300",
  diagnostics: "all",
  // Only what goes over a wire is seen: everything ends in a junction.
  wires: [["sink"], ["sink"], ["sink"]],
  ...more,
});

let red: NodeRed;
let pty: Pty;
beforeAll(async () => {
  pty = await Pty.open();
  red = await startNodeRed({
    flow: [
      { id: "tab", type: "tab", label: "t" },
      gateway("gw", { diagnostics: "warnings" }),
      gateway("talk"),
      gateway("eleven"),
      gateway("bad", { network: "0.0.1" }),
      { id: "errors", type: "catch", z: "tab", scope: null, wires: [["sink"]] },
      { id: "sink", type: "junction", z: "tab", wires: [[]] },
      {
        id: "port",
        type: "serial-port",
        serialport: pty.path,
        serialbaud: "115200",
        databits: "8",
        parity: "none",
        stopbits: "1",
        waitfor: "",
        dtr: "none",
        rts: "none",
        cts: "none",
        dsr: "none",
        newline: "\\n",
        bin: "bin",
        out: "char",
        addchar: "",
        responsetimeout: "10000",
      },
      { id: "in", type: "serial in", z: "tab", serial: "port", wires: [["wired"]] },
      gateway("wired", { wires: [["sink"], ["out"], ["sink"]] }),
      { id: "out", type: "serial out", z: "tab", serial: "port", wires: [] },
      { id: "watch", type: "status", z: "tab", scope: ["in"], wires: [["wired"]] },
    ],
  });
});
afterAll(async () => {
  await red.stop();
  await pty.close();
});

const written = (id: string) => red.from(id, 1).map((msg) => msg.payload.toString("latin1"));
const news = (id: string, topic: string) =>
  red
    .from(id, 2)
    .filter((msg) => msg.topic === topic)
    .map((msg) => msg.payload);
const errors = () => red.from("errors").map((msg) => msg.error);

describe("the gateway node", () => {
  it("begins with a lone CR and shows that it waits", async () => {
    await red.until("the CR", () => written("gw").length > 0);
    expect(written("gw")[0]).toBe(CR);
    expect(red.status("gw")?.text).toBe("waiting for the gateway");
  });

  it("turns bytes in any pieces into one message per fact, and hands on warnings only", async () => {
    for (let at = 0; at < CAPTURE.length; at += 97) red.inject("gw", { payload: CAPTURE.subarray(at, at + 97) });
    await red.until("the last update", () => red.from("gw").some((msg) => msg.payload.baseTime === 1783003469));
    const topics = red.from("gw").map((msg) => msg.topic);
    expect(topics.filter((topic) => topic === "update")).toHaveLength(89);
    expect(topics.filter((topic) => topic === "snapshot")).toHaveLength(8);
    expect(red.from("gw").every((msg) => msg.topic === msg.payload.kind)).toBe(true);
    expect(news("gw", "diagnostic")).toContainEqual(
      expect.objectContaining({ level: "ERROR", text: "ROM Bad", source: "log" }),
    );
    expect(news("gw", "diagnostic").some((one) => one.level === "DEBUG")).toBe(false);
    await red.until("the status", () => /^2 nodes · 312 lines · /.test(red.status("gw")?.text ?? ""));
    expect(red.status("gw")?.fill).toBe("green");
    expect(JSON.stringify([red.sent, red.logs])).not.toContain("CHANGE_ME_PLEASE");
  });

  it("tells of a rejected line by reason and field, and turns yellow", async () => {
    red.inject("gw", { payload: "G>S:MREB;2,MREB,17830000x2,0\r\n" });
    await red.until("the rejection", () => news("gw", "rejected").length > 0);
    expect(news("gw", "rejected")[0]).toMatchObject({
      code: "METERMAN_LINE_REJECTED",
      reason: "bad-field",
      frame: "MREB",
      field: "time",
    });
    await red.until("yellow", () => red.status("gw")?.fill === "yellow");
  });

  it("reports another network once, and leaves the ids as they are", async () => {
    const line = "G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.2,19\r\n";
    red.inject("gw", { payload: `${line}${line}G>S:MREB;7,MREB,1783000002,0\r\n` });
    await red.until("the fact", () => red.from("gw").some((msg) => msg.payload.meter === "0.0.1.1.7"));
    await red.until("red", () => red.status("gw")?.fill === "red");
    await red.until("the error", () => errors().length > 0);
    expect(errors().filter((error) => error.message.includes("METERMAN_NETWORK_MISMATCH"))).toHaveLength(1);
  });

  it("carries a command to its confirmation", async () => {
    red.inject("talk", { payload: "G>S:GTIME\r\n" });
    await red.until("the time", () => written("talk").some((bytes) => /^S>G:STIME;\d{10}\r$/.test(bytes)));
    red.inject("talk", { topic: "set-register", payload: { meter: "0.0.1.1.2", registerWh: 500, id: "mine" } });
    red.inject("talk", { payload: Buffer.from("G>S:STIME_ACK\r\n") });
    await red.until("the command", () => {
      red.inject("talk", {
        payload:
          "G>S:STIME_ACK\r\nG>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19\r\nG>S:NOSNAP\r\n",
      });
      return written("talk").includes("S>G:SMVAL;2,500\r");
    });
    red.inject("talk", { payload: "G>S:SMVAL_ACK;2\r\nG>S:MREB;2,MREB,1783000617,500\r\n" });
    await red.until("the end", () => news("talk", "command").some((outcome) => outcome.final));
    expect(news("talk", "command").map((outcome) => outcome.state)).toEqual([
      "queued",
      "sent",
      "acknowledged",
      "confirmed",
    ]);
    expect(news("talk", "command").at(-1)).toMatchObject({
      id: "mine",
      command: "set-register",
      meter: "0.0.1.1.2",
      registerWh: 500,
    });
  });

  it("refuses what would harm a device, and what it does not understand, with a code", async () => {
    const before = errors().length;
    red.inject("talk", { topic: "set-led", payload: { meter: "0.0.1.1.2", rate: 255, ms: 100 } });
    red.inject("talk", { topic: "hello", payload: { world: true } });
    red.inject("talk", { payload: 5 });
    await red.until("three errors", () => errors().length >= before + 3);
    const codes = errors()
      .slice(before)
      .map((error) => /METERMAN_[A-Z_]+/.exec(error.message)?.[0]);
    expect(codes).toEqual(["METERMAN_COMMAND_INVALID", "METERMAN_BAD_MESSAGE", "METERMAN_BAD_MESSAGE"]);
  });

  it("sends a CR again when the port is open again, and doubts the first line then", async () => {
    const status = (text: string) => ({ status: { fill: "green", text, source: { type: "serial in" } } });
    const crs = () => written("talk").filter((bytes) => bytes === CR).length;
    const before = crs();
    red.inject("talk", status("node-red:common.status.connected"));
    red.inject("talk", status("just heard"));
    red.inject("talk", status("node-red:common.status.not-connected"));
    red.inject("talk", status("node-red:common.status.connected"));
    red.inject("talk", { payload: "G>S:MREB;5,MREB,1783000002,0\r\nG>S:MREB;6,MREB,1783000002,0\r\n" });
    await red.until("the second line", () => red.from("talk").some((msg) => msg.payload.meter === "0.0.1.1.6"));
    expect(crs() - before).toBeGreaterThanOrEqual(2);
    expect(red.from("talk").some((msg) => msg.payload.meter === "0.0.1.1.5")).toBe(false);
    expect(news("talk", "rejected").at(-1)).toMatchObject({ reason: "after-reconnect" });
  });

  it("says which setting is wrong", () => {
    expect(red.status("bad")).toMatchObject({ fill: "red" });
    expect(red.status("bad")?.text).toContain("network");
  });
});

describe("with a gateway of firmware v11", () => {
  const hear = (...lines: string[]) => {
    red.inject("eleven", { payload: lines.map((line) => `${withChecksum(line)}\r\n`).join("") });
  };

  it("carries frames of other devices in and out", async () => {
    await red.until("the first CR", () => written("eleven").length > 0);
    hear("G>S:SCAP_ACK;11,7", "G>S:RADIO;40,255,7,1,-71,00FF", "G>S:RADIO;40,1,8,0,-71,");
    await red.until("two frames", () => news("eleven", "radio").length >= 2);
    expect(news("eleven", "radio")[0]).toEqual({
      ...{ from: 40, to: 255, flags: 1, rssi: -71, data: Buffer.from([0, 255]), at: expect.any(Number) },
    });
    expect(news("eleven", "radio")[1].data).toEqual(Buffer.alloc(0));
    red.inject("eleven", { topic: "radio", payload: { to: 40, data: Buffer.from("hello"), ack: true, id: "hi" } });
    const command = `${withChecksum("S>G:SRAD;40,1,68656C6C6F")}\r`;
    await red.until("the frame on the wire", () => {
      hear("G>S:STIME_ACK", `G>S:GWSNAP;1,1783000000,398,1783000019,INFO,${"*".repeat(16)},0.0.1.1,19`, "G>S:NOSNAP");
      return written("eleven").includes(command);
    });
    hear("G>S:SRAD_ACK;40");
    await red.until("its end", () => news("eleven", "command").at(-1)?.final);
    expect(news("eleven", "command").at(-1)).toMatchObject({ id: "hi", command: "radio", to: 40, state: "confirmed" });
  });

  it("refuses a frame for a meter, and one that no frame can hold", async () => {
    const before = errors().length;
    hear("G>S:MREB;2,MREB,1783000002,0");
    await red.until("the meter", () => red.from("eleven").some((msg) => msg.payload.meter === "0.0.1.1.2"));
    red.inject("eleven", { topic: "radio", payload: { to: 2, data: "00" } });
    red.inject("eleven", { topic: "radio", payload: { to: 40, data: Buffer.alloc(61) } });
    // This one has not been granted a bridge.
    red.inject("gw", { topic: "radio", payload: { to: 40, data: "00" } });
    await red.until("three errors", () => errors().length >= before + 3);
    const messages = errors()
      .slice(before)
      .map((error) => error.message);
    for (const message of messages) expect(message).toContain("METERMAN_COMMAND_INVALID");
    expect(messages[0]).toContain("0.0.1.1.2 is a meter");
  });

  it("takes no line without the promised checksum", async () => {
    red.inject("eleven", { payload: "G>S:MREB;7,MREB,1783000002,0\r\n" });
    hear("G>S:MREB;8,MREB,1783000002,0");
    await red.until("the second", () => red.from("eleven").some((msg) => msg.payload.meter === "0.0.1.1.8"));
    expect(red.from("eleven").some((msg) => msg.payload.meter === "0.0.1.1.7")).toBe(false);
    expect(news("eleven", "rejected").at(-1)).toMatchObject({ reason: "no-checksum" });
  });

  it("believes it again without one when it started, and when the port was opened again", async () => {
    const heard = (node: number) => red.from("eleven").some((msg) => msg.payload.meter === `0.0.1.1.${node}`);
    red.inject("eleven", { payload: "G>S:GTIME\r\nG>S:MREB;9,MREB,1783000002,0\r\n" });
    await red.until("a line behind its start", () => heard(9));
    hear("G>S:SCAP_ACK;11,7");
    for (const said of ["not-connected", "connected"]) {
      red.inject("eleven", { status: { text: `node-red:common.status.${said}`, source: { type: "serial in" } } });
    }
    red.inject("eleven", { payload: "G>S:GTIME\r\nG>S:MREB;10,MREB,1783000002,0\r\n" });
    await red.until("a line behind the opening", () => heard(10));
  });
});

describe("on a serial port", () => {
  it("sends its CR through the port and reads what comes back", async () => {
    await red.until("a CR at the other end", () => pty.received.length > 0);
    expect(pty.received[0]).toBe(13);
    await pty.feed(CAPTURE);
    await red.until("the last update", () => red.from("wired").some((msg) => msg.payload.baseTime === 1783003469));
    expect(red.from("wired").filter((msg) => msg.topic === "update")).toHaveLength(89);
    expect(news("wired", "rejected")).toEqual([]);
    await red.until("a STIME at the other end", () => /S>G:STIME;\d{10}\r/.test(pty.received.toString("latin1")));
  });
});
