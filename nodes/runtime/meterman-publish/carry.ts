import { ATTRIBUTION, type Identity, type Request, type Say, STRATEGIES } from "../../home-assistant/index.ts";
import { type Failure, failed, ok, type Result } from "../../model/index.ts";
import type { HomeAssistantService } from "../services.ts";
import { parser } from "../shell/index.ts";
import { entriesOf } from "./registry.ts";
import type { Means } from "./ways.ts";

const attributes = {
  type: "object",
  required: ["attribution"],
  properties: { attribution: { const: ATTRIBUTION } },
} as const;
const ourState = parser<object>(
  { type: "object", required: ["attributes"], properties: { attributes } },
  "METERMAN_HA_CALL",
);
const AWAY = failed("METERMAN_HA_UNREACHABLE", "there is no way to Home Assistant");

/**
 * Sends the requests of `say`, one after the other, up to the first that is refused.
 * @param version of Home Assistant; null when nobody knows it
 */
export async function carryOut(means: Means, say: Say, version: string | null): Promise<Result<void>> {
  for (const request of STRATEGIES[say.path].requests(say, version)) {
    const answer = await send(means, say, request);
    if (!answer.ok && !isGone(say, answer)) return answer;
  }
  return ok(undefined);
}

/** A companion that was uninstalled since takes no command: it must not hold up the way that is there now. */
function isGone({ kind }: Say, { error }: { readonly error: Failure }): boolean {
  return kind === "withdraw" && error.code === "METERMAN_UNSUPPORTED";
}

async function send({ service, broker }: Means, { path }: Say, request: Request): Promise<Result<unknown>> {
  if (path === "broker") return request.kind === "publish" ? (broker?.publish(request.data) ?? AWAY) : AWAY;
  if (service === undefined) return AWAY;
  switch (request.kind) {
    case "publish":
      return service.call("mqtt", "publish", request.data);
    case "command":
      return service.request(request.command);
    case "state":
      return service.rest("POST", `/api/states/${request.entityId}`, request.body);
    case "clear":
      return clear(service, request.entityId);
    case "unregister":
      return unregister(service, request.identities);
  }
}

/** ⚠ Ours stands in the way of an MQTT sensor, and one whose own state is deleted has none until its value changes. */
async function clear(service: HomeAssistantService, entity_id: string): Promise<Result<unknown>> {
  const path = `/api/states/${entity_id}`;
  const state = await service.rest("GET", path);
  const answer = state.ok && ourState(state.value).ok ? await service.rest("DELETE", path) : state;
  return answer.ok || answer.error.code !== "METERMAN_NOT_FOUND" ? answer : ok(null);
}

async function unregister(service: HomeAssistantService, identities: readonly Identity[]): Promise<Result<unknown>> {
  const answer = await service.request({ type: "config/entity_registry/list" });
  const entries = answer.ok ? entriesOf(answer.value) : answer;
  if (!entries.ok) return entries;
  for (const { entity_id, platform, unique_id } of entries.value) {
    const isOurs = identities.some(
      (one) => "platform" in one && one.platform === platform && one.uniqueId === unique_id,
    );
    if (!isOurs) continue;
    const gone = await service.request({ type: "config/entity_registry/remove", entity_id });
    if (!gone.ok && gone.error.code !== "METERMAN_NOT_FOUND") return gone;
  }
  return ok(null);
}
