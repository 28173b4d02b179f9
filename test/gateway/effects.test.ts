import { describe, expect, it } from "vitest";
import { Talk } from "./talk.ts";

const meter = "0.0.1.1.2";
const snapshot = (intervalS: number, rate: number, ms: number) =>
  `G>S:NOSNAP;2,4495,695,680,367,1783000695,-2,${intervalS},1000,1783000617,0,0.00,${rate},${ms},-75`;

describe("the effect of a command", () => {
  it("on a register shows as a rebase to it", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter, registerWh: 500, id: "r" });
    talk.hear("G>S:SMVAL_ACK;2", "G>S:MREB;2,MREB,1783000600,0", "G>S:MREB;3,MREB,1783000600,500");
    expect(talk.states("r")).toEqual(["queued", "sent", "acknowledged"]);
    talk.hear("G>S:MREB;2,MREB,1783000617,500");
    expect(talk.outcomes("r").at(-1)).toMatchObject({ state: "confirmed", final: true, registerWh: 500, meter });
  });

  it("on a register above 16777216 is rounded by v10: said beforehand, and confirmed with the true figure", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter, registerWh: 18829393, id: "r" });
    expect(talk.outcomes("r")[0]?.note).toContain("18829392");
    talk.hear("G>S:SMVAL_ACK;2", "G>S:MREB;2,MREB,1783000617,18829392");
    expect(talk.outcomes("r").at(-1)).toMatchObject({ state: "confirmed", registerWh: 18829392 });
  });

  it("on an interval or an LED shows in the node's snapshot, which is asked for every minute meanwhile", () => {
    const talk = new Talk().settled();
    talk.ask("set-interval", { meter, intervalS: 30, id: "i" });
    talk.hear("G>S:SMINT_ACK;2");
    talk.ask("set-led", { meter, rate: 1, ms: 100, id: "l" });
    talk.hear("G>S:SPLED_ACK;2").pass(60);
    expect(talk.written).toContain("S>G:GNOSNAP;2\r");
    talk.hear(snapshot(60, 0, 100));
    expect([talk.states("i").at(-1), talk.states("l").at(-1)]).toEqual(["acknowledged", "acknowledged"]);
    talk.hear(snapshot(30, 0, 100));
    expect([talk.states("i").at(-1), talk.states("l").at(-1)]).toEqual(["confirmed", "acknowledged"]);
    talk.hear(snapshot(30, 1, 100));
    expect(talk.states("l").at(-1)).toBe("confirmed");
    expect(talk.session.watching).toEqual([]);
  });

  it("that is not seen within 25 minutes leaves the command unconfirmed", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter, registerWh: 500, id: "r" });
    talk.hear("G>S:SMVAL_ACK;2").pass(1499);
    expect(talk.states("r").at(-1)).toBe("acknowledged");
    talk.pass(1);
    expect(talk.outcomes("r").at(-1)).toMatchObject({
      state: "unconfirmed",
      final: true,
      error: { code: "METERMAN_COMMAND_UNCONFIRMED" },
    });
  });

  it("will not come when the gateway restarted and forgot the command", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter, registerWh: 500, id: "r" });
    talk.hear("G>S:SMVAL_ACK;2", "G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 R_FLG 0xC0 UN");
    expect(talk.states("r").at(-1)).toBe("acknowledged");
    talk.hear("G>S:GMSG;1,GMSG,BOOT v10. Flags: 1 R_FLG 0x0");
    expect(talk.states("r").at(-1)).toBe("unconfirmed");
  });

  it("of a first command is lost to a second of the same kind for the same node, and to no other", () => {
    const talk = new Talk().settled();
    talk.ask("set-register", { meter, registerWh: 1, id: "1" });
    talk.hear("G>S:SMVAL_ACK;2");
    talk.ask("set-register", { meter: "0.0.1.1.3", registerWh: 2, id: "other" });
    talk.hear("G>S:SMVAL_ACK;3");
    talk.ask("set-register", { meter, registerWh: 3, id: "2" });
    expect(talk.states("1").at(-1)).toBe("acknowledged");
    talk.hear("G>S:SMVAL_ACK;2");
    expect(talk.outcomes("1").at(-1)).toMatchObject({ state: "replaced", final: true });
    expect(talk.states("other").at(-1)).toBe("acknowledged");
    talk.hear("G>S:MREB;2,MREB,1783000617,3");
    expect(talk.states("2").at(-1)).toBe("confirmed");
  });

  it("of one that still waits in the queue is lost without its being sent", () => {
    const talk = new Talk().settled();
    talk.ask("snapshot", {});
    talk.ask("set-led", { meter, rate: 1, ms: 1, id: "1" });
    talk.ask("set-led", { meter, rate: 2, ms: 2, id: "2" });
    talk.hear("G>S:NOSNAP");
    expect(talk.states("1")).toEqual(["queued", "replaced"]);
    expect(talk.written).toEqual(["S>G:GNOSNAP;254\r", "S>G:SPLED;2,2,2\r"]);
  });

  it("comes sooner when asked for: the node is told to poll faster first", () => {
    const talk = new Talk().settled();
    talk.ask("set-interval", { meter, intervalS: 30, soon: true, id: "i" });
    talk.hear("G>S:SGITR_ACK;2");
    expect(talk.written).toEqual(["S>G:SGITR;2,10,120\r", "S>G:SMINT;2 30\r"]);
  });

  it("of setting the time, or of asking for a snapshot, is the answer itself", () => {
    const talk = new Talk().settled();
    talk.ask("set-time", { id: "t" });
    talk.ask("snapshot", { meter, id: "s" });
    talk.ask("poll-faster", { meter, pollS: 10, forS: 60, id: "p" });
    talk.hear("G>S:STIME_ACK", snapshot(60, 0, 100), "G>S:SGITR_ACK;2");
    expect(talk.outcomes("t").at(-1)).toMatchObject({ state: "confirmed", final: true });
    expect(talk.outcomes("s").at(-1)).toMatchObject({ state: "confirmed", final: true });
    expect(talk.outcomes("p").at(-1)).toMatchObject({ state: "acknowledged", final: true });
  });
});
