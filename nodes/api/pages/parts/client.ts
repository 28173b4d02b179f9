/** Why there is no fresh answer. `refused`: the server is there, and wants a token. `stopped`: nobody waits for it. */
export interface Trouble {
  readonly kind: "away" | "refused" | "fault" | "stopped";
  readonly text: string;
}

export type Got<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble; readonly code: string };

/** Below the address of every page, whatever Node-RED's root is. */
const API = "api/v1";
const PATIENCE_MS = 10_000;

const NO_NODE: Trouble = {
  kind: "away",
  text: "Node-RED is there, but its meterman api node is not. A deploy takes a moment; else enable the node.",
};

const STOPPED: Got<never> = { ok: false, code: "", trouble: { kind: "stopped", text: "" } };

/** What is sent along with every question; `token` null for none. */
export function headersOf(token: string | null, accept = "application/json"): Record<string, string> {
  return { accept, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
}

/** Never rejects. The server is ours and keeps to its document; `is` tells it from a proxy's own page. */
export async function ask<T>(path: string, init: RequestInit, is: (value: unknown) => value is T): Promise<Got<T>> {
  const got = await send(path, init);
  if (!got.ok) return got;
  const value: unknown = await got.value.json().catch(() => undefined);
  if (init.signal?.aborted) return STOPPED;
  return is(value) ? { ok: true, value } : refusal(got.value.status, value);
}

/**
 * Any answer but 2xx is trouble, in the server's words. Credentials of the browser stay out of it. Nothing is kept in
 * its cache, unless `init` says so. A stream may take as long as it likes once it has begun.
 */
export async function send(path: string, init: RequestInit, isStream = false): Promise<Got<Response>> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, patience.signal]) : patience.signal;
  try {
    const response = await fetch(`${API}/${path}`, { cache: "no-store", ...init, signal, redirect: "error" });
    if (isStream || !response.ok) clearTimeout(timer);
    if (response.ok) return { ok: true, value: response };
    return refusal(response.status, await response.json().catch(() => undefined));
  } catch {
    if (init.signal?.aborted) return STOPPED;
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

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
