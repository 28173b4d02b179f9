import { epochSeconds, ok, parseSpan } from "../model/index.ts";
import { CSV_EXPORT, exportPieces, NDJSON_EXPORT } from "./formats/index.ts";
import { CSV_TYPE, NDJSON_TYPE } from "./media.ts";
import type { Route } from "./route.ts";
import { FROM, METER, TO, ZONE } from "./rows.ts";
import { heard } from "./shelf.ts";
import { told } from "./told.ts";

/** Before every reading there can be. */
const BEGINNING = epochSeconds(0);

export const exportRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/export",
  id: "exportMeter",
  scope: "read",
  summary: "Everything of a meter: readings as corrected, events and every correction; without from and to, all of it",
  description:
    "NDJSON: a first line with type meterman-export, then lines of type reading, event and adjustment, and a last one " +
    "of type end with how many there were of each: an answer without it is not whole. CSV: one table whose first column, " +
    "record, says reading, event or adjustment. The corrections are told whole, whatever the span.",
  parameters: [METER, FROM, TO, ZONE],
  answer: {},
  speaks: [NDJSON_TYPE, CSV_TYPE],
  async handle({ given, ports, now, type }) {
    const store = ports.store();
    if (!store.ok) return store;
    const { archive, adjustments, directory, zone } = store.value;
    const span = parseSpan({ from: BEGINNING, ...given }, { now, zone });
    if (!span.ok) return span;
    const { meter, from, to } = span.value;
    const known = heard(store.value, meter);
    if (!known.ok) return known;
    const name = adjustments.nameOf(meter) ?? directory.find(meter, now)?.name ?? meter;
    const head = { meter, name, zone, from, to, at: now };
    const format = type === CSV_TYPE ? CSV_EXPORT : NDJSON_EXPORT;
    return ok({ stream: told(exportPieces({ archive, adjustments }, head, format), ports) });
  },
};
