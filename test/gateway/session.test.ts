import { describe, expect, it } from "vitest";
import { Talk } from "./talk.ts";

const GATEWAY = "G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19";

describe("a session", () => {
  it("begins with a lone CR, and repeats it with a question until something is heard", () => {
    const talk = new Talk().open();
    expect(talk.written).toEqual(["\r"]);
    talk.pass(12);
    expect(talk.written.slice(0, 3)).toEqual(["\r", "\r", "S>G:GGWSNAP\r"]);
    expect(talk.written.filter((bytes) => bytes === "S>G:GGWSNAP\r").length).toBeGreaterThanOrEqual(2);
    expect(talk.written.some((bytes) => bytes.startsWith("S>G:STIME"))).toBe(false);
  });

  it("sets the clock and takes snapshots once the gateway talks, one command at a time", () => {
    const talk = new Talk().open().hear("S>G:").pass(1);
    expect(talk.written.slice(1)).toEqual(["S>G:STIME;1783000001\r"]);
    talk.hear("G>S:STIME_ACK");
    expect(talk.written.slice(2)).toEqual(["S>G:GGWSNAP\r"]);
    talk.hear(GATEWAY);
    expect(talk.written.slice(3)).toEqual(["S>G:GNOSNAP;254\r"]);
    talk.hear("G>S:NOSNAP");
    expect(talk.session.inFlight).toBeNull();
  });

  it("answers GTIME at once, before everything that waits", () => {
    const talk = new Talk().settled();
    talk.hear("G>S:GTIME");
    expect(talk.written).toEqual([`S>G:STIME;${talk.at}\r`]);
    talk.hear("G>S:STIME_ACK");
    for (const id of ["a", "b", "c"]) talk.ask("snapshot", { id });
    talk.hear("G>S:GTIME", "G>S:NOSNAP");
    expect(talk.written.slice(1)).toEqual(["S>G:GNOSNAP;254\r", `S>G:STIME;${talk.at}\r`]);
  });

  it("sets the clock every 10 minutes and takes snapshots every 15", () => {
    const talk = new Talk().settled();
    for (let minute = 0; minute < 61; minute += 1) {
      talk.pass(60);
      talk.hear("G>S:STIME_ACK", GATEWAY, "G>S:NOSNAP", GATEWAY);
    }
    const count = (start: string) => talk.written.filter((bytes) => bytes.startsWith(start)).length;
    expect(count("S>G:STIME")).toBe(6);
    expect(count("S>G:GNOSNAP;254")).toBe(4);
    expect(count("S>G:GGWSNAP")).toBe(4);
  });

  it("gives up a command after 2 s, clears the gateway's line with a CR, and goes on", () => {
    const talk = new Talk().settled();
    talk.ask("set-interval", { meter: "0.0.1.1.2", intervalS: 30, id: "i" });
    talk.ask("set-led", { meter: "0.0.1.1.2", rate: 1, ms: 100, id: "l" });
    expect(talk.written).toEqual(["S>G:SMINT;2 30\r"]);
    talk.pass(2);
    expect(talk.states("i")).toEqual(["queued", "sent"]);
    talk.pass(1);
    expect(talk.outcomes("i").at(-1)).toMatchObject({
      state: "timeout",
      final: true,
      error: { code: "METERMAN_COMMAND_TIMEOUT" },
    });
    expect(talk.written.slice(1)).toEqual(["\r", "S>G:SPLED;2,1,100\r"]);
  });

  it("takes another node's answer, or another command's, for what it is: not an answer", () => {
    const talk = new Talk().settled();
    talk.ask("set-interval", { meter: "0.0.1.1.2", intervalS: 30, id: "i" });
    talk.hear("G>S:SMINT_ACK;3", "G>S:SMVAL_ACK;2", "G>S:SMINT_NACK;9", "G>S:STIME_ACK");
    expect(talk.states("i")).toEqual(["queued", "sent"]);
    talk.hear("G>S:SMINT_NACK;2");
    expect(talk.outcomes("i").at(-1)).toMatchObject({
      state: "refused",
      final: true,
      error: { code: "METERMAN_COMMAND_REFUSED" },
    });
  });

  it("asks every node that has to act soon to poll faster, not only the first", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter: "0.0.1.1.2", registerWh: 1, soon: true });
    talk.ask("set-register", { meter: "0.0.1.1.3", registerWh: 2, soon: true });
    talk.hear("G>S:SGITR_ACK;2", "G>S:SMVAL_ACK;2", "G>S:SGITR_ACK;3");
    const lines = ["S>G:SGITR;2,10,120", "S>G:SMVAL;2,1", "S>G:SGITR;3,10,120", "S>G:SMVAL;3,2"];
    expect(talk.written).toEqual(lines.map((line) => `${line}\r`));
  });

  it("tells the gateway the time when the server's clock was put back, and does not wait for an old answer", () => {
    const talk = new Talk().settled();
    talk.ask("set-interval", { meter: "0.0.1.1.2", intervalS: 30, id: "i" });
    talk.at -= 7200;
    talk.pass(1);
    expect(talk.states("i").at(-1)).toBe("timeout");
    expect(talk.written.at(-1)).toBe(`S>G:STIME;${talk.at}\r`);
  });

  it("holds 32 commands and declines the next", () => {
    const talk = new Talk().settled();
    for (let n = 0; n < 33; n += 1) talk.ask("snapshot", {});
    expect(talk.ask("snapshot", {})).toMatchObject([{ kind: "declined", failure: { code: "METERMAN_TOO_MANY" } }]);
    expect(talk.session.queue).toHaveLength(32);
  });
});

describe("silence", () => {
  it("is probed first, then told once, and its end too", () => {
    const talk = new Talk(300).settled();
    talk.pass(140);
    expect(talk.written.some((bytes) => bytes === "\r")).toBe(true);
    expect(talk.events.some((event) => event.kind === "silent")).toBe(false);
    talk.pass(400);
    const silent = talk.events.filter((event) => event.kind === "silent");
    expect(silent).toHaveLength(1);
    expect(silent[0]).toMatchObject({ failure: { code: "METERMAN_GATEWAY_SILENT" }, since: 1_783_000_001 });
    talk.hear("DEBUG: Radio Init", "G>S:GTIME");
    expect(talk.events.filter((event) => event.kind === "back")).toHaveLength(1);
  });

  it("is not broken by noise, nor by lines that were rejected", () => {
    const talk = new Talk(300).settled();
    for (let n = 0; n < 31; n += 1) talk.pass(10).hear("?x9", "G>S:MREB;2,MREB,?");
    expect(talk.events.some((event) => event.kind === "silent")).toBe(true);
  });

  it("does not happen to a gateway that answers the probes", () => {
    const talk = new Talk(300).settled();
    for (let n = 0; n < 3600; n += 1) {
      talk.pass(1);
      if (talk.session.inFlight !== null) talk.hear("G>S:STIME_ACK", GATEWAY, "G>S:NOSNAP");
    }
    expect(talk.events.some((event) => event.kind === "silent" || event.kind === "timeout")).toBe(false);
  });
});
