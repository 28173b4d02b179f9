import { createHash } from "node:crypto";
import { type EpochSeconds, MetermanError } from "../model/index.ts";
import { type ApiRequest, type ApiResponse, header } from "./http.ts";
import type { Answer, Call, Route } from "./route.ts";

const DAY_S = 86_400;
/** Rows of one piece of a CSV stream: bounded memory, few questions to the store. */
const STREAM_PAGE = 5000;

export const JSON_TYPE = "application/json";
export const CSV_TYPE = "text/csv";

/** @param body the whole answer; it gets a strong ETag when the time it covers lies in closed UTC days */
function whole(request: ApiRequest, answer: Answer, now: EpochSeconds, type: string, body: string): ApiResponse {
  const headers: Record<string, string> = { "content-type": type, vary: "Accept", ...link(request, answer.next) };
  const closed = answer.until !== undefined && answer.until <= Math.floor(now / DAY_S) * DAY_S;
  if (!closed) {
    const length = String(Buffer.byteLength(body));
    return { status: 200, headers: { ...headers, "cache-control": "no-store", "content-length": length }, body };
  }
  // A closed day may still change by late data or an adjustment: caches keep it, but ask each time.
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const cached = { ...headers, etag, "cache-control": "private, no-cache" };
  if (isKnown(header(request, "if-none-match"), etag)) return { status: 304, headers: cached, body: "" };
  return { status: 200, headers: { ...cached, "content-length": String(Buffer.byteLength(body)) }, body };
}

/** If-None-Match compares weakly (RFC 9110 §13.1.2). */
function isKnown(sent: string | undefined, etag: string): boolean {
  if (sent === undefined) return false;
  return sent.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** The next page as RFC 8288 has it, relative to this one. */
function link(request: ApiRequest, next: string | null | undefined): Record<string, string> {
  if (next === null || next === undefined) return {};
  const others = request.query.split("&").filter((piece) => piece !== "" && !piece.startsWith("cursor="));
  return { link: `<?${[...others, `cursor=${encodeURIComponent(next)}`].join("&")}>; rel="next"` };
}

export function renderJson(request: ApiRequest, answer: Answer, now: EpochSeconds): ApiResponse {
  return whole(request, answer, now, JSON_TYPE, JSON.stringify(answer.body));
}

/**
 * CSV of one page when the caller pages (`limit` or `cursor` given) or there is only one; otherwise a stream of all
 * pages, one in memory at a time. The first page is there before the status goes out.
 */
export async function renderCsv(request: ApiRequest, route: Route, call: Call, first: Answer): Promise<ApiResponse> {
  const heading = first.table?.heading() ?? "";
  const type = `${CSV_TYPE}; charset=utf-8; header=present`;
  const paged = call.given.limit !== undefined || call.given.cursor !== undefined;
  if (paged || typeof first.next !== "string") {
    return whole(request, first, call.now, type, heading + (first.table?.rows() ?? ""));
  }
  const headers = { "content-type": type, vary: "Accept", "cache-control": "no-store" };
  return { status: 200, headers, body: stream(route, call, first) };
}

async function* stream(route: Route, call: Call, first: Answer): AsyncGenerator<string, void, undefined> {
  yield (first.table?.heading() ?? "") + (first.table?.rows() ?? "");
  let cursor = first.next;
  while (typeof cursor === "string") {
    const given = { ...call.given, cursor, limit: STREAM_PAGE };
    const page = await route.handle({ ...call, given });
    // The status is long gone: breaking the connection is the only honest way to say that the rest is missing.
    if (!page.ok) throw new MetermanError(page.error);
    yield page.value.table?.rows() ?? "";
    cursor = page.value.next;
  }
}
