import { describe, expect, it } from "vitest";
import { epochSeconds, type MeterEvent } from "../../nodes/model/index.ts";
import type { Store } from "../../nodes/store/index.ts";
import { Account, Clock, HOUSE, must, newFolder, open, put, unit } from "./support.ts";

const FROM = epochSeconds(1_577_836_800);
const TO = epochSeconds(1_900_000_000);
const raw = { meter: HOUSE, from: FROM, to: TO, resolution: "raw" } as const;

describe("pages", () => {
  it("belong to their question: a cursor of another one, or a made up one, is refused", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    await put(store, unit(new Account(clock.at).many(10)));
    const { next } = must(await store.readings({ ...raw, limit: 3 }));
    expect(next).toMatch(/^[A-Za-z0-9_-]{1,512}$/);
    const again = { ...raw, limit: 3, cursor: next ?? "" };
    expect(must(await store.readings(again)).items).toHaveLength(3);
    const wrong = [
      { ...again, to: epochSeconds(TO - 1) },
      { ...again, resolution: "day" as const },
      { ...again, cursor: `${next}A` },
      { ...again, cursor: "" },
      { ...again, cursor: Buffer.from("[1,2,3,4,5]").toString("base64url") },
      { ...again, cursor: Buffer.from("{}").toString("base64url") },
    ];
    for (const query of wrong) {
      expect(await store.readings(query)).toMatchObject({
        ok: false,
        error: { code: "METERMAN_BAD_QUERY", field: "cursor" },
      });
    }
    expect(await store.readings({ ...raw, zone: "Mars/Olympus" })).toMatchObject({ error: { field: "zone" } });
  });

  it("go on where they were when readings arrive in between", async () => {
    const clock = new Clock();
    const { store } = await open(await newFolder(), clock);
    const account = new Account(clock.at);
    await put(store, unit(account.many(4)));
    const first = must(await store.readings({ ...raw, limit: 3 }));
    await put(store, unit(new Account(clock.at - 9000).many(2)), unit(account.many(2)));
    const second = must(await store.readings({ ...raw, limit: 9, cursor: first.next ?? "" }));
    expect(second.items.map(({ start }) => start)).toEqual([45, 60, 75].map((s) => clock.at + s));
    expect(second.next).toBeNull();
  });

  it("answer for a meter that is not known, and for an empty span, with nothing", async () => {
    const { store } = await open(await newFolder(), new Clock());
    expect(await store.readings(raw)).toEqual({ ok: true, value: { items: [], next: null } });
    expect(must(await store.readings({ ...raw, to: FROM, resolution: "hour" })).items).toEqual([]);
    expect(must(await store.consumption(HOUSE, FROM, FROM))).toEqual({ from: FROM, to: FROM, wh: 0, parts: [] });
  });
});

describe("events", () => {
  const text = (at: number, words: string): MeterEvent => ({
    meter: HOUSE,
    at: epochSeconds(at),
    kind: "text",
    text: words,
  });

  async function pages(store: Store, limit: number, from = FROM, to = TO): Promise<MeterEvent[]> {
    const found: MeterEvent[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: readonly MeterEvent[]; next: string | null } = must(
        await store.events({ meter: HOUSE, from, to, limit, ...(cursor === null ? {} : { cursor }) }),
      );
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return found;
  }

  it("are there at once, after a merge, and after a restart, each once", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const first = await open(folder, clock);
    const words: string[] = [];
    for (let day = 0; day < 40; day += 1) {
      const events = [0, 1, 2].map((i) => text(clock.at + i, `${day}.${i}`));
      words.push(...events.map((event) => (event.kind === "text" ? event.text : "")));
      await put(first.store, unit([], { events }));
      if (day % 3 === 0) void first.store.append(unit([], { events: [], memory: { day } }));
      clock.at += 86_400;
      await first.store.flush();
      if (day % 2 === 0) await first.store.settled();
    }
    const waiting = text(clock.at, "waiting");
    void first.store.append(unit([], { events: [waiting] }));
    words.push("waiting");
    const told = async (store: Store, limit: number) =>
      (await pages(store, limit)).map((event) => (event.kind === "text" ? event.text : ""));
    expect(await told(first.store, 7)).toEqual(words);
    await first.store.close();
    const second = await open(folder, clock);
    for (const limit of [1, 50, 1000]) expect(await told(second.store, limit)).toEqual(words);
    const day = 1_783_000_000 + 10 * 86_400;
    expect(await pages(second.store, 2, epochSeconds(day), epochSeconds(day + 2))).toHaveLength(2);
  });

  it("keep every field of every kind", async () => {
    const folder = await newFolder();
    const clock = new Clock();
    const { store } = await open(folder, clock);
    const shared = { meter: HOUSE, at: epochSeconds(clock.at) };
    const span = { start: epochSeconds(clock.at - 60), end: epochSeconds(clock.at), wh: 5 };
    const events = [
      { ...shared, kind: "rebase", implied: true, fromWh: null, toWh: 5, countedWh: 0 },
      { ...shared, kind: "gap", ...span },
      { ...shared, kind: "gap-refined", ...span },
      { ...shared, kind: "refused", reason: "too much" },
      { ...shared, kind: "dark", lastSeen: null },
      { ...shared, kind: "back" },
      { ...shared, kind: "low-battery", millivolts: 2900, cleared: false },
      { ...shared, kind: "weak-signal", dbm: -95, cleared: true },
      { ...shared, kind: "clock", driftS: -700, cleared: false },
      { ...shared, kind: "boot", version: 10, flags: 1 },
      { ...shared, kind: "text", text: 'a "quoted" line\nand {"c":" another' },
    ] as unknown as MeterEvent[];
    await put(store, unit([], { events }));
    expect(await pages(store, 100)).toEqual(events);
    clock.at += 2 * 86_400;
    await store.flush();
    await store.settled();
    await store.close();
    const again = await open(folder, clock);
    expect(await pages(again.store, 100)).toEqual(events);
    expect(again.reports).toEqual([]);
  });
});
