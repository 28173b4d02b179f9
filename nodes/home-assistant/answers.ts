import type { ErrorCode } from "../model/index.ts";

/** JSON Schemas of what Home Assistant answers, with the shapes they describe. Only what meterman reads is required. */

/** `get_config`. `state` is NOT_RUNNING, STARTING, RUNNING, STOPPING or FINAL_WRITE. */
export interface HomeAssistantConfig {
  readonly version: string;
  readonly state: string;
  readonly components: readonly string[];
}
export const CONFIG_SCHEMA = {
  type: "object",
  required: ["version", "state", "components"],
  properties: {
    version: { type: "string", maxLength: 64 },
    state: { type: "string", maxLength: 64 },
    components: { type: "array", items: { type: "string" } },
  },
} as const;

/** An integration that the user has set up. `state` is loaded, not_loaded, setup_retry, setup_in_progress, … */
export interface ConfigEntry {
  readonly domain: string;
  readonly state: string;
}
const entry = {
  type: "object",
  required: ["domain", "state"],
  properties: { domain: { type: "string" }, state: { type: "string" } },
} as const;
/** `config_entries/get`. */
export const ENTRIES_SCHEMA = { type: "array", items: entry } as const;

/** An event of `config_entries/subscribe`: first what there is, with `type` null, then each change. */
export type EntryChanges = readonly { readonly type: string | null; readonly entry: ConfigEntry }[];
export const ENTRY_CHANGES_SCHEMA = {
  type: "array",
  items: { type: "object", required: ["type", "entry"], properties: { type: { type: ["string", "null"] }, entry } },
} as const;

/** An event of `mqtt/subscribe`. */
export interface TopicEvent {
  readonly topic: string;
  readonly payload: string;
}
export const TOPIC_EVENT_SCHEMA = {
  type: "object",
  required: ["topic", "payload"],
  properties: { topic: { type: "string" }, payload: { type: "string" } },
} as const;

/** A `nodered` event of the companion: its entities exist only after `loaded`. */
export interface CompanionEvent {
  readonly data: { readonly type: string };
}
export const COMPANION_EVENT_SCHEMA = {
  type: "object",
  required: ["data"],
  properties: { data: { type: "object", required: ["type"], properties: { type: { type: "string" } } } },
} as const;

/** A refusal: `{code, message}`. When the line drops, the library itself rejects with a number as code. */
export interface Refusal {
  readonly code: string | number;
  readonly message: string;
}
export const REFUSAL_SCHEMA = {
  type: "object",
  required: ["code", "message"],
  properties: { code: { type: ["string", "number"] }, message: { type: "string" } },
} as const;

const CODES: ReadonlyMap<string | number, ErrorCode> = new Map([
  ["not_found", "METERMAN_NOT_FOUND"],
  ["unauthorized", "METERMAN_HA_AUTH"],
  // What its release, or the parts it runs with, do not have.
  ["unknown_command", "METERMAN_UNSUPPORTED"],
]);

/** Code of a failure: the same for a websocket command as for a REST call. */
export function refusalCode({ code }: Refusal): ErrorCode {
  return CODES.get(code) ?? "METERMAN_HA_CALL";
}

/** What a refusal means to the person who has to do something about it. */
export function explain({ code, message }: Refusal): string {
  if (code === "unauthorized") return "the token belongs to a user who is not an administrator";
  return message === "" ? `Home Assistant answered ${code}` : `Home Assistant: ${message.slice(0, 200)}`;
}

/** Release as `[year, month]`; what cannot be read counts as the oldest that is supported. */
export function release(version: string): readonly [number, number] {
  const [, year, month] = /^(\d{4})\.(\d{1,2})/.exec(version) ?? [];
  return year === undefined || month === undefined ? [2025, 1] : [Number(year), Number(month)];
}

export function atLeast(version: string, year: number, month: number): boolean {
  const [y, m] = release(version);
  return y > year || (y === year && m >= month);
}
