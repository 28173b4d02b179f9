import { type Say, STRATEGIES, sensor, stateText } from "../../home-assistant/index.ts";
import type { Json } from "../../model/index.ts";
import { words } from "../meterman-home-assistant/words.ts";
import type { StatusKind } from "../shell/index.ts";
import type { Publisher } from "./publisher.ts";

/** Status of the node: the path in use, or why there is none. */
export function shown(publisher: Publisher): readonly [StatusKind, string] {
  const { status, choice, failure } = publisher;
  if (choice === undefined) return status.kind === "ready" ? ["busy", "connecting…"] : words(status);
  if (choice.path === null) return ["error", choice.why];
  const { label, degraded } = STRATEGIES[choice.path];
  if (failure !== undefined) return ["warn", `${label}: ${failure.message}`];
  const count = publisher.meters().length;
  return [degraded ? "warn" : "ok", `${label} · ${count} ${count === 1 ? "meter" : "meters"}`];
}

/** What was said, as output 1 shows it: totals and instants as exact text, other values as numbers. */
export function told({ about, path, ...say }: Say): { readonly [key: string]: Json } {
  const base = { meter: about.id, path, what: say.kind };
  if (say.kind === "availability") return { ...base, value: say.online ? "online" : "offline" };
  if (say.kind !== "value") return { ...base, value: about.name };
  const text = stateText(say.key, say.value, "");
  const { rising, attributes } = sensor(say.key);
  const exact = rising || attributes.device_class === "timestamp" ? text : Number(text);
  return { ...base, what: say.key, value: say.value === null ? null : exact };
}
