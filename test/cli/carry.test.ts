import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { epochSeconds, parseMeterId, wh } from "../../nodes/model/index.ts";
import {
  ended,
  eventsOf,
  HOUSE,
  hear,
  inStore,
  must,
  newFolder,
  rowsOf,
  run,
  SHED,
  START,
  start,
  steadily,
} from "./support.ts";

const BY = { who: "Ada", why: "it was wrong" };

/** A store with two meters, an implied rebase, a name and a check. */
async function filled(): Promise<string> {
  const folder = await newFolder();
  await inStore(folder, async (store) => {
    await hear(store, HOUSE, steadily(100));
    await hear(store, HOUSE, [[START + 7000, 12]]);
    await hear(store, SHED, steadily(10));
    must(await store.adjust(HOUSE, { kind: "rename", name: "Hus & hage" }, BY));
    const at = epochSeconds(START + 60);
    must(await store.adjust(HOUSE, { kind: "check", at, displayWh: wh(5) }, BY));
    must(await store.undo(HOUSE, 2, { who: "Eve", why: "misread" }));
  });
  return folder;
}

const everything = (folder: string) =>
  inStore(folder, async (store) => ({
    meters: [...store.meters()].sort(),
    rows: await rowsOf(store, HOUSE),
    events: await eventsOf(store, HOUSE),
    trail: must(await store.adjustments(HOUSE)).items,
    name: store.nameOf(HOUSE),
    memory: store.memory(HOUSE),
  }));

describe("an export of the command line", () => {
  it("that is imported into an empty store is the same readings, events, corrections, name and account", async () => {
    const [folder, to, place] = [await filled(), await newFolder(), await newFolder()];
    const file = join(place, "all.ndjson");
    expect(await run(["export", "--store", folder, "--output", file])).toMatchObject({ code: 0, out: "" });
    const imported = await run(["import", "--store", to, file]);
    expect(imported.err).toContain(`${HOUSE}: done`);
    expect(imported.code).toBe(0);
    const before = await everything(folder);
    expect(before.rows.length).toBeGreaterThan(98);
    expect(before.events.length).toBeGreaterThan(0);
    expect(before.name).toBe("Hus & hage");
    expect(await everything(to)).toEqual(before);
  });

  it("carries the account on: what the meter counted meanwhile is added to the same total", async () => {
    const [folder, to, place] = [await newFolder(), await newFolder(), await newFolder()];
    await inStore(folder, (store) => hear(store, HOUSE, steadily(100)));
    await run(["export", "--store", folder, "--output", join(place, "all.ndjson")]);
    await run(["import", "--store", to, join(place, "all.ndjson")]);
    const later = steadily(5, 60, 7, START + 9000, 400_000 + 99 * 7 + 500);
    const [stayed, moved] = [folder, to].map((one) => inStore(one, (store) => hear(store, HOUSE, later)));
    expect(await moved).toBe(99 * 7 + 500 + 4 * 7);
    expect(await stayed).toBe(await moved);
  });

  it("brings readings and registers as corrections left them, and lists these without undoing them", async () => {
    const [folder, to, place] = [await newFolder(), await newFolder(), await newFolder()];
    const span = { from: epochSeconds(START + 600), to: epochSeconds(START + 1200) };
    await inStore(folder, async (store) => {
      await hear(store, HOUSE, steadily(100));
      must(await store.adjust(HOUSE, { kind: "delete", ...span }, BY));
      must(await store.adjust(HOUSE, { kind: "rebase", at: span.to, registerWh: wh(9_000_000) }, BY));
    });
    await run(["export", "--store", folder, "--output", join(place, "all.ndjson")]);
    expect(await run(["import", "--store", to, join(place, "all.ndjson")])).toMatchObject({ code: 0 });
    const before = await everything(folder);
    const after = await everything(to);
    expect(after.rows).toEqual(before.rows);
    expect(after.rows.at(-1)?.registerWh).toBeGreaterThan(9_000_000);
    expect(after.trail.slice(0, 2)).toEqual(before.trail);
    // One more lets the registers that are heard now follow.
    expect(after.trail.slice(2)).toMatchObject([{ kind: "lift", who: "meterman import" }]);
    const later = steadily(5, 60, 7, START + 9000, 400_000 + 99 * 7 + 500);
    const [stayed, moved] = [folder, to].map((one) =>
      inStore(one, async (store) => {
        await hear(store, HOUSE, later);
        const refused = await store.undo(HOUSE, 1, BY);
        return { rows: await rowsOf(store, HOUSE), shown: store.registerOf(HOUSE, wh(401_000)), refused: refused.ok };
      }),
    );
    expect((await moved)?.refused).toBe(false);
    expect((await moved)?.shown).toBe((await stayed)?.shown);
    expect((await moved)?.rows.slice(-5)).toEqual((await stayed)?.rows.slice(-5));
  });

  it("is only looked at in a dry run: no store is made for it", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    const file = join(place, "all.ndjson");
    await run(["export", "--store", folder, "--output", file]);
    const dry = await run(["import", "--dry-run", "--store", join(place, "new"), file]);
    expect(dry).toMatchObject({ code: 0, out: expect.stringMatching(/would be restored with 99 readings/) });
    expect(await readdir(place)).toEqual(["all.ndjson"]);
  });

  it("lets registers go on that a correction made lower than what was taken off", async () => {
    const [folder, to, place] = [await newFolder(), await newFolder(), await newFolder()];
    await inStore(folder, async (store) => {
      await hear(store, HOUSE, steadily(100));
      must(await store.adjust(HOUSE, { kind: "rebase", at: epochSeconds(START), registerWh: wh(0) }, BY));
    });
    await run(["export", "--store", folder, "--output", join(place, "all.ndjson")]);
    expect(await run(["import", "--store", to, join(place, "all.ndjson")])).toMatchObject({ code: 0 });
    const goesOn = (one: string) =>
      inStore(one, async (store) => {
        await hear(store, HOUSE, steadily(5, 60, 7, START + 9000, 400_000 + 99 * 7));
        return { rows: await rowsOf(store, HOUSE), shown: store.registerOf(HOUSE, wh(401_000)) };
      });
    const stayed = await goesOn(folder);
    expect(stayed.shown).toBe(1000);
    expect(await goesOn(to)).toEqual(stayed);
  });

  it("of a span restores the readings of that span; the account begins anew", async () => {
    const [folder, to] = [await filled(), await newFolder()];
    const exported = await run(["export", HOUSE, "--store", folder, "--from", String(START + 600)]);
    const imported = await run(["import", "--store", to, "--format", "ndjson", "-"], { input: exported.out });
    expect(imported.out).toContain("its total begins at 0");
    const [before, after] = [await everything(folder), await everything(to)];
    expect(after.rows).toEqual(before.rows.filter(({ end }) => end > START + 600));
    expect(await inStore(to, (store) => hear(store, HOUSE, steadily(3, 60, 7, START + 9000)))).toBe(14);
  });

  it("is one file per meter in a folder, and a folder's files are imported together", async () => {
    const [folder, to, place] = [await filled(), await newFolder(), await newFolder()];
    expect(await run(["export", "--store", folder, "--output", place])).toMatchObject({ code: 0 });
    expect((await readdir(place)).sort()).toEqual([`${HOUSE}.ndjson`, `${SHED}.ndjson`]);
    const files = [HOUSE, SHED].map((meter) => join(place, `${meter}.ndjson`));
    expect(await run(["import", "--store", to, ...files])).toMatchObject({ code: 0 });
    expect(await everything(to)).toEqual(await everything(folder));
  });

  it("is printed where no file is named, of a span, as CSV with everything in one table", async () => {
    const folder = await filled();
    const from = String(START + 60);
    const ran = await run([
      "export",
      HOUSE,
      "--store",
      folder,
      "--format",
      "csv",
      "--from",
      from,
      "--to",
      "2026-07-02T14:00Z",
    ]);
    const [heading, ...lines] = ran.out.trimEnd().split("\r\n");
    expect(heading).toMatch(/^record,start,end,/);
    expect(new Set(lines.map((line) => line.split(",")[0]))).toEqual(new Set(["reading", "adjustment"]));
    expect(lines.filter((line) => line.startsWith("reading"))).toHaveLength(13);
    expect(ran.code).toBe(0);
  });

  it("tells of a meter that is not there, and wants one meter for a table", async () => {
    const folder = await filled();
    const unknown = await run(["export", "0.0.1.1.9", "--store", folder]);
    expect(unknown).toMatchObject({ code: 2, out: "" });
    expect(unknown.err).toContain(`there are ${HOUSE}, ${SHED}`);
    expect((await run(["export", "--store", folder, "--format", "csv"])).err).toContain("a CSV table is of one meter");
  });

  it("of a store that is in use is made from a copy", async () => {
    const folder = await filled();
    const ran = await inStore(folder, () => run(["export", SHED, "--store", folder]));
    expect(ran.err).toContain("the store is in use");
    expect(ran.out.trimEnd().split("\n").at(-1)).toBe('{"type":"end","readings":9,"events":0,"adjustments":0}');
    expect(ran.code).toBe(0);
  });

  it("ends quietly when nobody reads on", async () => {
    const folder = await newFolder();
    await inStore(folder, (store) => hear(store, HOUSE, steadily(4000, 15)));
    const child = start(["export", "--store", folder]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended(child)).toBe(0);
    expect(err).not.toMatch(/EPIPE|Error/);
  });
});

describe("an import into a store that has the meter", () => {
  const rows = (count: number) =>
    `start,end,wh\n${Array.from({ length: count }, (_, i) => `${START + i * 60},${START + i * 60 + 60},50\n`).join("")}`;

  it("is a correction with who and why, and can be undone", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    const file = join(place, "rows.csv");
    await writeFile(file, rows(10));
    const before = await everything(folder);
    const args = ["import", "--store", folder, "--meter", HOUSE, "--who", "Bo", "--why", "from the utility", file];
    const dry = await run([...args, "--dry-run"]);
    expect(dry.out).toContain("energy of that time: 70 Wh before, 500 Wh after (+430 Wh)");
    expect(dry.out).toContain("nothing was changed");
    expect(await everything(folder)).toEqual(before);
    const ran = await run(args);
    expect(ran.out).toContain(`this is correction 3 of ${HOUSE}: it can be undone`);
    await inStore(folder, async (store) => {
      const trail = must(await store.adjustments(HOUSE)).items;
      expect(trail.at(-1)).toMatchObject({ n: 3, kind: "upload", who: "Bo", why: "from the utility", readings: 10 });
      expect(await rowsOf(store, HOUSE)).not.toEqual(before.rows);
      must(await store.undo(HOUSE, 3, BY));
      expect(await rowsOf(store, HOUSE)).toEqual(before.rows);
    });
  });

  it("takes rows of the original server from standard input, and only where there is nothing when asked to fill", async () => {
    const folder = await filled();
    const [known, free] = [START + 60, START + 40_000];
    const input = JSON.stringify(
      [known, free].map((at) => ({ when_start: at, entry_value: 9, entry_interval_length: 60, meter_value: 400_009 })),
    );
    const args = ["import", "--store", folder, "--meter", HOUSE, "--fill", "--format", "json", "-"];
    const ran = await run(args, { input });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain("left out, line 1: ");
    const last = await inStore(folder, async (store) => (await rowsOf(store, HOUSE)).at(-1));
    expect(last).toMatchObject({ start: free, end: free + 60, wh: 9 });
  });

  it("changes nothing when a line is wrong, and tells which", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    await writeFile(join(place, "good.csv"), rows(10));
    await writeFile(join(place, "bad.csv"), `${rows(10)}1,2,many\n`);
    const before = await everything(folder);
    const files = ["good.csv", "bad.csv"].map((name) => join(place, name));
    const ran = await run(["import", "--store", folder, "--meter", HOUSE, ...files]);
    expect(ran.err).toContain("bad.csv, line 12: wh must be a whole number");
    expect(ran.err).toContain("nothing was changed");
    expect(ran.code).toBe(1);
    expect(await everything(folder)).toEqual(before);
  });

  it("says what is missing: the meter, a meter that is known, a format, a file", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    const file = join(place, "rows.csv");
    await writeFile(file, rows(3));
    const refused = async (...args: string[]) => {
      const { code, err } = await run(["import", "--store", folder, ...args]);
      return `${code} ${err}`;
    };
    expect(await refused(file)).toMatch(/^2 .*say with --meter/);
    expect(await refused(file, "--meter", "0.0.1.1.7")).toMatch(/^1 .*METERMAN_UNKNOWN_METER.*add --new/);
    expect(await refused("-")).toMatch(/^2 .*say with --format/);
    expect(await refused(join(place, "none.csv"))).toMatch(/^2 .*is no file/);
    expect(await refused(file, "--meter", "0.0.1.1.7", "--new")).toMatch(/^0 /);
    expect(await inStore(folder, async (store) => store.meters().includes(must(parseMeterId("0.0.1.1.7"))))).toBe(true);
  });

  it("makes no new meter when its rows are refused", async () => {
    const to = await newFolder();
    const args = ["import", "--store", to, "--new", "--meter", HOUSE, "--format", "csv", "-"];
    const refused = await run(args, { input: "start,end,wh\n5,10,5\n" });
    expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/none of the rows counts/) });
    expect(await inStore(to, async (store) => store.meters())).toEqual([]);
    const taken = await run(args, { input: `start,end,wh\n${START},${START + 60},5\n` });
    expect(taken).toMatchObject({ code: 0 });
    expect(await inStore(to, async (store) => [store.meters(), (await rowsOf(store, HOUSE)).length])).toEqual([
      [HOUSE],
      1,
    ]);
  });

  it("waits for nobody: a store in use is refused", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    await writeFile(join(place, "rows.csv"), rows(3));
    const ran = await inStore(folder, () =>
      run(["import", "--store", folder, "--meter", HOUSE, join(place, "rows.csv")]),
    );
    expect(ran.err).toContain("METERMAN_STORE_LOCKED");
    expect(ran.code).toBe(1);
  });

  it("of an export without readings changes nothing", async () => {
    const [folder, place] = [await filled(), await newFolder()];
    const file = join(place, "none.ndjson");
    await run(["export", HOUSE, "--store", folder, "--from", "2026-08-01", "--output", file]);
    const before = await everything(folder);
    expect(await run(["import", "--store", folder, file])).toMatchObject({ code: 0 });
    expect(await everything(folder)).toEqual(before);
  });

  it("of an export that was cut off takes nothing", async () => {
    const [folder, to, place] = [await filled(), await newFolder(), await newFolder()];
    const file = join(place, "all.ndjson");
    await run(["export", "--store", folder, "--output", file]);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, text.length / 2));
    const ran = await run(["import", "--store", to, file]);
    expect(ran.err).toContain("it was cut off");
    expect(ran.code).toBe(1);
    expect(existsSync(join(to, "m"))).toBe(false);
  });
});
