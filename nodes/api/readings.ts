import {
  type ConsumptionPart,
  ok,
  parseReadingsQuery,
  parseSpan,
  type ReadingRow,
  type ReadingsQuery,
  type Result,
} from "../model/index.ts";
import type { Column } from "./csv.ts";
import { cursorIn, cursorOut } from "./cursor.ts";
import type { OpenArchive } from "./http.ts";
import { iso } from "./iso.ts";
import { boundedParts } from "./parts.ts";
import { badQuery } from "./problem.ts";
import { POINTS, pick } from "./resolution.ts";
import { type Answer, type Route, table } from "./route.ts";
import { AUTO, CURSOR, FROM, LIMIT, METER, PAGE, POINTS_PARAMETER, RESOLUTION, TO, ZONE } from "./rows.ts";
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
  description:
    "With resolution=auto the answer is whole, and as fine as at most `points` rows allow; its resolution says which " +
    "that is. CSV and NDJSON have no pages unless limit or cursor is given: everything comes in one stream.",
  parameters: [METER, FROM, TO, RESOLUTION, POINTS_PARAMETER, LIMIT, CURSOR, ZONE],
  answer: "Readings",
  table: true,
  async handle(call) {
    const { given, ports, now } = call;
    const store = ports.store();
    if (!store.ok) return store;
    const { resolution, points, ...rest } = given;
    const isAuto = resolution === AUTO;
    if (isAuto && (given.limit ?? given.cursor) !== undefined) {
      return badQuery("resolution=auto gives all rows at once: leave limit and cursor out", "resolution");
    }
    if (!isAuto && points !== undefined) return badQuery("points goes with resolution=auto only", "points");
    const asked = isAuto || resolution === undefined ? rest : { ...rest, resolution };
    const query = parseReadingsQuery(cursorIn(asked), { now, zone: store.value.zone });
    if (!query.ok) return query;
    const known = heard(store.value, query.value.meter);
    if (!known.ok) return known;
    return isAuto ? auto(store.value, query.value, Number(points ?? POINTS)) : page(store.value, query.value);
  },
};

async function page({ archive }: OpenArchive, query: ReadingsQuery): Promise<Result<Answer>> {
  const found = await archive.readings({ limit: PAGE, ...query });
  if (!found.ok) return found;
  const { items } = found.value;
  const next = cursorOut(query, found.value.next);
  const body = { ...envelope(query), resolution: query.resolution, items, next };
  return ok({ body, table: table(COLUMNS, items), next, span: query });
}

async function auto({ archive }: OpenArchive, query: ReadingsQuery, points: number): Promise<Result<Answer>> {
  const picked = await pick(archive, query, points);
  if (!picked.ok) return picked;
  const { resolution, items } = picked.value;
  return ok({
    body: { ...envelope(query), resolution, items, next: null },
    table: table(COLUMNS, items),
    span: query,
  });
}

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
