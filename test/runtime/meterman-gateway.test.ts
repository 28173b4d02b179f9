import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
