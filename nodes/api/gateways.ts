import { failed, type GatewayReport, METER_ID_SCHEMA, ok, type Result } from "../model/index.ts";
import type { Column } from "./csv.ts";
import type { ApiPorts } from "./http.ts";
import type { Parameter } from "./parameters.ts";
import { type Route, table } from "./route.ts";

export const GATEWAY: Parameter = {
  name: "gateway",
  in: "path",
  required: true,
  description: "the id of a gateway, its network and 1, like 0.0.1.1.1",
  schema: METER_ID_SCHEMA,
};

const COLUMNS: readonly Column<GatewayReport>[] = [
  { name: "id", cell: (one) => one.id },
  { name: "name", cell: (one) => one.name },
  { name: "network", cell: (one) => one.network },
  { name: "lastHeard", cell: (one) => one.lastHeard },
  { name: "silent", cell: (one) => one.silent },
  { name: "bootedAt", cell: (one) => one.bootedAt },
  { name: "uptimeS", cell: (one) => one.uptimeS },
  { name: "freeRamBytes", cell: (one) => one.freeRamBytes },
  { name: "clockDriftS", cell: (one) => one.clockDriftS },
  { name: "txPowerDbm", cell: (one) => one.txPowerDbm },
  { name: "firmware", cell: (one) => one.firmware },
  { name: "granted", cell: (one) => one.granted?.join(" ") ?? null },
  { name: "lines", cell: (one) => one.lines },
  { name: "rejected", cell: (one) => one.rejected },
  { name: "rejectedPercent", cell: (one) => one.rejectedPercent },
  { name: "queuedCommands", cell: (one) => one.queuedCommands },
  { name: "meters", cell: (one) => one.meters.join(" ") },
  { name: "troubles", cell: (one) => one.troubles.join(" ") },
];

export const gatewaysRoute: Route = {
  method: "GET",
  path: "/gateways",
  id: "listGateways",
  scope: "read",
  summary: "Every radio gateway: what it says of itself, and which meters are heard through it",
  parameters: [],
  answer: "Gateways",
  table: true,
  async handle({ ports }) {
    const items = ports.gateways();
    return ok({ body: { items, next: null }, table: table(COLUMNS, items) });
  },
};

export const oneGatewayRoute: Route = {
  method: "GET",
  path: "/gateways/{gateway}",
  id: "getGateway",
  scope: "read",
  summary: "One radio gateway",
  parameters: [GATEWAY],
  answer: "Gateway",
  async handle({ given, ports }) {
    const found = knownGateway(ports, String(given.gateway));
    return found.ok ? ok({ body: found.value }) : found;
  },
};

/** Of several nodes of one network the one that heard the gateway last. */
export function knownGateway(ports: ApiPorts, id: string): Result<GatewayReport> {
  const heardAt = ({ lastHeard }: GatewayReport) => lastHeard ?? -1;
  const [found] = ports
    .gateways()
    .filter((one) => one.id === id)
    .sort((a, b) => heardAt(b) - heardAt(a));
  if (found !== undefined) return ok(found);
  return failed("METERMAN_NOT_FOUND", "no gateway node has a gateway of that id; GET gateways lists them", "gateway");
}
