import { describe, expect, it } from "vitest";
import { createApi } from "../../nodes/api/index.ts";
import { type Archive, failed } from "../../nodes/model/index.ts";
import { directory, meter, summary } from "./meters.ts";
import { ask, FAULTS, HOUSE, house, ports, START, STORE } from "./world.ts";

const api = createApi(ports());
const csv = { headers: { accept: "text/csv" } };
const readings = `/meters/${HOUSE}/readings`;
const HEADING = "start,end,startIso,endIso,wh,watts,registerWh,amps,source,quality,coveredS";

describe("CSV", () => {
  it("is given to who prefers it, with CRLF and a heading", async () => {
    const response = await ask(api, `${readings}?from=${START}&to=${START + 30}`, csv);
    expect(response.headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
    expect(response.text).toBe(
      `${HEADING}\r\n${START},${START + 15},2026-07-02T13:46:45Z,2026-07-02T13:47:00Z,5,1200,5,,interval,,15\r\n` +
        `${START + 15},${START + 30},2026-07-02T13:47:00Z,2026-07-02T13:47:15Z,5,1200,10,,interval,,15\r\n`,
    );
  });

  it("follows the weights of Accept", async () => {
    const type = async (accept: string) =>
      (await ask(api, readings, { headers: { accept } })).headers["content-type"]?.split(";")[0];
    expect(await type("text/csv;q=0.5, application/json;q=0.4")).toBe("text/csv");
    expect(await type("text/csv;q=0.5, */*")).toBe("application/json");
    expect(await type("text/*")).toBe("text/csv");
  });

  it("streams every page of a long span, each reading once", async () => {
    const response = await ask(api, `${readings}?from=${START}&to=${START + 180_000}`, csv);
    const lines = response.text.split("\r\n");
    expect(lines).toHaveLength(12_000 + 2);
    expect(lines.slice(1, -1).map((line) => Number(line.split(",")[0]))).toEqual(
      Array.from({ length: 12_000 }, (_, index) => START + 15 * index),
    );
  });

  it("gives one page and a link to the next when a limit is set", async () => {
    const response = await ask(api, `${readings}?from=${START}&to=${START + 600}&limit=2`, csv);
    expect(response.text.split("\r\n")).toHaveLength(4);
    const link = /^<(\?from=\d+&to=\d+&limit=2&cursor=[^&]+)>; rel="next"$/.exec(response.headers.link ?? "");
    const second = await ask(api, `${readings}${link?.[1]}`, csv);
    expect(second.text.split("\r\n").map((line) => line.split(",")[0])).toEqual([
      "start",
      `${START + 30}`,
      `${START + 45}`,
      "",
    ]);
  });

  it("breaks the connection instead of ending early when a later page fails", async () => {
    const readings: Archive["readings"] = async (query) =>
      query.cursor === undefined ? STORE.readings(query) : failed("METERMAN_STORE_DAMAGED", "a file is unreadable");
    const broken = createApi(ports({ store: { ...house(), archive: { ...house().archive, readings } } }));
    await expect(ask(broken, `/meters/${HOUSE}/readings?from=${START}`, csv)).rejects.toThrow("METERMAN_STORE_DAMAGED");
    expect(FAULTS.at(-1)?.message).toContain("METERMAN_STORE_DAMAGED");
  });

  it("disarms names that a spreadsheet would run, and quotes the rest", async () => {
    const names = ['=HYPERLINK("http://x")', "+1", "-1", "@a", "\ta", 'say "hi", all', "two\r\nlines", "plain"];
    const known = names.map((name, index) => summary(meter(`m${index}`), name));
    const store = { ...house(), directory: directory(...known) };
    const response = await ask(createApi(ports({ store })), "/meters", csv);
    const cells = response.text.slice(response.text.indexOf("\r\n") + 2);
    expect(cells).toContain('m0,"\'=HYPERLINK(""http://x"")",812400,412400,600,1783000119\r\n');
    for (const cell of [
      "m1,'+1,",
      "m2,'-1,",
      "m3,'@a,",
      "m4,'\ta,",
      'm5,"say ""hi"", all",',
      'm6,"two\r\nlines",',
      "m7,plain,",
    ]) {
      expect(cells).toContain(cell);
    }
  });
});
