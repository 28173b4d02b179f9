import { failed, ok, type Result } from "../model/index.ts";
import type { Identity } from "./naming.ts";

/** `config/entity_registry/list`. `disabled_by`: it has no state until somebody enables it again. */
export interface RegistryEntry {
  readonly entity_id: string;
  readonly platform: string;
  /** Some integrations keep a number. */
  readonly unique_id: string | number;
  readonly disabled_by?: string | null;
}
export const REGISTRY_SCHEMA = {
  type: "array",
  items: {
    type: "object",
    required: ["entity_id", "platform", "unique_id"],
    properties: {
      entity_id: { type: "string" },
      platform: { type: "string" },
      unique_id: { type: ["string", "number"] },
      disabled_by: { type: ["string", "null"] },
    },
  },
} as const;

/** Entity id of a sensor of ours as it is now, whatever its user renamed it to. METERMAN_HA_ENTITY when there is none. */
export function entityIn(entries: readonly RegistryEntry[], identity: Identity): Result<string> {
  if ("entityId" in identity) return ok(identity.entityId);
  const entry = entries.find(
    ({ platform, unique_id, entity_id }) =>
      unique_id === identity.uniqueId && platform === identity.platform && entity_id.startsWith("sensor."),
  );
  if (entry === undefined) {
    return failed("METERMAN_HA_ENTITY", `Home Assistant has no entity ${identity.uniqueId}: is the meter published?`);
  }
  if (entry.disabled_by == null) return ok(entry.entity_id);
  return failed("METERMAN_HA_ENTITY", `${entry.entity_id} is disabled in Home Assistant: enable it there`);
}
