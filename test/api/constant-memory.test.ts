import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type ApiResponse, createApi } from "../../nodes/api/index.ts";
import { type Archive, epochSeconds, type MeterId, ok, type ReadingRow, wh } from "../../nodes/model/index.ts";
import { directory, meter, summary } from "./meters.ts";
import { ask, house, ports } from "./world.ts";

/** A year of 18 meters with a reading every quarter hour: 630 000 readings, some 80 MB as JSON. */
const METERS = Array.from({ length: 18 }, (_, at) => meter(`0.0.1.1.${at + 2}`));
const YEAR_FROM = 1_735_689_600;
const YEAR_TO = YEAR_FROM + 365 * 86_400;
const STEP_S = 900;
const ROWS = (YEAR_TO - YEAR_FROM) / STEP_S;
const SPAN = `from=${YEAR_FROM}&to=${YEAR_TO}`;

/** Pages that were asked of the store, and those whose text the caller has. */
const pages = { asked: 0, taken: 0 };

const archive: Archive = {
  ...house().archive,
  async readings({ from, to, limit = 1000, cursor }) {
    pages.asked += 1;
    const first = cursor === undefined ? from : Number(cursor);
    const end = Math.min(to, first + limit * STEP_S);
    const items: ReadingRow[] = [];
    for (let at = first; at < end; at += STEP_S) items.push(rowAt(at));
    return ok({ items, next: end < to ? String(end) : null });
  },
  events: async () => ok({ items: [], next: null }),
};

function rowAt(at: number): ReadingRow {
  const [start, end] = [epochSeconds(at), epochSeconds(at + STEP_S)];
  const figures = { wh: wh(50), watts: 300, registerWh: wh(Math.floor(at / 12)), coveredS: STEP_S };
  return { start, end, ...figures, source: "interval", quality: [] };
}

const api = createApi(
  ports({
    store: {
      ...house(),
      archive,
      directory: directory(...METERS.map((id) => summary(id, id))),
      knows: (id: MeterId) => METERS.includes(id),
    },
  }),
  { rateLimit: { burst: 1e9, perSecond: 0, callers: 10 } },
);

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Bytes of live objects. */
function held(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

const stream = (path: string, accept: string): Promise<ApiResponse> =>
  api({
    method: "GET",
    path,
    query: SPAN,
    headers: { host: "localhost", accept },
    remote: "::1",
    body: async () => ok(""),
  });

describe("a year of 18 meters", () => {
  for (const [what, type, count] of [
    ["export", "application/x-ndjson", 18],
    ["export", "text/csv", 4],
    ["readings", "application/x-ndjson", 4],
  ] as const) {
    it(`streams as ${type} of ${what} with one page of each in memory, however long it gets`, async () => {
      const answers = await Promise.all(METERS.slice(0, count).map((id) => stream(`/meters/${id}/${what}`, type)));
      const readers = answers.map(({ body }) => {
        if (typeof body === "string") throw new Error("an answer came whole");
        return body[Symbol.asyncIterator]();
      });
      let bytes = 0;
      const heaps: number[] = [];
      for (let isOver = false; !isOver; ) {
        const pieces = await Promise.all(readers.map((reader) => reader.next()));
        isOver = pieces.every(({ done }) => done === true);
        for (const { value } of pieces) bytes += typeof value === "string" ? value.length : 0;
        heaps.push(held());
      }
      expect(bytes).toBeGreaterThan(count * ROWS * 40);
      // With the second page everything is there that will be: five times as much goes through, and stays nowhere.
      expect(Math.max(...heaps.slice(3)) - (heaps[2] ?? 0)).toBeLessThan(count * 800_000);
    });
  }

  it("is read no further than the caller reads", async () => {
    pages.asked = 0;
    const { body } = await stream(`/meters/${METERS[0]}/export`, "text/csv");
    if (typeof body === "string") throw new Error("the answer came whole");
    expect(pages.asked).toBe(0);
    for await (const piece of body) {
      pages.taken += piece.startsWith("reading") ? 1 : 0;
      expect(pages.asked).toBeLessThanOrEqual(pages.taken + 1);
      if (pages.taken === 3) break;
    }
    // Whoever hangs up ends it.
    expect([pages.asked, pages.taken]).toEqual([3, 3]);
  });

  it("is paged through by a cursor in constant memory, each reading once", async () => {
    const before = held();
    let most = 0;
    let next: string | null = "";
    let at = YEAR_FROM;
    for (let count = 0; next !== null; count += 1) {
      const cursor = next === "" ? "" : `&cursor=${next}`;
      const { text } = await ask(api, `/meters/${METERS[0]}/readings?${SPAN}&limit=10000${cursor}`);
      const page: { items: { start: number }[]; next: string | null } = JSON.parse(text);
      for (const { start } of page.items) {
        if (start !== at) throw new Error(`${start} came where ${at} was due`);
        at += STEP_S;
      }
      next = page.next;
      if (count % 2 === 0) most = Math.max(most, held() - before);
    }
    expect(at).toBe(YEAR_TO);
    expect(most).toBeLessThan(12_000_000);
  });
});
