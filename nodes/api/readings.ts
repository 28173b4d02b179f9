import { type ConsumptionPart, ok, parseReadingsQuery, parseSpan, type ReadingRow } from "../model/index.ts";
import type { Column } from "./csv.ts";
import { cursorIn, cursorOut } from "./cursor.ts";
import { iso } from "./iso.ts";
import { boundedParts } from "./parts.ts";
import { type Route, table } from "./route.ts";
import { CURSOR, FROM, LIMIT, METER, PAGE, RESOLUTION, TO, ZONE } from "./rows.ts";
import { envelope, heard } from "./shelf.ts";

const COLUMNS: readonly Column<ReadingRow>[] = [
  { name: "start", cell: (row) => row.start },
  { name: "end", cell: (row) => row.end },
  { name: "startIso", cell: (row) => iso(row.start) },
  { name: "endIso", cell: (row) => iso(row.end) },
  { name: "wh", cell: (row) => row.wh },
  { name: "watts", cell: (row) => row.watts },
  { name: "registerWh", cell: (row) => row.registerWh },
  { name: "amps", cell: (row) => row.amps },
  { name: "source", cell: (row) => row.source },
  { name: "quality", cell: (row) => row.quality.join(" ") },
  { name: "coveredS", cell: (row) => row.coveredS },
];

export const readingsRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/readings",
  id: "listReadings",
  scope: "read",
  summary: "Readings of a span, raw or in buckets; without from and to those of the last 24 hours",
  parameters: [METER, FROM, TO, RESOLUTION, LIMIT, CURSOR, ZONE],
  answer: "Readings",
  table: true,
  async handle({ given, ports, now }) {
    const store = ports.store();
    if (!store.ok) return store;
    const query = parseReadingsQuery(cursorIn(given), { now, zone: store.value.zone });
    if (!query.ok) return query;
    const known = heard(store.value, query.value.meter);
    if (!known.ok) return known;
    const page = await store.value.archive.readings({ limit: PAGE, ...query.value });
    if (!page.ok) return page;
    const { items } = page.value;
    const next = cursorOut(query.value, page.value.next);
    const body = { ...envelope(query.value), resolution: query.value.resolution, items, next };
    return ok({ body, table: table(COLUMNS, items), next, span: query.value });
  },
};

const PART_COLUMNS: readonly Column<ConsumptionPart>[] = [
  { name: "start", cell: (part) => part.start },
  { name: "end", cell: (part) => part.end },
  { name: "startIso", cell: (part) => iso(part.start) },
  { name: "endIso", cell: (part) => iso(part.end) },
  { name: "wh", cell: (part) => part.wh },
  { name: "source", cell: (part) => part.source },
];

export const consumptionRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/consumption",
  id: "getConsumption",
  scope: "read",
  summary: "Energy used between two instants, exact to the watt-hour, with its parts between rebases",
  parameters: [METER, { ...FROM, required: true }, TO],
  answer: "Consumption",
  table: true,
  async handle({ given, ports, now }) {
    const store = ports.store();
    if (!store.ok) return store;
    const span = parseSpan(given, { now, zone: store.value.zone });
    if (!span.ok) return span;
    const { meter, from, to } = span.value;
    const known = heard(store.value, meter);
    if (!known.ok) return known;
    const used = await store.value.archive.consumption(meter, from, to);
    if (!used.ok) return used;
    const { wh } = used.value;
    const parts = boundedParts(used.value.parts);
    return ok({ body: { ...envelope(span.value), wh, parts }, table: table(PART_COLUMNS, parts), span: span.value });
  },
};
