import { type EpochSeconds, failed, type MeterId, ok, type Result } from "../model/index.ts";
import type { OpenArchive } from "./http.ts";
import { iso } from "./iso.ts";

/** A meter that was never heard has no readings: that is a 404, not an empty page. */
export function heard(store: OpenArchive, meter: MeterId): Result<void> {
  return store.knows(meter) ? ok(undefined) : unknownMeter();
}

export function unknownMeter(): Result<never> {
  const advice = "no meter with that id has been heard; GET meters lists the known ones";
  return failed("METERMAN_UNKNOWN_METER", advice, "meter");
}

/** The span as it was understood, in both notations. */
export function envelope({ from, to }: { readonly from: EpochSeconds; readonly to: EpochSeconds }) {
  return { from, to, fromIso: iso(from), toIso: iso(to) };
}
