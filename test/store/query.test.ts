import { describe, expect, it } from "vitest";
import { epochSeconds, parseEventsQuery, parseReadingsQuery, parseSpan, parseTime } from "../../nodes/model/index.ts";

const at = (input: unknown, zone?: string) => {
  const time = parseTime(input, zone);
  return time.ok ? time.value : time.error.code;
};

describe("a time in a question", () => {
  it("is epoch seconds, as number or text", () => {
    expect(at(1783000005)).toBe(1783000005);
    expect(at("1783000005")).toBe(1783000005);
    expect(at(1783000005.9)).toBe(1783000005);
  });
  it("is epoch milliseconds when it can be nothing else", () => {
    expect(at(1783000005123)).toBe(1783000005);
    expect(at("1783000005123")).toBe(1783000005);
  });
  it("is ISO 8601 with an offset", () => {
    expect(at("2026-07-02T13:46:45Z")).toBe(1783000005);
    expect(at("2026-07-02T13:46:45.999Z")).toBe(1783000005);
    expect(at("2026-07-02T15:46:45+02:00")).toBe(1783000005);
    expect(at("2026-07-02T10:16:45-0330")).toBe(1783000005);
    expect(at("2026-07-02T13:46Z")).toBe(1783000005 - 45);
  });
  it("is local to the zone without an offset", () => {
    expect(at("2026-07-02T15:46:45", "Europe/Oslo")).toBe(1783000005);
    expect(at("2026-07-02", "Europe/Oslo")).toBe(Date.UTC(2026, 6, 1, 22) / 1000);
    expect(at("2026-07", "Asia/Kathmandu")).toBe(Date.UTC(2026, 5, 30, 18, 15) / 1000);
    expect(at("2026-07-02")).toBe(Date.UTC(2026, 6, 2) / 1000);
  });
  it("takes the first of two equal local times and moves on from one that does not exist", () => {
    expect(at("2026-10-25T02:30", "Europe/Oslo")).toBe(Date.UTC(2026, 9, 25, 0, 30) / 1000);
    expect(at("2026-03-29T02:30", "Europe/Oslo")).toBe(Date.UTC(2026, 2, 29, 1, 30) / 1000);
  });
  it.each([
    "",
    " ",
    "yesterday",
    "2026-13-01",
    "2026-02-30",
    "2026-02-10T25:00Z",
    "2026-02-10T10:61Z",
    "1969-12-31",
    "2101-01-01",
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    {},
    [],
    true,
  ])("is refused when it is %j", (input) => {
    expect(at(input)).toBe("METERMAN_BAD_QUERY");
  });
});

describe("a question", () => {
  const now = epochSeconds(1783000005);
  it("defaults to the last day, raw", () => {
    expect(parseReadingsQuery({ meter: "0.0.1.1.2" }, { now })).toEqual({
      ok: true,
      value: { meter: "0.0.1.1.2", from: now - 86_400, to: now, resolution: "raw" },
    });
  });
  it("names the field that is wrong", () => {
    const field = (given: Record<string, unknown>) => {
      const parsed = parseReadingsQuery({ meter: "a", from: 0, to: 1, ...given });
      return parsed.ok ? undefined : [parsed.error.code, parsed.error.field];
    };
    expect(field({})).toBeUndefined();
    expect(field({ meter: ".." })).toEqual(["METERMAN_BAD_QUERY", "meter"]);
    expect(field({ meter: undefined })).toEqual(["METERMAN_BAD_QUERY", "meter"]);
    expect(field({ from: undefined })).toEqual(["METERMAN_BAD_QUERY", "from"]);
    expect(field({ from: 2 })).toEqual(["METERMAN_BAD_QUERY", "from"]);
    expect(field({ to: "soon" })).toEqual(["METERMAN_BAD_QUERY", "to"]);
    expect(field({ resolution: "week" })).toEqual(["METERMAN_BAD_QUERY", "resolution"]);
    expect(field({ zone: "Mars/Olympus" })).toEqual(["METERMAN_BAD_QUERY", "zone"]);
    expect(field({ limit: 0 })).toEqual(["METERMAN_BAD_QUERY", "limit"]);
    expect(field({ limit: "10001" })).toEqual(["METERMAN_BAD_QUERY", "limit"]);
    expect(field({ cursor: 7 })).toEqual(["METERMAN_BAD_QUERY", "cursor"]);
  });
  it("reads numbers from text, as a query string has them", () => {
    expect(parseReadingsQuery({ meter: "a", from: "0", to: "10", limit: "5", resolution: "1m", cursor: "x" })).toEqual({
      ok: true,
      value: { meter: "a", from: 0, to: 10, limit: 5, resolution: "1m", cursor: "x" },
    });
    expect(parseEventsQuery({ meter: "a", from: "0", to: "10", limit: "5" })).toEqual({
      ok: true,
      value: { meter: "a", from: 0, to: 10, limit: 5 },
    });
    expect(parseSpan({ from: 0, to: 10 }, { meter: "b" })).toEqual({
      ok: true,
      value: { meter: "b", from: 0, to: 10 },
    });
  });
});
