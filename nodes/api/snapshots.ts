import { type DeviceSnapshot, type MeterId, ok, parseEventsQuery, type Result } from "../model/index.ts";
import type { Column } from "./csv.ts";
import { cursorIn, cursorOut } from "./cursor.ts";
import { GATEWAY, knownGateway } from "./gateways.ts";
import type { OpenArchive } from "./http.ts";
import { iso } from "./iso.ts";
import { type Answer, type Call, type Route, table } from "./route.ts";
import { CURSOR, FROM, LIMIT, METER, PAGE, TO } from "./rows.ts";
import { envelope, heard } from "./shelf.ts";

const MONTH_S = 31 * 86_400;

const FIGURES = [
  "batteryMv",
  "rssiDbm",
  "clockDriftS",
  "uptimeS",
  "freeRamBytes",
  "intervalS",
  "impulsesPerKwh",
  "registerWh",
  "firmware",
  "bootedAt",
  "txPowerDbm",
  "logLevel",
] as const satisfies readonly (keyof DeviceSnapshot)[];

const COLUMNS: readonly Column<DeviceSnapshot>[] = [
  { name: "device", cell: ({ device }) => device },
  { name: "at", cell: ({ at }) => at },
  { name: "atIso", cell: ({ at }) => iso(at) },
  ...FIGURES.map((name): Column<DeviceSnapshot> => ({ name, cell: (one) => one[name] })),
];

const SAID = "said of itself, about once an hour; without from and to in the last 31 days";

export const meterSnapshotsRoute: Route = {
  method: "GET",
  path: "/meters/{meter}/snapshots",
  id: "listMeterSnapshots",
  scope: "read",
  summary: `What a meter's node ${SAID}`,
  parameters: [METER, FROM, TO, LIMIT, CURSOR],
  answer: "Snapshots",
  table: true,
  handle: (call) => answer(call, "meter", heard),
};

export const gatewaySnapshotsRoute: Route = {
  method: "GET",
  path: "/gateways/{gateway}/snapshots",
  id: "listGatewaySnapshots",
  scope: "read",
  summary: `What a gateway ${SAID}`,
  parameters: [GATEWAY, FROM, TO, LIMIT, CURSOR],
  answer: "Snapshots",
  table: true,
  handle: (call) => answer(call, "gateway", (_, gateway) => knownGateway(call.ports, gateway)),
};

/** @param known whether there is such a device: one that is none has no page, not an empty one */
async function answer(
  { given, ports, now }: Call,
  device: "meter" | "gateway",
  known: (store: OpenArchive, id: MeterId) => Result<unknown>,
): Promise<Result<Answer>> {
  const store = ports.store();
  if (!store.ok) return store;
  const asked = { ...cursorIn(given), meter: given[device] };
  const query = parseEventsQuery(asked, { now, zone: store.value.zone, spanS: MONTH_S });
  if (!query.ok) return query;
  const { meter: id, ...span } = query.value;
  const page = await store.value.archive.snapshots({ limit: PAGE, ...span, device: id });
  if (!page.ok) return page;
  const { items } = page.value;
  // A gateway of an earlier flow is known by what it left.
  const found = items.length === 0 ? known(store.value, id) : ok(undefined);
  if (!found.ok) return found;
  const next = cursorOut(span, page.value.next);
  return ok({ body: { ...envelope(span), items, next }, table: table(COLUMNS, items), next, span });
}
