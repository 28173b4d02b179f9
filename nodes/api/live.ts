import { failed, type MeterId, ok, parseMeterId } from "../model/index.ts";
import { LiveStream, listenersOf, MAX_LISTENERS } from "./live-stream.ts";
import { badQuery } from "./problem.ts";
import type { Route } from "./route.ts";
import { METER } from "./rows.ts";
import { heard } from "./shelf.ts";

const EVENT_STREAM = "text/event-stream";

export const liveRoute: Route = {
  method: "GET",
  path: "/live",
  id: "listenLive",
  scope: "read",
  summary: "What happens now, as server-sent events",
  description:
    "reading and event: once they are on disk; power: when it changes; gateway: a gateway that has something new to " +
    "tell; adjusted: readings of a meter from an instant on were corrected. The data of each is one JSON value. " +
    "Whoever does not keep up is cut off: connect again, and ask for what was missed.",
  parameters: [{ ...METER, in: "query", required: false, description: "the only meter to hear of; without it all" }],
  answer: { type: "string" },
  speaks: [EVENT_STREAM],
  async handle({ given, ports }) {
    const store = ports.store();
    if (!store.ok) return store;
    const meter = given.meter === undefined ? ok(undefined) : parseMeterId(given.meter);
    if (!meter.ok) return badQuery(meter.error.message, "meter");
    const known = meter.value === undefined ? ok(undefined) : heard(store.value, meter.value);
    if (!known.ok) return known;
    const { live: hub, adjustments } = store.value;
    if (listenersOf(hub) >= MAX_LISTENERS) {
      return failed("METERMAN_TOO_MANY", `${MAX_LISTENERS} listeners are connected already: try again later`);
    }
    const names = { gateways: () => ports.gateways(), nameOf: (id: MeterId) => adjustments.nameOf(id) };
    return ok({ stream: new LiveStream({ hub, meter: meter.value, ...names, stopped: ports.stopped }) });
  },
};
