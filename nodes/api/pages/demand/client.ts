import type { Answer, Trouble } from "./state.ts";

const API = "api/v1";
const PATIENCE_MS = 10_000;

const NO_NODE: Trouble = {
  kind: "away",
  text: "Node-RED is there, but its meterman api node is not. A deploy takes a moment; else enable the node.",
};

export type Got<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble; readonly code: string };

/** Asks for everything that the page shows. */
export function getDemand(token: string | null): Promise<Got<Answer>> {
  return ask("demand", { headers: headers(token) }, isAnswer);
}

/** @param path below `demand/`, its parts percent-encoded */
export function post(path: string, fields: object, token: string | null): Promise<Got<object>> {
  const body = JSON.stringify(fields);
  const all = { ...headers(token), "content-type": "application/json" };
  return ask(`demand/${path}`, { method: "POST", body, headers: all }, isObject);
}

function headers(token: string | null): Record<string, string> {
  return { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
}

/** Never rejects. Credentials of the browser stay out of it, and nothing is kept in its cache. */
async function ask<T>(path: string, init: RequestInit, is: (value: unknown) => value is T): Promise<Got<T>> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${API}/${path}`, { ...init, signal, cache: "no-store", redirect: "error" });
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok && is(value)) return { ok: true, value };
    return refusal(response.status, value);
  } catch {
    return { ok: false, code: "", trouble: { kind: "away", text: "Node-RED does not answer." } };
  }
}

function refusal(status: number, value: unknown): Got<never> {
  const { code, detail } = Object(value) as { code?: unknown; detail?: unknown };
  // Node-RED's own 404: in the middle of a deploy, or for good.
  if (status === 404 && code === undefined) return { ok: false, code: "", trouble: NO_NODE };
  const words = typeof detail === "string" ? sentence(plain(detail)) : `Node-RED answers with status ${status}.`;
  const kind = status === 401 || status === 403 ? "refused" : status === 502 || status === 504 ? "away" : "fault";
  return { ok: false, code: typeof code === "string" ? code : "", trouble: { kind, text: words } };
}

/** Programs are told of the header; who reads this page enters the token in a field. */
function plain(text: string): string {
  return text.replace(/,? and sent as Authorization: Bearer$/, "");
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The server is ours and keeps to its document; this tells it from a proxy's own page. */
function isAnswer(value: unknown): value is Answer {
  const { demand, shed, scopes } = Object(value) as Partial<Answer>;
  return Array.isArray(demand) && Array.isArray(shed) && Array.isArray(scopes);
}
