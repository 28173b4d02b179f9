import { failed, ok, type Result } from "../model/index.ts";
import { type ApiRequest, header } from "./http.ts";

const LOOPBACK_ADDRESS = /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i;
const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;
/** Headers by which a proxy says that it speaks for somebody else; `via` is the one that it must add (RFC 9110 §7.6.3). */
const FORWARDED = /^(via|(x-)?forwarded(-.*)?|(x-)?(real|client|cluster-client)-ip|(true|cf)-(client|connecting)-ip)$/;

const ADVICE = "call it on the machine that runs Node-RED, as http://localhost:<port>/meterman/api/v1/";

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || LOOPBACK_ADDRESS.test(address));
}

/**
 * Lets only this machine in, as long as there are no tokens. The address alone is not enough: a page in the user's
 * browser may have its own host name point to 127.0.0.1 (DNS rebinding, seen in `Host`), ask across origins (seen in
 * `Origin`), and a proxy on this machine speaks for anyone.
 */
export function admit(request: ApiRequest): Result<void> {
  if (!isLoopback(request.remote)) {
    return failed("METERMAN_FORBIDDEN", `this API answers only to its own machine: ${ADVICE}`);
  }
  if (Object.keys(request.headers).some((name) => FORWARDED.test(name))) {
    return failed("METERMAN_FORBIDDEN", `this request came through a proxy; this API takes none yet: ${ADVICE}`);
  }
  const host = header(request, "host");
  if (host === undefined || !LOOPBACK_HOST.test(host)) {
    return failed("METERMAN_FORBIDDEN", `the host name must be localhost, 127.0.0.1 or [::1]: ${ADVICE}`);
  }
  const origin = header(request, "origin");
  if (origin !== undefined && origin.replace(/^https?:\/\//i, "").toLowerCase() !== host.toLowerCase()) {
    return failed("METERMAN_FORBIDDEN", "pages of another origin may not use this API");
  }
  return ok(undefined);
}
