import { describe, expect, it } from "vitest";
import { withChecksum } from "../../nodes/gateway/checksum.ts";
import { grantedNames } from "../../nodes/gateway/index.ts";
import { Talk } from "./talk.ts";

const ASK = "S>G:SCAP;7\r";
const GRANTED = withChecksum("G>S:SCAP_ACK;11,7");
const BOOT = (version: number) => `G>S:GMSG;1,GMSG,BOOT v${version}. Flags: 1 `;
const UNKNOWN = "WARN: Bad Serial Message: S>G:SCAP;7";
const ALL = ["checksums", "timed-impulses", "bridge"];

const asked = (talk: Talk) => talk.written.filter((bytes) => bytes.startsWith("S>G:SCAP"));
/** A gateway that was asked and has granted all. */
function agreed(): Talk {
  const talk = new Talk().settled().pass(1).hear(GRANTED);
  talk.written.length = 0;
  return talk;
}
/** The chores are answered, the question what is granted is not. */
function settledUntil(endS: number): Talk {
  const talk = new Talk().settled();
  for (let second = 0; second < endS; second += 1) {
    talk.pass(1);
    const { kind } = talk.session.inFlight?.job.command ?? {};
    if (kind === "set-time") talk.hear("G>S:STIME_ACK");
    if (kind === "gateway-snapshot") talk.hear(`G>S:GWSNAP;1,1,398,2,INFO,${"*".repeat(16)},0.0.1.1,19`);
    if (kind === "snapshot") talk.hear("G>S:NOSNAP");
  }
  return talk;
}
const checked = (line: string) => `${withChecksum(line)}\r`;

describe("what a gateway grants", () => {
  it("is asked once its clock is set and its snapshots are in, and never before", () => {
    const talk = new Talk().open().hear("S>G:").pass(2);
    talk.hear("G>S:STIME_ACK").pass(1);
    talk.hear("G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,0.0.1.1,19").pass(1);
    expect(asked(talk)).toEqual([]);
    talk.hear("G>S:NOSNAP").pass(1);
    expect(talk.written.at(-1)).toBe(ASK);
    expect(grantedNames(talk.session)).toBeNull();
    talk.hear(GRANTED).pass(30);
    expect(asked(talk)).toEqual([ASK]);
    expect(grantedNames(talk.session)).toEqual(ALL);
    expect(talk.session.firmware).toBe(11);
  });

  it("is nothing for a v10 gateway: it is asked once for each start, without an error, a CR or a command lost", () => {
    const talk = new Talk().settled().pass(1);
    talk.ask("set-interval", { meter: "0.0.1.1.2", intervalS: 30, id: "i" });
    expect(talk.written).toEqual([ASK]);
    talk.hear(UNKNOWN);
    expect(talk.written).toEqual([ASK, "S>G:SMINT;2 30\r"]);
    talk.hear("G>S:SMINT_ACK;2").pass(50);
    expect(asked(talk)).toEqual([ASK]);
    expect(grantedNames(talk.session)).toEqual([]);
    expect(talk.states("i")).toEqual(["queued", "sent", "acknowledged"]);
    const wrong = ["timeout", "refused", "declined", "silent", "cleared"];
    expect(talk.events.filter((event) => wrong.includes(event.kind))).toEqual([]);
    talk.hear(BOOT(10), "G>S:GTIME", "G>S:STIME_ACK").pass(50);
    expect(asked(talk)).toEqual([ASK, ASK]);
    expect(talk.session.firmware).toBe(10);
  });

  it("is asked every quarter of an hour of a gateway that says nothing: the answer may have been lost", () => {
    const talk = settledUntil(100);
    expect(asked(talk)).toEqual([ASK]);
    expect(grantedNames(talk.session)).toEqual([]);
    const second = settledUntil(950);
    expect(asked(second)).toEqual([ASK, ASK]);
    second.hear(GRANTED);
    expect(grantedNames(second.session)).toEqual(ALL);
  });

  it("is taken from an answer that came too late", () => {
    const talk = new Talk().settled().pass(5).hear(GRANTED).pass(100);
    expect(asked(talk)).toEqual([ASK]);
    expect(grantedNames(talk.session)).toEqual(ALL);
  });

  it("is forgotten when the gateway starts, and asked again behind its clock", () => {
    const talk = agreed();
    talk.hear(BOOT(11), "G>S:GTIME");
    expect(grantedNames(talk.session)).toBeNull();
    expect(talk.written).toEqual([`S>G:STIME;${talk.at}\r`]);
    talk.hear("G>S:STIME_ACK").pass(1);
    expect(talk.written.at(-1)).toBe(ASK);
    talk.hear(GRANTED);
    expect(grantedNames(talk.session)).toEqual(ALL);
  });

  it("is asked again when a promised checksum is missing: a start that was not heard", () => {
    const talk = agreed();
    talk.input({ kind: "line", line: { kind: "rejected", code: "no-checksum" } });
    talk.input({ kind: "line", line: { kind: "rejected", code: "no-checksum" } });
    expect(talk.written).toEqual([checked("S>G:SCAP;7")]);
    talk.hear(GRANTED).pass(10);
    expect(talk.written).toHaveLength(1);
  });

  it("is nothing once a v11 did not answer: a v10 may have taken its place", () => {
    const talk = agreed();
    talk.input({ kind: "line", line: { kind: "rejected", code: "no-checksum" } });
    talk.pass(3);
    expect(asked(talk)).toEqual([checked("S>G:SCAP;7")]);
    expect(talk.events.filter((event) => event.kind === "passed-over")).toHaveLength(1);
    expect(grantedNames(talk.session)).toEqual([]);
    expect(talk.session.firmware).toBeNull();
  });

  it("is asked again when the port was opened again", () => {
    const talk = agreed();
    talk.open();
    expect(grantedNames(talk.session)).toBeNull();
    expect(talk.session.firmware).toBeNull();
    talk.hear("S>G:").pass(1);
    expect(asked(talk)).toEqual([ASK]);
  });
});

describe("with checksums", () => {
  it("commands carry one", () => {
    const talk = agreed();
    talk.ask("set-register", { meter: "0.0.1.1.2", registerWh: 500 });
    expect(talk.written).toEqual([checked("S>G:SMVAL;2,500")]);
  });

  it("a command that arrives damaged is sent again a second later", () => {
    const talk = agreed();
    talk.ask("set-register", { meter: "0.0.1.1.2", registerWh: 500, id: "r" });
    talk.hear(withChecksum("G>S:SCMD_NACK")).pass(1);
    talk.hear(withChecksum("G>S:SMVAL_ACK;2"));
    expect(talk.written).toEqual([checked("S>G:SMVAL;2,500"), checked("S>G:SMVAL;2,500")]);
    expect(talk.states("r")).toEqual(["queued", "sent", "sent", "acknowledged"]);
  });

  it("a command that arrives damaged eight times has failed, and the next one has its own eight tries", () => {
    const talk = agreed();
    for (const id of ["a", "b"]) talk.ask("set-led", { meter: `0.0.1.1.${id === "a" ? 2 : 3}`, rate: 1, ms: 5, id });
    const damaged = withChecksum("G>S:SCMD_NACK");
    for (let tries = 0; tries < 8; tries += 1) talk.hear(damaged).pass(1);
    talk.hear(damaged).pass(1).hear(withChecksum("G>S:SPLED_ACK;3"));
    expect(talk.states("a")).toEqual(["queued", ...Array.from({ length: 8 }, () => "sent"), "refused"]);
    expect(talk.outcomes("a").at(-1)).toMatchObject({ error: { code: "METERMAN_COMMAND_REFUSED" } });
    expect(talk.outcomes("a").at(-1)?.error?.message).toContain("could not read");
    expect(talk.states("b")).toEqual(["queued", "sent", "sent", "acknowledged"]);
  });
});

describe("a question what is granted that arrives damaged", () => {
  it("is asked again like any other that found no answer", () => {
    const talk = new Talk().settled().pass(1);
    for (let tries = 0; tries < 8; tries += 1) talk.hear("G>S:SCMD_NACK").pass(1);
    expect(asked(talk)).toHaveLength(8);
    expect(grantedNames(talk.session)).toEqual([]);
    expect(talk.session.askAt).toBe(talk.at - 1 + 900);
  });
});

describe("the bridge", () => {
  const send = { to: 9, data: "00ff", id: "b" };

  it("sends a frame and tells its end", () => {
    const talk = agreed();
    talk.ask("radio", { ...send, ack: true });
    expect(talk.written).toEqual([checked("S>G:SRAD;9,1,00FF")]);
    talk.hear(withChecksum("G>S:SRAD_ACK;8"));
    expect(talk.states("b")).toEqual(["queued", "sent"]);
    talk.hear(withChecksum("G>S:SRAD_ACK;9"));
    expect(talk.states("b")).toEqual(["queued", "sent", "acknowledged", "confirmed"]);
    expect(talk.outcomes("b").at(-1)).toMatchObject({ command: "radio", to: 9, final: true });
  });

  it("says when a frame did not get there", () => {
    const talk = agreed();
    talk.ask("radio", send);
    talk.hear(withChecksum("G>S:SRAD_NACK;9"));
    expect(talk.outcomes("b").at(-1)).toMatchObject({ state: "refused", error: { code: "METERMAN_COMMAND_REFUSED" } });
  });

  it("has time for four tries on the air", () => {
    const talk = agreed();
    talk.ask("radio", { ...send, ack: true });
    talk.pass(9);
    expect(talk.states("b")).toEqual(["queued", "sent"]);
    talk.pass(2);
    expect(talk.states("b").at(-1)).toBe("timeout");
  });

  it("takes back what waits when the gateway starts: a v10 may be there, and the clock goes before all else", () => {
    const talk = agreed();
    for (const id of ["a", "b"]) talk.ask("radio", { ...send, id });
    talk.written.length = 0;
    talk.hear("G>S:GTIME");
    for (const id of ["a", "b"]) {
      expect(talk.outcomes(id).at(-1)).toMatchObject({ state: "refused", final: true });
    }
    expect(talk.written).toEqual([`S>G:STIME;${talk.at}\r`]);
  });

  it("is declined with a code while the gateway has not granted it", () => {
    const declined = [{ kind: "declined", failure: { code: "METERMAN_COMMAND_INVALID" } }];
    expect(new Talk().settled().ask("radio", send)).toMatchObject(declined);
    expect(new Talk().settled().pass(5).ask("radio", send)).toMatchObject(declined);
  });
});
