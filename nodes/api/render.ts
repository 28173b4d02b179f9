import { createHash } from "node:crypto";
import { MetermanError } from "../model/index.ts";
import { type ApiRequest, type ApiResponse, header } from "./http.ts";
import type { Value } from "./parameters.ts";
import type { Answer, Call, Route } from "./route.ts";

const DAY_S = 86_400;
/** Rows of one piece of a CSV stream: bounded memory, few questions to the store. */
const STREAM_PAGE = 5000;

export const JSON_TYPE = "application/json";
export const CSV_TYPE = "text/csv";

/** What is rendered: which question, and the answer to it. */
export interface Served {
  readonly request: ApiRequest;
  readonly route: Route;
  readonly call: Call;
  readonly answer: Answer;
}

/** @param body the whole answer; it gets a strong ETag when the time it covers lies in closed UTC days */
function whole({ request, route, call, answer }: Served, type: string, body: string): ApiResponse {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const headers: Record<string, string> = { "content-type": type, vary: "Accept", ...link(route, call, answer) };
  const closed = answer.span !== undefined && answer.span.to <= Math.floor(call.now / DAY_S) * DAY_S;
  if (!closed) return { status: 200, headers: { ...headers, ...length, "cache-control": "no-store" }, body };
  // A closed day may still change by late data or an adjustment: caches keep it, but ask each time.
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const cached = { ...headers, etag, "cache-control": "private, no-cache" };
  if (isKnown(header(request, "if-none-match"), etag)) return { status: 304, headers: cached, body: "" };
  return { status: 200, headers: { ...cached, ...length }, body };
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function isKnown(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false;
  return sent.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** The next page as RFC 8288 has it, relative to this one. */
function link(route: Route, { given }: Call, { next }: Answer): Record<string, string> {
  if (next === null || next === undefined) return {};
  const query = new Map<string, Value>();
  for (const { name, in: place } of route.parameters) {
    const value = name === "cursor" ? next : given[name];
    if (place === "query" && value !== undefined) query.set(name, value);
  }
  const pairs = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return { link: `<?${pairs.join("&")}>; rel="next"` };
}

export function renderJson(served: Served): ApiResponse {
  return whole(served, JSON_TYPE, JSON.stringify(served.answer.body));
}

/**
 * CSV of one page when the caller pages (`limit` or `cursor` given) or there is only one; otherwise a stream of all
 * pages, one in memory at a time. The first page is there before the status goes out.
 */
export function renderCsv(served: Served): ApiResponse {
  const { route, call, answer } = served;
  const type = `${CSV_TYPE}; charset=utf-8; header=present`;
  const paged = call.given.limit !== undefined || call.given.cursor !== undefined;
  if (paged || typeof answer.next !== "string") return whole(served, type, firstPiece(answer));
  const headers = { "content-type": type, vary: "Accept", "cache-control": "no-store" };
  return { status: 200, headers, body: stream(route, call, answer) };
}

function firstPiece({ table }: Answer): string {
  return table === undefined ? "" : table.heading() + table.rows();
}

async function* stream(route: Route, call: Call, first: Answer): AsyncGenerator<string, void, undefined> {
  yield firstPiece(first);
  let cursor = first.next;
  while (typeof cursor === "string") {
    const given = { ...call.given, cursor, limit: STREAM_PAGE };
    const page = await route.handle({ ...call, given });
    // The status is long gone: breaking the connection is the only honest way to say that the rest is missing.
    if (!page.ok) {
      const error = new MetermanError(page.error);
      call.ports.fault(error);
      throw error;
    }
    yield page.value.table?.rows() ?? "";
    cursor = page.value.next;
  }
}
