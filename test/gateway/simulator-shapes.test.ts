import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flat, settings, world } from "./simulator-world.ts";

const data = join(import.meta.dirname, "..", "data");
/** Digits do not make the shape of a line, nor does the number of entries. */
const shape = (line: string) =>
  line
    .replace(/\d+/g, "#")
    .replace(/(;#,#(?!,|\.))+/g, ";entries")
    .replace(/(;#,#,#\.#)+/g, ";entries with amps");
const shapesOf = (text: string) => new Set(text.split(/\r?\n/).map(shape));
const real = shapesOf(
  readFileSync(join(data, "bench-run-1.uart.bin"), "latin1") +
    readFileSync(join(data, "gateway-serial-lines.txt"), "latin1"),
);

/** Lines that no capture holds: log lines of delivered instructions, whose words on the air the protocol gives. */
const UNSEEN = [
  "DEBUG: Sending: GITR,#,#,-#",
  "DEBUG: Sending: MVAI,#,-#",
  "DEBUG: Sending: MINI,#,-#",
  "DEBUG: Sending: MPLI,#,#,-#",
  "WARN: Send fail: GITR,#,#,-#",
  "WARN: Send fail: MVAI,#,-#",
  // The log repeats the text of the radio, of which the capture shows updates without current only.
  shape("DEBUG: Got msg: MUPC,1783000006,0;10,2,15.80;3,1,15.78. RSSI = -72"),
  // Echoes of what the captured server never typed.
  "S>G:SMVAL;#,#",
  "S>G:SMINT;# #",
  "S>G:SPLED;#,#,#",
  "S>G:SGITR;#,#,#",
];

const unseen = new Set(UNSEEN.map(shape));

describe("the simulated gateway's lines", () => {
  it("have the shapes of the real gateway's lines", () => {
    const { run, send, fault, bytes } = world(
      settings({
        meters: [flat(2, 600), flat(3, 4000, { current: true, intervalS: 10 })],
        lossShare: 0.05,
        duplicateShare: 0.05,
      }),
    );
    run(1300);
    for (const command of ["SMVAL;2,18829393", "SMINT;2 30", "SPLED;2,1,100", "SGITR;2,20,300"]) send(`S>G:${command}`);
    for (const command of ["GNOSNAP;254", "GNOSNAP;3", "GNOSNAP;9", "GGWSNAP", "SMVAL;7,1", "STIME;x"]) {
      send(`S>G:${command}`);
    }
    run(3000);
    fault({ kind: "dark", node: 3 });
    run(1000);
    const unknown = [...shapesOf(bytes())].filter((line) => !real.has(line) && !unseen.has(line));
    expect(unknown.filter((line) => line !== "S>G:STIME;x")).toEqual([]);
  });

  it("begin with the banner and the question for the time", () => {
    const { run, bytes } = world(settings(), { answersTime: false });
    run(0);
    const lines = bytes().split("\r\n");
    expect(lines.slice(0, 4)).toEqual(["", "", "=BOOT=", "R_FLG 0x1 PO"]);
    expect(lines.slice(-3)).toEqual(["DEBUG: Time=2017-01-01 00:00:00", "G>S:GTIME", ""]);
  });
});
