/** Why an attempt to connect failed, in words that say what to do. `{name}` and `{at}` stand for the host of the URL. */

const UNTRUSTED = "its certificate is self-signed or of an unknown authority: tick “Accept a self-signed certificate”";
const SILENT = "{at} does not answer";
const NO_WAY = "there is no way to {at}: check the address and the network";
const NOT_HTTPS = "{at} does not speak https: begin the URL with http://";

/** By the code of an error of Node's network or TLS. */
const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name {name} is not known here: enter the IP address of Home Assistant",
  EAI_AGAIN: "the name {name} cannot be looked up: check the network, or enter the IP address of Home Assistant",
  ECONNREFUSED: "nothing listens at {at}: is Home Assistant running, and is the port right (its own is 8123)?",
  ECONNRESET: "{at} hung up; if it speaks https only, begin the URL with https://",
  EHOSTUNREACH: NO_WAY,
  EHOSTDOWN: NO_WAY,
  ENETUNREACH: NO_WAY,
  ETIMEDOUT: SILENT,
  ABORT_ERR: SILENT,
  EPROTO: NOT_HTTPS,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_HTTPS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_HTTPS,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_HAS_EXPIRED: "its certificate has expired: renew it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: check the clocks of both computers",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is not for {name}: enter the name that the certificate is for",
};

const DOWN = "the proxy at {at} answers, Home Assistant behind it does not";

/** By the HTTP status that came instead of a websocket. */
const STATUSES: Readonly<Record<number, string>> = {
  400: "{at} refuses the connection: https, or a proxy that Home Assistant's setting trusted_proxies does not name?",
  401: "the proxy at {at} asks for a login of its own",
  403: "Home Assistant has banned this computer: remove it from ip_bans.yaml and restart Home Assistant",
  404: "there is no Home Assistant at this URL: enter address and port only",
  502: DOWN,
  503: DOWN,
  504: DOWN,
};

function say(text: string, url: string): string {
  const { hostname, host, port, protocol } = new URL(url);
  const at = port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
  return text.replace("{name}", hostname).replace("{at}", at);
}

/** An error of Node's network, or the code of one. Where a name has several addresses, there is no message. */
export function reasonOf(thrown: unknown, url: string): string {
  const { code = "", message = "" }: { code?: unknown; message?: unknown } = Object(thrown);
  return say(CODES[String(code)] ?? (String(message || code) || "{at} cannot be reached"), url);
}

/** @param location where a redirect leads, if it is one */
export function reasonOfStatus(status: number, location: string | undefined, url: string): string {
  if (location !== undefined && URL.canParse(location, url)) {
    return say(`{at} leads to ${new URL(location, url).origin}: enter that as the URL`, url);
  }
  return say(STATUSES[status] ?? `{at} answers HTTP ${status}: it is not Home Assistant`, url);
}
