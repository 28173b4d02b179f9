import { createHash } from "node:crypto";
import type { Api } from "./api.ts";
import { type ApiResponse, header } from "./http.ts";
import { problem } from "./problem.ts";

/** A page as the build makes it. It holds nothing of the house: that comes by GET demand, with whatever that asks for. */
export interface PageFiles {
  /** Last part of its path. */
  readonly name: string;
  /** Whether it stands at its path with a slash at the end, and its files below; else its own name is part of theirs. */
  readonly isFolder?: boolean;
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
 * Serves a page at its path, and its two files below. Anybody may load it: who has no token must be able to enter one,
 * and who may not read is told so by the page.
 */
export function createPage(page: PageFiles): Api {
  const files = new Map([
    [page.isFolder === true ? "/" : "", file("text/html; charset=utf-8", page.html)],
    ["/page.js", file("text/javascript; charset=utf-8", page.script)],
    ["/style.css", file("text/css; charset=utf-8", page.style)],
  ]);
  return async (request) => {
    const found = request.method === "GET" || request.method === "HEAD" ? files.get(request.path) : undefined;
    const response = found === undefined ? missing(request.method, request.path, page) : found;
    const known = response.headers.etag !== undefined && header(request, "if-none-match") === response.headers.etag;
    const answer = known ? { ...response, status: 304, body: "" } : response;
    return { ...answer, headers: { ...ALWAYS, ...answer.headers }, body: request.method === "HEAD" ? "" : answer.body };
  };
}

/** Every path below that of a folder page that is its own. What else stands there belongs to others. */
export const FOLDER_PATHS: readonly string[] = ["", "/", "/page.js", "/style.css"];

function file(type: string, body: string): ApiResponse {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  return { status: 200, headers: { "content-type": type, "cache-control": "no-cache", etag }, body };
}

/** Addresses in it are relative, so it must be loaded with or without the slash, as it was written. */
function missing(method: string, path: string, { isFolder = false, name }: PageFiles): ApiResponse {
  if (method !== "GET" && method !== "HEAD") {
    const headers = { allow: "GET, HEAD" };
    return problem({ code: "METERMAN_UNSUPPORTED", message: "this address takes GET and HEAD" }, { headers });
  }
  const location = isFolder ? `${name}/` : `../${name}`;
  if (path === (isFolder ? "" : "/"))
    return { status: 308, headers: { location, "cache-control": "no-cache" }, body: "" };
  return problem({ code: "METERMAN_NOT_FOUND", message: "there is nothing at this address" });
}
