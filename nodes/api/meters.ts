import { type MeterSummary, ok, parseMeterId } from "../model/index.ts";
import type { Column } from "./csv.ts";
import { badQuery } from "./problem.ts";
import { type Route, table } from "./route.ts";
import { METER } from "./rows.ts";
import { unknownMeter } from "./shelf.ts";

const COLUMNS: readonly Column<MeterSummary>[] = [
  { name: "id", cell: (meter) => meter.id },
  { name: "name", cell: (meter) => meter.name },
  { name: "lifetimeWh", cell: (meter) => meter.lifetimeWh },
  { name: "registerWh", cell: (meter) => meter.registerWh },
  { name: "watts", cell: (meter) => (meter.power.known ? meter.power.watts : null) },
  { name: "lastHeard", cell: (meter) => meter.lastHeard },
];

export const metersRoute: Route = {
  method: "GET",
  path: "/meters",
  id: "listMeters",
  scope: "read",
  summary: "Every meter that is known, with its energy, power and health",
  parameters: [],
  answer: "Meters",
  table: true,
  async handle({ ports, now, caller: { scopes } }) {
    const store = ports.store();
    if (!store.ok) return store;
    const { directory, zone } = store.value;
    const items = directory.list(now);
    // What a page must know before it draws anything: one question instead of three.
    return ok({ body: { items, next: null, zone, now, scopes }, table: table(COLUMNS, items) });
  },
};

export const oneMeterRoute: Route = {
  method: "GET",
  path: "/meters/{meter}",
  id: "getMeter",
  scope: "read",
  summary: "One meter",
  parameters: [METER],
  answer: "Meter",
  async handle({ given, ports, now }) {
    const store = ports.store();
    if (!store.ok) return store;
    const id = parseMeterId(given.meter);
    if (!id.ok) return badQuery(id.error.message, "meter");
    const found = store.value.directory.find(id.value, now);
    return found === undefined ? unknownMeter() : ok({ body: found });
  },
};
