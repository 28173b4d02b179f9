import { ok, parseEventsQuery } from "../model/index.ts";
import { cursorIn, cursorOut } from "./cursor.ts";
import type { Route } from "./route.ts";
import { CURSOR, FROM, LIMIT, METER, PAGE, TO } from "./rows.ts";
import { envelope, heard } from "./shelf.ts";

const MONTH_S = 31 * 86_400;

export const eventsRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/events",
  id: "listEvents",
  scope: "read",
  summary: "What happened to a meter: rebases, gaps, darkness, battery, clock; without from and to in the last 31 days",
  parameters: [METER, FROM, TO, LIMIT, CURSOR],
  answer: "Events",
  async handle({ given, ports, now }) {
    const store = ports.store();
    if (!store.ok) return store;
    const query = parseEventsQuery(cursorIn(given), { now, zone: store.value.zone, spanS: MONTH_S });
    if (!query.ok) return query;
    const known = heard(store.value, query.value.meter);
    if (!known.ok) return known;
    const page = await store.value.archive.events({ limit: PAGE, ...query.value });
    if (!page.ok) return page;
    const { items } = page.value;
    const next = cursorOut(query.value, page.value.next);
    return ok({ body: { ...envelope(query.value), items, next }, next, span: query.value });
  },
};
