import { adjustmentsRoute, adjustRoute, undoRoute } from "./adjustments.ts";
import { commandRoute, outcomeRoute } from "./commands.ts";
import { demandRoute, dryRunRoute, overrideRoute } from "./demand.ts";
import { energyDashboardRoute } from "./energy-dashboard.ts";
import { eventsRoute } from "./events.ts";
import { exportRoute } from "./export.ts";
import { gatewaysRoute, oneGatewayRoute } from "./gateways.ts";
import { healthRoute } from "./health.ts";
import { liveRoute } from "./live.ts";
import { metersRoute, oneMeterRoute } from "./meters.ts";
import { openApiDocument } from "./openapi.ts";
import { consumptionRoute, readingsRoute } from "./readings.ts";
import type { Route } from "./route.ts";
import { gatewaySnapshotsRoute, meterSnapshotsRoute } from "./snapshots.ts";

/** Everything the API offers. Adding to it is adding a row here. */
export const ROUTES: readonly Route[] = [
  metersRoute,
  oneMeterRoute,
  readingsRoute,
  consumptionRoute,
  eventsRoute,
  exportRoute,
  adjustRoute,
  adjustmentsRoute,
  undoRoute,
  energyDashboardRoute,
  demandRoute,
  overrideRoute,
  dryRunRoute,
  gatewaysRoute,
  oneGatewayRoute,
  gatewaySnapshotsRoute,
  meterSnapshotsRoute,
  commandRoute,
  outcomeRoute,
  liveRoute,
  healthRoute,
  {
    method: "GET",
    path: "/openapi.json",
    id: "getOpenApi",
    scope: "read",
    summary: "This API as an OpenAPI 3.1 document",
    parameters: [],
    answer: { type: "object", required: ["openapi", "info", "paths"] },
    handle: async () => ({ ok: true, value: { body: openApiDocument(ROUTES) } }),
  },
];
