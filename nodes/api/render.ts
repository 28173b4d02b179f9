import { createHash } from "node:crypto";
import { MetermanError, type Result } from "../model/index.ts";
import { type ApiRequest, type ApiResponse, header } from "./http.ts";
import { CSV_TYPE, contentType, JSON_TYPE, NDJSON_TYPE } from "./media.ts";
import type { Value } from "./parameters.ts";
import type { Answer, Call, Route, StreamedAnswer, Table, WholeAnswer } from "./route.ts";
import { told } from "./told.ts";

const DAY_S = 86_400;
/** Rows of one piece of a stream: bounded memory, few questions to the store. */
const STREAM_PAGE = 5000;

/** What is rendered: which question, and the answer to it. */
export interface Served<A extends Answer = Answer> {
  readonly request: ApiRequest;
  readonly route: Route;
  readonly call: Call;
  readonly answer: A;
}

/** The answer in the media type of the call. */
export function render(served: Served): ApiResponse {
  const { answer, call } = served;
  if ("stream" in answer) return streamed(call.type, answer);
  if (call.type === JSON_TYPE || answer.table === undefined) {
    return whole({ ...served, answer }, JSON_TYPE, JSON.stringify(answer.body));
  }
  return renderTable({ ...served, answer }, answer.table);
}

function streamed(type: string, { stream }: StreamedAnswer): ApiResponse {
  // nginx holds a stream back otherwise, events above all.
  const unheld = { "x-accel-buffering": "no" };
  const headers = { "content-type": contentType(type), vary: "Accept", "cache-control": "no-store", ...unheld };
  return { status: 200, headers, body: stream };
}

/** @param body the whole answer; it gets a strong ETag when the time it covers lies in closed UTC days */
function whole({ request, route, call, answer }: Served<WholeAnswer>, type: string, body: string): ApiResponse {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const headers: Record<string, string> = {
    "content-type": contentType(type),
    vary: "Accept",
    ...link(route, call, answer),
  };
  const { status = 200, span } = answer;
  const closed = span !== undefined && span.to <= Math.floor(call.now / DAY_S) * DAY_S;
  if (!closed) return { status, headers: { ...headers, ...length, "cache-control": "no-store" }, body };
  // A closed day may still change by late data or an adjustment: caches keep it, but ask each time.
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const cached = { ...headers, etag, "cache-control": "private, no-cache" };
  if (isKnown(header(request, "if-none-match"), etag)) return { status: 304, headers: cached, body: "" };
  return { status, headers: { ...cached, ...length }, body };
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function isKnown(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false;
  return sent.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** The next page as RFC 8288 has it, relative to this one. */
function link(route: Route, { given }: Call, { next }: WholeAnswer): Record<string, string> {
  if (next === null || next === undefined) return {};
  const query = new Map<string, Value>();
  for (const { name, in: place } of route.parameters) {
    const value = name === "cursor" ? next : given[name];
    if (place === "query" && value !== undefined) query.set(name, value);
  }
  const pairs = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return { link: `<?${pairs.join("&")}>; rel="next"` };
}

/**
 * One page of the table when the caller pages (`limit` or `cursor` given) or there is only one; otherwise a stream of
 * all pages, one in memory at a time. The first page is there before the status goes out.
 */
function renderTable(served: Served<WholeAnswer>, table: Table): ApiResponse {
  const { call, answer } = served;
  const paged = call.given.limit !== undefined || call.given.cursor !== undefined;
  const first = call.type === CSV_TYPE ? table.heading() + table.rows() : table.lines();
  if (paged || typeof answer.next !== "string") return whole(served, call.type, first);
  return streamed(call.type, { stream: told(pages(served, first, answer.next), call.ports) });
}

async function* pages({ route, call }: Served, first: string, next: string): AsyncGenerator<string, void, undefined> {
  yield first;
  for (let cursor: string | null | undefined = next; typeof cursor === "string"; ) {
    const given = { ...call.given, cursor, limit: STREAM_PAGE };
    const page: Result<Answer> = await route.handle({ ...call, given });
    if (!page.ok) throw new MetermanError(page.error);
    if ("stream" in page.value) return;
    yield (call.type === NDJSON_TYPE ? page.value.table?.lines() : page.value.table?.rows()) ?? "";
    cursor = page.value.next;
  }
}
