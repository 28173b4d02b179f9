import { describe, expect, it } from "vitest";
import { flat, settings, world } from "./simulator-world.ts";

/** One meter that has been up for 100 s; its first poll comes at about 605 s. */
function up() {
  const one = world(settings({ meters: [flat(2, 600)] }));
  one.run(100);
  return one;
}
const last = (text: string) => text.trim().split("\r\n").at(-1);

describe("a command to the simulated gateway", () => {
  it("is echoed character by character, and LF is ignored", () => {
    expect(up().send("S>G:SMVAL;2,5\n")).toBe("S>G:SMVAL;2,5\r\nG>S:SMVAL_ACK;2\r\n");
  });

  it("is refused for a node that was never heard, and for values out of range", () => {
    const { send } = up();
    expect(last(send("S>G:SMVAL;9,5"))).toBe("G>S:SMVAL_NACK;9");
    expect(last(send("S>G:SGITR;2,9,100"))).toBe("G>S:SGITR_NACK;2");
    expect(last(send("S>G:SPLED;2,1,3001"))).toBe("G>S:SPLED_NACK;2");
    expect(last(send("S>G:SMINT;2 255"))).toBe("G>S:SMINT_NACK;2");
    expect(last(send("S>G:STIME;soon"))).toBe("G>S:STIME_NACK");
  });

  it("that v10 does not know is only logged", () => {
    expect(up().send("S>G:SCAP;7")).toBe("S>G:SCAP;7\r\nWARN: Bad Serial Message: S>G:SCAP;7\r\n");
  });

  it("is cut at 39 characters, and a lone CR clears what a stray byte began", () => {
    const { send } = up();
    expect(send(`S>G:SMVAL;2,5${"0".repeat(40)}`)).toContain("SMVAL_NACK");
    expect(send("x")).toBe("x\r\n");
    expect(send("\u00ff")).toBe("\u00c3\u00bf\r\n");
    expect(last(send("S>G:SMVAL;2,5"))).toBe("G>S:SMVAL_ACK;2");
  });

  it("waits for the node's next poll, then sets the register as a float", () => {
    const one = up();
    one.send("S>G:SMVAL;2,5");
    one.send("S>G:SMVAL;2,18829393");
    one.run(400);
    expect(one.of("MREB")).toHaveLength(1);
    one.run(150);
    expect(one.of("MREB").at(-1)?.register).toBe(18_829_392);
    one.run(300);
    expect(one.of("MUP_").at(-1)?.baseRegister).toBeGreaterThan(18_829_392);
  });

  it("is acknowledged and then refused by the node from 3e9 Wh on", () => {
    const one = up();
    expect(last(one.send("S>G:SMVAL;2,3000000000"))).toBe("G>S:SMVAL_ACK;2");
    one.run(1000);
    expect(one.of("MREB")).toHaveLength(1);
  });

  it("is delivered one per poll: faster polls first, then register, interval, LED", () => {
    const one = up();
    one.send("S>G:SPLED;2,3,200");
    one.send("S>G:SMINT;2 30");
    one.send("S>G:SMVAL;2,1000");
    one.send("S>G:SGITR;2,10,600");
    one.run(550);
    const sent = [...one.bytes().matchAll(/Sending: (GITR|MVAI|MINI|MPLI)/g)].map((match) => match[1]);
    expect(sent).toEqual(["GITR", "MVAI", "MINI", "MPLI"]);
    one.run(200);
    one.send("S>G:GNOSNAP;2");
    expect(one.of("NOSNAP").at(-1)).toMatchObject({ interval: 30, ledRate: 3, ledMs: 200 });
    expect(
      one
        .of("MUP_")
        .at(-1)
        ?.entries.every((entry) => entry.duration === 30),
    ).toBe(true);
  });

  it("silences the node when an interval comes with a comma, until a good one repairs it", () => {
    const one = up();
    expect(last(one.send("S>G:SMINT;2,30"))).toBe("G>S:SMINT_ACK;2");
    one.run(600);
    const before = one.of("MUP_").length;
    one.run(1300);
    expect(one.of("MUP_").length).toBe(before);
    one.send("S>G:SMINT;2 30");
    one.run(1200);
    expect(one.of("MUP_").length).toBeGreaterThan(before);
  });

  it("answers a snapshot of all nodes on lines that continue the first", () => {
    const one = world(settings());
    one.run(100);
    expect(one.send("S>G:GNOSNAP;254")).toMatch(/G>S:NOSNAP;2,[^\r]+\r\n;3,[^\r]+\r\n\r\n$/);
    expect(last(one.send("S>G:GNOSNAP;9"))).toBe("G>S:GNOSNAP_NACK;9");
  });
});
