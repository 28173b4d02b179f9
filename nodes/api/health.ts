import { type EpochSeconds, type Json, ok } from "../model/index.ts";
import type { ApiPorts, MeterHealthRow, NodeHealth } from "./http.ts";
import { iso } from "./iso.ts";
import type { Route } from "./route.ts";

/** Always answered with 200: the question is how things are, and it has been answered. */
export const healthRoute: Route = {
  method: "GET",
  path: "/health",
  id: "getHealth",
  scope: "read",
  summary: "How meterman is: its store, its nodes, the field devices",
  parameters: [],
  answer: "Health",
  async handle({ ports, now }) {
    const store = storeOf(ports);
    const nodes = ports.nodes();
    const meters = metersOf(ports, now);
    return ok({
      body: { status: verdict(store.open, nodes, meters), time: now, timeIso: iso(now), store, nodes, meters },
    });
  },
};

function verdict(open: boolean, nodes: readonly NodeHealth[], meters: readonly MeterHealthRow[]): string {
  if (!open) return "down";
  const troubled = nodes.some(({ status }) => status.kind === "warn" || status.kind === "error");
  return troubled || meters.some(({ health }) => health.warnings.length > 0) ? "degraded" : "ok";
}

function storeOf(ports: ApiPorts): { readonly [key: string]: Json; readonly open: boolean } {
  const store = ports.store();
  if (store.ok) return { ...store.value.health(), open: true };
  return { open: false, code: store.error.code, detail: store.error.message };
}

function metersOf(ports: ApiPorts, now: EpochSeconds): readonly MeterHealthRow[] {
  const store = ports.store();
  if (!store.ok) return [];
  return store.value.directory.list(now).map(({ id, name, health }) => ({ id, name, health }));
}
