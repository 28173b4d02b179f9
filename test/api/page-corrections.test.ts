import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Draft, readDraft } from "../../nodes/api/pages/home/corrections/draft.ts";
import { fileWords, LARGEST_BYTES, readFile, toSend } from "../../nodes/api/pages/home/corrections/file.ts";
import { KINDS, KINDS_OFFERED } from "../../nodes/api/pages/home/corrections/kinds.ts";
import { kwh, kwhChange, kwhField, parseKwh } from "../../nodes/api/pages/home/corrections/kwh.ts";
import { fieldTime, instantsOf, parseLocal, spanWords } from "../../nodes/api/pages/home/corrections/local-time.ts";
import { doneWords, previewWords, whatWords } from "../../nodes/api/pages/home/corrections/words.ts";
import { ADJUSTMENT_KINDS, type Adjustment, epochSeconds } from "../../nodes/model/index.ts";
import { HOUSE } from "../store/support.ts";

const BRUSSELS = "Europe/Brussels";
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("kilowatt-hours that people type", () => {
  it("have a point or a comma, and become whole watt-hours", () => {
    const written = ["412.4", "412,4", " 1 234,567 kWh", "1'234.5", "0.001", ",5", "7.", "12.3000"];
    const value = (text: string) => {
      const read = parseKwh(text);
      return read.ok ? read.value : read.why;
    };
    expect(written.map(value)).toEqual([412_400, 412_400, 1_234_567, 1_234_500, 1, 500, 7000, 12_300]);
  });

  it("are refused where they could be meant in two ways, or mean nothing", () => {
    const why = (text: string) => {
      const read = parseKwh(text);
      return read.ok ? read.value : read.why;
    };
    expect(why("1.234,5")).toContain("without a separator");
    expect(why("1,234,567")).toContain("without a separator");
    expect(why("")).toBe("Write the energy in kWh.");
    for (const text of [".", "-", "12 apples", "1e5", "0x10", "NaN", "Infinity", "١٢"]) {
      expect(why(text)).toContain("Write a number of kWh");
    }
    expect(why("1.2345")).toContain("Three decimals");
    expect(why("-3")).toContain("below zero");
    expect(why("9999999999")).toContain("more than any meter");
  });

  it("may fall below zero where that makes sense, also with a real minus", () => {
    expect([parseKwh("-1.5", true), parseKwh("\u22121,5", true), parseKwh("+2", true)]).toEqual([
      { ok: true, value: -1500 },
      { ok: true, value: -1500 },
      { ok: true, value: 2000 },
    ]);
  });

  it("come back from what is shown without losing a watt-hour", () => {
    const property = fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (wh) => {
      for (const text of [kwh(wh), kwhChange(wh), kwhField(wh), kwhField(wh).replace(".", ",")]) {
        expect(parseKwh(text, true)).toEqual({ ok: true, value: wh });
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("are shown with their sign only where it is a change", () => {
    expect([0, 4, 1200, 12_345_600].map((wh) => plain(kwh(wh)))).toEqual([
      ...["0 kWh", "0.004 kWh", "1.2 kWh", "12 345.6 kWh"],
    ]);
    expect([0, 1200, -1200].map((wh) => plain(kwhChange(wh)))).toEqual(["0 kWh", "+1.2 kWh", "−1.2 kWh"]);
  });
});

describe("times that people type", () => {
  const ZONES = ["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];

  it("come back as the instant they came from, also in the hour that comes twice", () => {
    const at = fc.integer({ min: 1_577_836_800, max: 1_900_000_000 });
    const near = fc.constantFrom(1_761_440_400, 1_761_458_400, 1_774_746_000, 1_775_314_800).chain((turn) => {
      return fc.integer({ min: turn - 7200, max: turn + 7200 });
    });
    const property = fc.property(fc.oneof(at, near), fc.constantFrom(...ZONES), (instant, zone) => {
      expect(parseLocal(fieldTime(instant, zone), zone)).toEqual({ ok: true, value: instant });
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("are told when the clock was put forward over them", () => {
    const read = parseLocal({ text: "2026-03-29T02:30", fold: 0 }, BRUSSELS);
    expect(read).toEqual({ ok: false, why: expect.stringContaining("no such time") });
  });

  it("mean the first or the second of an hour that comes twice", () => {
    const both = instantsOf("2026-10-25T02:30", BRUSSELS);
    expect(both).toHaveLength(2);
    expect(parseLocal({ text: "2026-10-25T02:30", fold: 1 }, BRUSSELS)).toEqual({ ok: true, value: both[1] });
    expect(Number(both[1]) - Number(both[0])).toBe(3600);
    expect(spanWords(both[0] ?? 0, both[1] ?? 0, BRUSSELS)).toBe("25 Oct 2026 02:30 (UTC+2) to 02:30 (UTC+1)");
  });

  it("are refused when they are none", () => {
    for (const text of ["", "2026-04-31T10:00", "2026-01-01", "2026-01-01T25:00", "1926-01-01T10:00", "now"]) {
      expect(parseLocal({ text, fold: 0 }, BRUSSELS).ok).toBe(false);
    }
  });
});

describe("the form", () => {
  const span = { from: "2026-11-22T10:00", to: "2026-11-22T11:00", why: "torch" };
  const fields = (kind: Parameters<typeof readDraft>[0], draft: Draft) => {
    const read = readDraft(kind, draft, null, BRUSSELS);
    return read.ok ? read.order.fields : read.faults.map(({ field }) => field);
  };
  const FROM = Date.parse("2026-11-22T10:00+01:00") / 1000;

  it("becomes what the server is asked for, kind by kind", () => {
    expect(fields("delete", { ...span, lift: "on" })).toEqual({
      ...{ kind: "delete", from: FROM, to: FROM + 3600, lift: true, why: "torch" },
    });
    expect(fields("generate", { ...span, kwh: "1,5", shape: "like", likeDays: "7" })).toEqual({
      ...{ kind: "generate", from: FROM, to: FROM + 3600, wh: 1500, likeDays: 7, why: "torch" },
    });
    expect(fields("generate", { ...span, kwh: "1,5", shape: "even", likeDays: "x" })).not.toHaveProperty("likeDays");
    expect(fields("lift", { from: span.from, kwh: "-12", why: "behind" })).toEqual({
      ...{ kind: "lift", from: FROM, wh: -12_000, why: "behind" },
    });
    expect(fields("rebase", { at: span.from, registerKwh: "0", why: "new" })).toEqual({
      ...{ kind: "rebase", at: FROM, registerWh: 0, why: "new" },
    });
    expect(fields("check", { at: span.from, displayKwh: "412.4", why: "read" })).toEqual({
      ...{ kind: "check", at: FROM, displayWh: 412_400, why: "read" },
    });
    expect(fields("merge", { source: "0.0.1.1.3", until: "", why: "broke" })).toEqual({
      ...{ kind: "merge", source: "0.0.1.1.3", why: "broke" },
    });
    expect(fields("rename", { name: " Flat ", why: "moved" })).toEqual({ kind: "rename", name: "Flat", why: "moved" });
  });

  it("sends a file as it is, and its few fields beside it", () => {
    const file = { name: "a.csv", text: "start,end,wh\n", mediaType: "text/csv" } as const;
    const read = readDraft("upload", { mode: "fill", why: "bill" }, file, BRUSSELS);
    expect(read).toEqual({ ok: true, order: { as: "file", file, fields: { mode: "fill", why: "bill" } } });
  });

  it("says of each field what it lacks, in the order of the form, and the reason last", () => {
    for (const kind of KINDS_OFFERED) {
      const faults = fields(kind, {});
      expect(Array.isArray(faults) && faults.at(-1)).toBe("why");
    }
    expect(fields("delete", {})).toEqual(["from", "to", "why"]);
    expect(fields("generate", { shape: "like" })).toEqual(["from", "to", "kwh", "likeDays", "why"]);
    expect(fields("delete", { ...span, to: span.from })).toEqual(["to"]);
    expect(fields("lift", { ...span, kwh: "0" })).toEqual(["kwh"]);
    expect(fields("delete", { ...span, why: "x".repeat(501) })).toEqual(["why"]);
  });

  it("offers every correction that there is, each explained in one sentence", () => {
    expect([...KINDS_OFFERED].sort()).toEqual([...ADJUSTMENT_KINDS].sort());
    for (const kind of KINDS_OFFERED) expect(KINDS[kind].sentence).toMatch(/^[A-Z][^.]+\.$/);
  });
});

describe("a file", () => {
  it("is told by its name, or by how it begins, and JSON goes out line by line", () => {
    const sent = (name: string, text: string) => {
      const read = toSend(name, text);
      return read.ok ? [read.value.mediaType, read.value.text] : read.why;
    };
    expect(sent("a.CSV", "[")).toEqual(["text/csv", "["]);
    expect(sent("a.txt", "when_start,entry_value\n")).toEqual(["text/csv", "when_start,entry_value\n"]);
    for (const text of ['[{"a":1},{"a":2}]', '{\n"items":[{"a":1},{"a":2}]}', '{"rows":[{"a":1},{"a":2}]}']) {
      expect(sent("a.json", text)).toEqual(["application/x-ndjson", '{"a":1}\n{"a":2}\n']);
    }
    expect(sent("a.json", '{"a":1}\n{"a":2}')).toEqual(["application/x-ndjson", '{"a":1}\n{"a":2}']);
    expect(sent("a.json", "[{")).toContain("no list of rows");
  });

  it("is read whole, or refused with what to do", async () => {
    const good = await readFile(new File(["start,end,wh\n1,2,3\n\n"], "a.csv"));
    expect(good.ok && fileWords(good.value)).toBe("a.csv, 2 lines");
    expect(await readFile(new File([], "a.csv"))).toEqual({ ok: false, why: "a.csv is empty." });
    const large = await readFile(new File(["x".repeat(LARGEST_BYTES + 1)], "a.csv"));
    expect(large).toEqual({ ok: false, why: expect.stringContaining("command line") });
  });
});

describe("what was done, in words", () => {
  const at = epochSeconds(Date.parse("2026-11-22T10:00+01:00") / 1000);
  const done = (more: Partial<Adjustment>): Adjustment => {
    const author = { who: "Anna", why: "bill", at, undone: null };
    const span = { from: at, to: epochSeconds(at + 3600), changeWh: 0, readings: 0, details: {} };
    return { n: 1, meter: HOUSE, kind: "delete", ...author, ...span, ...more };
  };
  const what = (more: Partial<Adjustment>) => plain(whatWords(done(more), (id) => (id === HOUSE ? "House" : id)));

  it("names each kind with what it brought", () => {
    expect(what({ details: { lift: true } })).toBe("Span deleted, later registers follow");
    expect(what({ kind: "upload", readings: 1, details: { mode: "fill" } })).toBe(
      "1 reading brought, where there were none",
    );
    expect(what({ kind: "generate", details: { likeDays: 7 } })).toBe("Energy filled in, like 7 days before");
    expect(what({ kind: "rebase", details: { registerWh: 0 } })).toBe("Register set to 0 kWh");
    expect(what({ kind: "lift", details: { wh: -12_000 } })).toBe("Registers shifted by −12 kWh");
    expect(what({ kind: "merge", details: { source: HOUSE } })).toBe("Joined with House");
    expect(what({ kind: "rename", details: { name: "Flat" } })).toBe("Renamed to “Flat”");
    expect(what({ kind: "check", details: { displayWh: 412_400 } })).toBe("Display read 412.4 kWh");
  });

  it("says before and after how much energy moves, and when", () => {
    const figures = { beforeWh: 1500, afterWh: 0, readingsBefore: 4, readingsAfter: 0, leftOut: [] };
    const { from, to } = done({});
    const told = (kind: Adjustment["kind"], more: object = {}) =>
      plain(previewWords({ kind, from, to, ...figures, ...more }, BRUSSELS));
    expect(told("delete")).toBe("1.5 kWh less than now, 22 Nov 2026 10:00 to 11:00.");
    expect(told("upload", { afterWh: 2000, to: null })).toBe("0.5 kWh more than now, from 22 Nov 2026 10:00 on.");
    expect(told("check", { to: from })).toBe("This is kept to compare with, 22 Nov 2026 10:00. No reading changes.");
    expect(plain(doneWords(done({ changeWh: -1500 }), BRUSSELS))).toBe(
      "Done: −1.5 kWh for 22 Nov 2026 10:00 to 11:00.",
    );
    expect(doneWords(done({ kind: "rename", from: null, to: null }), BRUSSELS)).toBe("Done.");
  });
});
