import { keysFor, type SensorKey, sensor, stateText } from "./components.ts";
import { entityId } from "./naming.ts";
import type { Request, Say } from "./say.ts";

/** Marks a state as ours; Home Assistant shows it below the value. */
export const ATTRIBUTION = "Written by meterman over REST";

/** A state over REST carries its attributes each time; there is nothing to announce. */
export function restRequests(say: Say): readonly Request[] {
  const entity = (key: SensorKey) => entityId(say.about.id, key);
  const post = (key: SensorKey, state: string): Request => {
    const { label, attributes } = sensor(key);
    const about = { friendly_name: `${say.about.name} ${label}` };
    const body = { state, attributes: { ...attributes, ...about, attribution: ATTRIBUTION } };
    return { kind: "state", entityId: entity(key), body };
  };
  switch (say.kind) {
    case "announce":
      return [];
    case "withdraw":
      return keysFor(say.about.kind).map((key) => ({ kind: "clear", entityId: entity(key) }));
    case "availability":
      if (say.online) return [];
      return say.keys.filter((key) => !sensor(key).lasting).map((key) => post(key, "unavailable"));
    case "value":
      return [post(say.key, stateText(say.key, say.value, "unknown"))];
  }
}
