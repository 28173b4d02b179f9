import { type Failure, failed, ok, type Result } from "../model/index.ts";
import { type ApiRequest, header } from "./http.ts";
import { findToken, SCOPES, type Scope, type Token } from "./tokens.ts";

const LOOPBACK_ADDRESS = /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i;
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;
/** Headers by which a proxy says that it speaks for somebody else; `via` is the one that it must add (RFC 9110 §7.6.3). */
const FORWARDED = /^(via|(x-)?forwarded(-.*)?|(x-)?(real|client|cluster-client)-ip|(true|cf)-(client|connecting)-ip)$/;
const BEARER = /^bearer +(\S+) *$/i;
/** No secret of ours is nearly as long. */
const LONGEST_SECRET = 200;

const ADVICE =
  "call it on the machine that runs Node-RED, as http://localhost:<port>/meterman/api/v1/, or make a token in the api node's dialog";
const MAKE_ONE = "tokens are made in the api node's dialog, and sent as Authorization: Bearer";

/** Somebody who may ask at all, and what for. */
export interface Caller {
  readonly scopes: readonly Scope[];
  readonly token: boolean;
  /** Who that is in the trail of corrections: the token's name, or this machine. */
  readonly name: string;
}

/**
 * Who asks. A bearer token counts from anywhere, through a proxy, too. Without one only this machine is let in. The
 * address alone is not enough for that: a page in the user's browser may have its own host name point to 127.0.0.1 (DNS
 * rebinding, seen in `Host`), ask across origins (seen in `Origin` and `Sec-Fetch-Site`), and a proxy on this machine
 * speaks for anyone. With a token none of this matters: such a page does not have it.
 * @returns METERMAN_UNAUTHORIZED or METERMAN_FORBIDDEN for those who may not ask
 */
export function admit(request: ApiRequest, tokens: readonly Token[]): Result<Caller> {
  const secret = BEARER.exec(header(request, "authorization") ?? "")?.[1];
  if (secret !== undefined) {
    const token = secret.length > LONGEST_SECRET ? undefined : findToken(tokens, secret);
    if (token !== undefined) return ok({ scopes: token.scopes, token: true, name: token.name || `token ${token.id}` });
    return failed("METERMAN_UNAUTHORIZED", `this token is not known, or was revoked: ${MAKE_ONE}`);
  }
  const local = fromThisMachine(request);
  if (local.ok)
    return ok({ scopes: SCOPES.filter((scope) => isOpen(scope, tokens)), token: false, name: "this machine" });
  return tokens.length === 0 ? local : failed("METERMAN_UNAUTHORIZED", `this needs a token: ${MAKE_ONE}`);
}

/** Switching always takes a token. The rest is open to this machine until a token for reading, or for just that, exists. */
function isOpen(scope: Scope, tokens: readonly Token[]): boolean {
  return scope !== "control" && !tokens.some(({ scopes }) => scopes.includes("read") || scopes.includes(scope));
}

/** What a caller is told who lacks `scope`; undefined for one who has it. */
export function lacking(caller: Caller, scope: Scope): Failure | undefined {
  if (caller.scopes.includes(scope)) return undefined;
  return caller.token
    ? { code: "METERMAN_FORBIDDEN", message: `this token may not do this: it lacks the scope ${scope}` }
    : { code: "METERMAN_UNAUTHORIZED", message: `this needs a token with the scope ${scope}: ${MAKE_ONE}` };
}

/** The header that goes with a refusal (RFC 6750 §3). */
export function challenge(request: ApiRequest, { code }: Failure, scope?: Scope): Readonly<Record<string, string>> {
  const sent = header(request, "authorization") !== undefined;
  if (code === "METERMAN_FORBIDDEN" && !sent) return {};
  const error = code === "METERMAN_FORBIDDEN" ? "insufficient_scope" : "invalid_token";
  const parts = [`realm="meterman"`, ...(sent ? [`error="${error}"`] : []), ...(scope ? [`scope="${scope}"`] : [])];
  return { "www-authenticate": `Bearer ${parts.join(", ")}` };
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || LOOPBACK_ADDRESS.test(address));
}

function fromThisMachine(request: ApiRequest): Result<void> {
  if (!isLoopback(request.remote)) {
    return failed("METERMAN_FORBIDDEN", `without a token this API answers only to its own machine: ${ADVICE}`);
  }
  // Browsers and programs speak HTTP/1.1. A proxy that is set up in one line does not, and adds no header either.
  if (request.httpVersion === "1.0" || Object.keys(request.headers).some((name) => FORWARDED.test(name))) {
    return failed("METERMAN_FORBIDDEN", `without a token no request may come through a proxy: ${ADVICE}`);
  }
  const host = header(request, "host");
  if (host === undefined || !LOOPBACK_HOST.test(host)) {
    return failed("METERMAN_FORBIDDEN", `the host name must be localhost, 127.0.0.1 or [::1]: ${ADVICE}`);
  }
  const origin = header(request, "origin");
  if (origin !== undefined && origin.replace(/^https?:\/\//i, "").toLowerCase() !== host.toLowerCase()) {
    return failed("METERMAN_FORBIDDEN", "pages of another origin may not use this API");
  }
  // An image or frame of another page asks without an origin: it learns nothing, but could hold a place of GET live.
  const site = header(request, "sec-fetch-site") ?? "none";
  const isLink = header(request, "sec-fetch-dest") === "document";
  if (site !== "same-origin" && site !== "none" && !isLink) {
    return failed("METERMAN_FORBIDDEN", "pages of another origin may not use this API");
  }
  return ok(undefined);
}
