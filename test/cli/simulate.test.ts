import { describe, expect, it } from "vitest";
import { createDecoder, type Line } from "../../nodes/gateway/index.ts";
import { Pty } from "../support/pty.ts";
import { ended, run, start, until } from "./support.ts";

const PAST = ["--start", "2026-07-02T12:00Z"];

function linesOf(text: string): readonly Line[] {
  const decoder = createDecoder();
  return decoder.feed(Buffer.from(text, "latin1"));
}

describe("the simulated gateway of the command line", () => {
  it("sends what a gateway sends, the same with the same seed", async () => {
    const args = ["simulate", "--profile", "flat,pump", "--speed", "0", "--for", "3600", "--seed", "7", ...PAST];
    const [one, other] = [await run(args), await run(args)];
    expect(one.code).toBe(0);
    expect(one.out).toBe(other.out);
    const updates = one.out.match(/^G>S:MUP_;\d/gm) ?? [];
    expect(new Set(updates)).toEqual(new Set(["G>S:MUP_;2", "G>S:MUP_;3"]));
    expect(updates.length).toBeGreaterThan(100);
    expect(linesOf(one.out).length).toBeGreaterThan(100);
  });

  it("follows commands on standard input as a gateway does", async () => {
    const child = start(["simulate", "--profile", "flat", "--speed", "600", ...PAST]);
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    await until("an update", () => out.includes("G>S:MUP_;2"));
    child.stdin.write("S>G:SMVAL;2,123456\n");
    await until("the acknowledgement", () => out.includes("G>S:SMVAL_ACK;2"));
    await until("the rebase", () => /G>S:MREB;2,MREB,\d+,123456/.test(out));
    child.kill("SIGINT");
    await ended(child);
  });

  it("speaks on a serial port", async () => {
    const pty = await Pty.open();
    try {
      const child = start(["simulate", "--profile", "flat", "--speed", "600", ...PAST, "--port", pty.path]);
      const heard = () => pty.received.toString("latin1");
      await until("an update", () => heard().includes("G>S:MUP_;2"));
      await pty.feed(Buffer.from("S>G:GNOSNAP;2\r"));
      await until("the snapshot", () => heard().includes("G>S:NOSNAP;"));
      child.kill("SIGTERM");
      await ended(child);
    } finally {
      await pty.close();
    }
  });

  it("ends quietly when nobody reads on", async () => {
    const child = start(["simulate", "--speed", "0", ...PAST]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended(child)).toBe(0);
    expect(err).toBe("");
  });

  it("lists its kinds of meters and refuses others", async () => {
    expect((await run(["simulate", "--list"])).out).toMatch(/^household +a house/);
    for (const wrong of [
      ["--profile", "castle"],
      ["--profile", "export"],
      ["--meters", "0"],
      ["--speed", "-1"],
    ]) {
      expect(await run(["simulate", ...wrong])).toMatchObject({ code: 2, out: "" });
    }
  });
});
