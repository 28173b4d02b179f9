import type { Identity, Path, Request } from "../../home-assistant/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import type { HomeAssistantService } from "../services.ts";
import { parser } from "../shell/index.ts";
import type { Means } from "./ways.ts";

const entriesOf = parser<
  readonly { readonly entity_id: string; readonly platform: string; readonly unique_id: string }[]
>(
  {
    type: "array",
    items: {
      type: "object",
      required: ["entity_id", "platform", "unique_id"],
      properties: { entity_id: { type: "string" }, platform: { type: "string" }, unique_id: { type: "string" } },
    },
  },
  "METERMAN_HA_CALL",
);
const AWAY = failed("METERMAN_HA_UNREACHABLE", "there is no way to Home Assistant");

/** Sends the requests of one `Say` on `path`, one after the other, up to the first that is refused. */
export async function carryOut(means: Means, path: Path, requests: readonly Request[]): Promise<Result<void>> {
  for (const request of requests) {
    const answer = await send(means, path, request);
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

async function send({ service, broker }: Means, path: Path, request: Request): Promise<Result<unknown>> {
  if (path === "broker") return request.kind === "publish" ? (broker?.publish(request.data) ?? AWAY) : AWAY;
  if (service === undefined) return AWAY;
  switch (request.kind) {
    case "publish":
      return service.call("mqtt", "publish", request.data);
    case "command":
      return service.request(request.command);
    case "rest": {
      const answer = await service.rest(request.method, request.path, request.body);
      const isGone = !answer.ok && answer.error.code === "METERMAN_NOT_FOUND" && request.method === "DELETE";
      return isGone ? ok(null) : answer;
    }
    case "unregister":
      return unregister(service, request.identities);
  }
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
