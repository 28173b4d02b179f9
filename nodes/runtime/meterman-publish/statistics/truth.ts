import { setImmediate as turn } from "node:timers/promises";
import type { Truth } from "../../../home-assistant/index.ts";
import { type EpochSeconds, epochSeconds, failed, type MeterId, ok, type Result } from "../../../model/index.ts";
import type { OpenStore } from "../../services.ts";

/** Readings come every few seconds, and reading the hours takes some milliseconds. */
const ATTEMPTS = 10;
const EVER = epochSeconds(4_102_444_800);

/** The first hour of which the store has energy of this meter; undefined: none. */
export async function firstHour(store: OpenStore, meter: MeterId): Promise<Result<EpochSeconds | undefined>> {
  const page = await store.archive.readings({ ...hourly(meter, epochSeconds(0)), limit: 1 });
  return page.ok ? ok(page.value.items[0]?.start) : page;
}

/**
 * Energy of every hour from `from` on together with the total in which all of it is, and nothing else.
 * @returns METERMAN_UNKNOWN_METER when no meter node keeps its account, METERMAN_HA_STATISTICS when it never stands still
 */
export async function truthFrom(store: OpenStore, meter: MeterId, from: EpochSeconds): Promise<Result<Truth>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await durableWh(store, meter);
    if (before === undefined) return failed("METERMAN_UNKNOWN_METER", "no meter node counts this meter", "meter");
    const hours = new Map<EpochSeconds, number>();
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await store.archive.readings({
        ...hourly(meter, from),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (!page.ok) return page;
      for (const { start, wh } of page.value.items) hours.set(start, wh);
      cursor = page.value.next;
    }
    if ((await durableWh(store, meter)) === before) return ok({ hours, lifetimeWh: before });
  }
  return failed("METERMAN_HA_STATISTICS", "readings come faster than they can be summed up");
}

/** Home Assistant's hours are those of UTC, in every time zone. */
const hourly = (meter: MeterId, from: EpochSeconds) =>
  ({ meter, from, to: EVER, resolution: "hour", zone: "UTC" }) as const;

/** What is not on disk yet is in the hours but not in the total, so it is written first. */
async function durableWh(store: OpenStore, meter: MeterId): Promise<number | undefined> {
  await store.flush();
  // Whoever waited for that write has counted it by the next turn.
  await turn();
  return store.directory.find(meter, EVER)?.lifetimeWh;
}
