import { type EpochSeconds, type GatewayReport, type Json, ok } from "../model/index.ts";
import { driftOf } from "./drift.ts";
import type { ApiPorts, MeterHealthRow, NodeHealth } from "./http.ts";
import { iso } from "./iso.ts";
import type { Route } from "./route.ts";

/** Always answered with 200: the question is how things are, and it has been answered. */
export const healthRoute: Route = {
  method: "GET",
  path: "/health",
  id: "getHealth",
  scope: "read",
  summary: "How meterman is: its store, its nodes, gateways and meters, and what the displays of these say",
  parameters: [],
  answer: "Health",
  async handle({ ports, now, caller: { scopes } }) {
    const store = storeOf(ports);
    const nodes = ports.nodes();
    const gateways = ports.gateways();
    const meters = await metersOf(ports, now);
    const status = verdict(store.open, nodes, meters, gateways);
    return ok({ body: { status, time: now, timeIso: iso(now), store, nodes, gateways, meters, scopes } });
  },
};

function verdict(
  open: boolean,
  nodes: readonly NodeHealth[],
  meters: readonly MeterHealthRow[],
  gateways: readonly GatewayReport[],
): string {
  if (!open) return "down";
  const troubled =
    nodes.some(({ status }) => status.kind === "warn" || status.kind === "error") ||
    meters.some(({ health, display }) => health.warnings.length > 0 || display?.isOff === true) ||
    // One that was not heard yet is on its way, until it counts as silent.
    gateways.some(({ troubles, lastHeard, silent }) => troubles.length > 0 && (lastHeard !== null || silent));
  return troubled ? "degraded" : "ok";
}

function storeOf(ports: ApiPorts): { readonly [key: string]: Json; readonly open: boolean } {
  const store = ports.store();
  if (store.ok) return { ...store.value.health(), zone: store.value.zone, open: true };
  return { open: false, code: store.error.code, detail: store.error.message };
}

async function metersOf(ports: ApiPorts, now: EpochSeconds): Promise<readonly MeterHealthRow[]> {
  const store = ports.store();
  if (!store.ok) return [];
  const meters = store.value.directory.list(now);
  return Promise.all(
    meters.map(async ({ id, name, health }) => ({ id, name, health, display: await driftOf(store.value, id, now) })),
  );
}
