import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CSV_EXPORT,
  type Entry,
  NDJSON_EXPORT,
  parseRows,
  type RowType,
  readEntries,
  rowsOf,
} from "../../nodes/api/formats/index.ts";
import {
  type Adjustment,
  amps,
  epochSeconds,
  type MeterEvent,
  meanWatts,
  parseMeterId,
  QUALITIES,
  type ReadingRow,
  SOURCES,
  seconds,
  wh,
} from "../../nodes/model/index.ts";

const parsed = parseMeterId("0.0.1.1.2");
if (!parsed.ok) throw new Error("no meter");
const meter = parsed.value;
const CSV: RowType = "text/csv";
const JSON_TEXT: RowType = "application/json";
const LINES: RowType = "application/x-ndjson";

const rows = async (text: string, type: RowType = CSV, zone = "UTC") => {
  const result = await parseRows(text, type, zone);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const fault = async (text: string, type: RowType = CSV) => {
  const result = await parseRows(text, type, "UTC");
  return result.ok ? "no fault" : `${result.error.code} ${result.error.message}`;
};
const ROW = { start: 1_783_000_005, end: 1_783_000_020, wh: 5 };

describe("rows of a CSV", () => {
  it("are taken with times as epoch seconds, milliseconds or ISO 8601", async () => {
    const text =
      "start,end,wh\n1783000005,1783000020,5\n1783000005000,1783000020000,5\n2026-07-02T13:46:45Z,2026-07-02T15:47:00+02:00,5\n";
    expect(await rows(text)).toEqual([ROW, ROW, ROW]);
  });

  it("are taken at local times of the store's zone when no offset is given", async () => {
    expect(await rows("start,end,wh\n2026-07-02 15:46:45,2026-07-02 15:47:00,5\n", CSV, "Europe/Oslo")).toEqual([ROW]);
  });

  it("are found by their heading in any order and case, with spaces, quotes, CRLF, a byte order mark and empty lines", async () => {
    const text =
      '\uFEFF\r\n Wh ;"Register_Wh"; END ; Start ; note \r\n\r\n 5 ;"400005"; 1783000020 ; 1783000005 ;"a ""b"", c"\r\n';
    expect(await rows(text)).toEqual([{ ...ROW, registerWh: 400_005 }]);
  });

  it("have every field that our own table has", async () => {
    const text = `start,end,startIso,endIso,wh,watts,registerWh,amps,source,quality,coveredS\n1783000005,1783000020,x,y,5,1200,400005,1.25,register-gap,late suspect,15\n`;
    const quality = ["late", "suspect"];
    expect(await rows(text)).toEqual([{ ...ROW, registerWh: 400_005, amps: 1.25, source: "register-gap", quality }]);
  });

  it("of the original server have a length in seconds, and the register at the end of the entry", async () => {
    const text = "when_start,entry_value,entry_interval_length,meter_value\n1783000005,5,15,400005\n";
    expect(await rows(text)).toEqual([{ ...ROW, registerWh: 400_005 }]);
  });

  it("in kilowatt-hours are taken when nothing is rounded away", async () => {
    expect(await rows("start,end,kWh,registerKWh\n1783000005,1783000020,0.005,400.005\n")).toEqual([
      { ...ROW, registerWh: 400_005 },
    ]);
    expect(await fault("start,end,kWh\n1783000005,1783000020,0.0051\n")).toContain(
      "line 2: kwh must be kilowatt-hours",
    );
  });

  it("that are wrong are told by line, with what to do, and without a part of the text", async () => {
    const secret = "x".repeat(500);
    const text = `start,end,wh,source\n1783000005,1783000020,1.5,\n${secret},1783000020,5,\n1783000020,1783000005,5,\n1783000005,1783000020,-5,\n1783000005,1783000020,5,guess\n1783000005,1783000020,,\n1,2,3,,5\n`;
    const told = await fault(text);
    expect(told).toMatch(
      /^METERMAN_BAD_MESSAGE nothing was taken: line 2: wh must be a whole number of watt-hours, not below 0; round it, or call the column kwh/,
    );
    expect(told).toContain("line 3: start must be a time as epoch seconds");
    expect(told).toContain("line 4: end must not be before start");
    expect(told).toContain("line 5: wh must be");
    expect(told).toContain("line 6: source must be one of interval, register-gap, synthetic, pulses");
    expect(told).toContain("line 7: wh (or kWh) is missing");
    expect(told).toContain("line 8: the heading has 4 columns, this line has 5");
    expect(told).not.toContain("xxx");
  });

  it("that are all wrong are told ten at a time", async () => {
    const told = await fault(`start,end,wh\n${"1,2,x\n".repeat(5000)}`);
    expect(told).toContain("line 11:");
    expect(told).not.toContain("line 12:");
    expect(told).toMatch(/and at least 990 more$/);
  });

  it.each([
    ["nothing at all", "", "there are no rows"],
    ["only a heading", "start,end,wh\n", "there are no rows"],
    ["no heading", "1783000005,1783000020,5\n", "line 1: the first line must name the columns, like start,end,wh"],
    ["no column for the energy", "start,end,energy\n1,2,3\n", "there is no wh (or kWh)"],
    ["a column twice", "start,end,wh,when_start\n1,2,3,4\n", "two columns have the same name"],
    ["an open quote", 'start,end,wh\n1,2,"3\n', "a quote is not closed"],
    ["a stray quote", 'start,end,wh\n1,2,3"4"\n', "a quote is where none may be"],
    ["one endless line", `start,end,wh\n1,2,${"3".repeat(200_000)}`, "far too long"],
    ["an endless quote", `start,end,wh\n1,2,"${"3\n".repeat(200_000)}`, "far too long"],
    ["a thousand ragged lines", `start,end,wh\n${"1\n".repeat(100_000)}`, "more or fewer fields than the heading"],
    ["binary", "\u0000\u0001\u0002PK\u0003\u0004", "the first line must name the columns"],
  ])("are refused with words when there is %s", async (_, text, words) => {
    const told = await fault(text);
    expect(told).toContain("METERMAN_BAD_MESSAGE");
    expect(told).toContain(words);
    expect(told.length).toBeLessThan(500);
  });
});

describe("rows of JSON", () => {
  it("are the objects of an array, with names of ours or of the original server", async () => {
    const original = { when_start: 1_783_000_005, entry_value: 5, entry_interval_length: 15, meter_value: 400_005 };
    const text = JSON.stringify([{ ...ROW, quality: ["late"], amps: null }, original], null, 2);
    expect(await rows(text, JSON_TEXT)).toEqual([
      { ...ROW, quality: ["late"] },
      { ...ROW, registerWh: 400_005 },
    ]);
  });

  it("are the lines of NDJSON; of an export only the readings", async () => {
    const head = NDJSON_EXPORT.head({ ...{ meter, name: "House", zone: "UTC" }, ...times });
    const event: MeterEvent = { meter, at: epochSeconds(1_783_000_010), kind: "back" };
    const text = `${head}{"type":"reading","start":1783000005,"end":1783000020,"wh":5}\n${NDJSON_EXPORT.events([event])}{"type":"end","readings":1,"events":1,"adjustments":0}\n`;
    expect(await rows(text, LINES)).toEqual([ROW]);
  });

  it.each([
    ["an object instead of an array", "{}", JSON_TEXT, "line 1: a JSON text must be an array of rows"],
    [
      "a second array behind the first",
      `[${JSON.stringify(ROW)}]\n[${JSON.stringify(ROW)}]`,
      JSON_TEXT,
      "line 2: there is more",
    ],
    ["an array that is cut off", '[{"start":1},\n', JSON_TEXT, "the array is not closed"],
    ["elements that are no objects", "[1,\n[],null]", JSON_TEXT, "line 2: this must be a JSON object"],
    ["an element that is no JSON", "[{'start':1}]", JSON_TEXT, "line 1: this must be a JSON object"],
    ["a comma too many", `[${JSON.stringify(ROW)},,{}]`, JSON_TEXT, "line 1: this must be a JSON object"],
    ["an endless string", `["${"x".repeat(200_000)}"]`, JSON_TEXT, "far too long"],
    ["an empty array", "[]", JSON_TEXT, "there are no rows"],
    ["a line that is no JSON", '{"start":1783000005,"end":1783000020,"wh":5}\nnope\n', LINES, "line 2: this must be"],
    ["an endless line", "x".repeat(200_000), LINES, "line 1: this is far too long"],
    ["a future export", '{"type":"meterman-export","version":2}\n', LINES, "newer version"],
    ["an export without its end", `{"type":"meterman-export","version":1}\n${JSON.stringify(ROW)}\n`, LINES, "cut off"],
    [
      "an export with a line missing",
      `{"type":"meterman-export","version":1}\n{"type":"end","readings":1,"events":0,"adjustments":0}\n`,
      LINES,
      "lines of this export are missing",
    ],
  ] as const)("are refused with words when there is %s", async (_, text, type, words) => {
    expect(await fault(text, type)).toContain(words);
  });

  it("of a message are told by the number of the row, and names of the prototype mean nothing", () => {
    const result = rowsOf([ROW, JSON.parse('{"__proto__":{"start":1},"constructor":2,"end":3,"wh":1}'), 7], "UTC");
    expect(result.ok ? "" : result.error.message).toBe(
      "nothing was taken: row 2: start is missing; row 3: this must be a JSON object like {…}",
    );
  });
});

const times = { from: epochSeconds(1_783_000_000), to: epochSeconds(1_784_000_000), at: epochSeconds(1_785_000_000) };
const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom("=1+1", '"a", b', "-x\r\ny", "@SUM", "æ\uFEFF"));
const energy = fc.nat({ max: 1e9 });
const reading: fc.Arbitrary<ReadingRow> = fc
  .record({
    start: fc.integer({ min: 1_577_836_800, max: 1_900_000_000 }),
    length: fc.nat({ max: 86_400 }),
    wh: energy,
    registerWh: fc.option(energy),
    amps: fc.option(fc.nat({ max: 9999 })),
    source: fc.constantFrom(...SOURCES),
    quality: fc.subarray([...QUALITIES]),
  })
  .map(({ start, length, wh: used, registerWh, amps: current, source, quality }) => ({
    ...{ start: epochSeconds(start), end: epochSeconds(start + length), wh: wh(used), source, quality },
    ...{ watts: meanWatts(wh(used), seconds(Math.max(1, length))), coveredS: length },
    registerWh: registerWh === null ? null : wh(registerWh),
    ...(current !== null && { amps: amps(current / 100) }),
  }));
const event: fc.Arbitrary<MeterEvent> = text.map((words) => ({ meter, at: times.at, kind: "text", text: words }));
const trail: fc.Arbitrary<Adjustment> = fc.record({ who: text, why: text, n: fc.nat() }).map((author) => ({
  ...{ meter, kind: "delete", at: times.at, from: times.from, to: null, changeWh: -7, readings: 0 },
  ...{ ...author, details: { lift: true }, undone: { who: author.why, why: author.who, at: times.at } },
}));
/** What a reading is once it was carried away. */
const brought = ({ start, end, wh: used, registerWh, amps: current, source, quality }: ReadingRow) => ({
  ...{ start, end, wh: used, source },
  ...(registerWh !== null && { registerWh }),
  ...(current !== undefined && { amps: current }),
  ...(quality.length > 0 && { quality }),
});

describe("whatever is sent", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          "start",
          "end",
          "wh",
          ",",
          ";",
          "\n",
          '"',
          "[",
          "]",
          "{",
          "}",
          ":",
          "1783000005",
          "-1",
          "\\",
          " ",
        ),
      )
      .map((parts) => parts.join("")),
  );
  it.each([CSV, JSON_TEXT, LINES])("is taken as %s or refused with few words", async (type) => {
    await fc.assert(
      fc.asyncProperty(noise, fc.boolean(), async (text, hasHeading) => {
        const result = await parseRows(hasHeading && type === CSV ? `start,end,wh\n${text}` : text, type, "UTC");
        if (result.ok) expect(result.value.length).toBeGreaterThan(0);
        else expect(result.error).toMatchObject({ code: "METERMAN_BAD_MESSAGE" });
        if (!result.ok) expect(result.error.message.length).toBeLessThan(3000);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an export", () => {
  it.each([
    ["CSV", CSV_EXPORT, CSV],
    ["NDJSON", NDJSON_EXPORT, LINES],
  ] as const)("as %s that is brought back is the same readings, however it is cut", async (_, format, type) => {
    const lists = fc.tuple(
      fc.array(reading, { minLength: 1 }),
      fc.array(event),
      fc.array(trail),
      fc.integer({ min: 1, max: 99 }),
    );
    await fc.assert(
      fc.asyncProperty(lists, async ([readings, events, adjustments, size]) => {
        const head = { meter, name: "=House", zone: "UTC", ...times };
        const counts = { readings: readings.length, events: events.length, adjustments: adjustments.length };
        const written = [
          format.head(head) + format.readings(readings),
          format.events(events) + format.adjustments(adjustments) + format.end(counts),
        ].join("");
        const bytes = Buffer.from(written);
        async function* chunks() {
          for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
        }
        const found: Entry[] = [];
        for await (const entry of readEntries(chunks(), type, "UTC")) found.push(entry);
        expect(found.filter(({ kind }) => kind === "fault")).toEqual([]);
        expect(found.flatMap((entry) => (entry.kind === "row" ? [entry.row] : []))).toEqual(readings.map(brought));
      }),
      { numRuns: 60 },
    );
  });

  it("as CSV gives a spreadsheet no formula", () => {
    const event: MeterEvent = { meter, at: times.at, kind: "text", text: "=HYPERLINK(1)" };
    const one: Adjustment = {
      ...{ n: 1, meter, kind: "rename", at: times.at, from: null, to: null, changeWh: 0, readings: 0 },
      ...{ who: "=1+1", why: "@SUM(A1)", details: { name: "-2" }, undone: null },
    };
    const cells = (CSV_EXPORT.events([event]) + CSV_EXPORT.adjustments([one])).split(/[,\r\n]+/);
    expect(cells.filter((cell) => /^"?[=+@]/.test(cell))).toEqual([]);
    expect(cells).toContain("'=1+1");
    expect(cells).toContain("'@SUM(A1)");
  });

  it("of a thousand million readings needs no more memory than one: entries come as the text comes", async () => {
    let given = 0;
    async function* endless() {
      yield "start,end,wh\n";
      for (;;) {
        given += 1;
        yield `${given},${given + 1},1\n`.repeat(100);
      }
    }
    let taken = 0;
    for await (const _ of readEntries(endless(), CSV, "UTC")) {
      taken += 1;
      if (taken === 5000) break;
    }
    expect(given).toBeLessThan(500);
  });
});
