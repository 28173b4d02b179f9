import { createHash } from "node:crypto";
import type { Api } from "./api.ts";
import { type ApiResponse, header } from "./http.ts";
import { problem } from "./problem.ts";

/** A page as the build makes it. It holds nothing of the house: that comes by GET demand, with whatever that asks for. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
}

/** Nothing from elsewhere, nothing inline, in no frame; texts of the server cannot become code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const ALWAYS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/**
 * Serves a page at the bare path, and its two files below. Anybody may load it: who has no token must be able to enter
 * one, and who may not read is told so by the page.
 */
export function createPage({ html, script, style }: PageFiles): Api {
  const files = new Map([
    ["", file("text/html; charset=utf-8", html)],
    ["/page.js", file("text/javascript; charset=utf-8", script)],
    ["/style.css", file("text/css; charset=utf-8", style)],
  ]);
  return async (request) => {
    const found = request.method === "GET" || request.method === "HEAD" ? files.get(request.path) : undefined;
    const response = found === undefined ? missing(request.method, request.path) : found;
    const known = response.headers.etag !== undefined && header(request, "if-none-match") === response.headers.etag;
    const answer = known ? { ...response, status: 304, body: "" } : response;
    return { ...answer, headers: { ...ALWAYS, ...answer.headers }, body: request.method === "HEAD" ? "" : answer.body };
  };
}

function file(type: string, body: string): ApiResponse {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  return { status: 200, headers: { "content-type": type, "cache-control": "no-cache", etag }, body };
}

/** Its addresses are relative to the path without a slash at the end. */
function missing(method: string, path: string): ApiResponse {
  if (method !== "GET" && method !== "HEAD") {
    const headers = { allow: "GET, HEAD" };
    return problem({ code: "METERMAN_UNSUPPORTED", message: "this address takes GET and HEAD" }, { headers });
  }
  if (path === "/") return { status: 308, headers: { location: "../demand", "cache-control": "no-cache" }, body: "" };
  return problem({ code: "METERMAN_NOT_FOUND", message: "there is nothing at this address" });
}
