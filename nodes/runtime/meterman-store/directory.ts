import { failed, type MeterId, ok, type Result } from "../../model/index.ts";
import type { LiveDirectory, MeterSource } from "../services.ts";

/** Who keeps which meter's account; two keepers of one account would count everything twice. */
export function makeDirectory(): LiveDirectory {
  const keepers = new Map<MeterId, MeterSource>();
  const sources = () => [...new Set(keepers.values())];
  return {
    list: (now) =>
      sources()
        .flatMap((source) => source.list(now))
        .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true })),
    find: (meter, now) =>
      keepers
        .get(meter)
        ?.list(now)
        .find(({ id }) => id === meter),
    claim(meter, source): Result<void> {
      const keeper = keepers.get(meter);
      if (keeper !== undefined && keeper !== source) {
        const what = `another meter node of this store already counts ${meter}; wire both sources to one node`;
        return failed("METERMAN_METER_TAKEN", what, "meter");
      }
      keepers.set(meter, source);
      return ok(undefined);
    },
    release(source) {
      for (const [meter, keeper] of keepers) if (keeper === source) keepers.delete(meter);
    },
  };
}
