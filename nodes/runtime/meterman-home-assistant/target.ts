import { failed, ok, type Result } from "../../model/index.ts";

/** Where Home Assistant is and how to get in. The token stays in here. */
export interface Target {
  /** Without a trailing slash: the websocket path is appended to it. */
  readonly url: string;
  readonly token: string;
  readonly selfSigned: boolean;
  readonly timeoutS: number;
  /** What to do when the token is refused. */
  readonly remedy: string;
}

export interface Settings {
  readonly url: string;
  readonly addon: boolean;
  readonly selfSigned: boolean;
  readonly timeoutS: number;
}

/** The supervisor's proxy: the paths of Home Assistant, the token of the add-on, the rights of an administrator. */
const SUPERVISOR = "http://supervisor/core";
const REMEDIES = {
  addon: "the add-on's configuration needs homeassistant_api: true, then restart the add-on",
  token: "make a new long-lived access token in your Home Assistant profile, enter it and deploy",
  environment: "set METERMAN_HA_TOKEN to a new long-lived access token and restart Node-RED",
} as const;
/** Pages of the frontend, as people paste them, and the API's own paths. */
const PAGES =
  /\/(lovelace|home\/overview|profile|config|energy|history|logbook|map|media-browser|todo|developer-tools|auth|api)([-/].*)?$/;

/**
 * @param token of the credentials; like the URL it may come from the environment instead
 * @returns null when no address is set anywhere: not configured is not a fault
 */
export function resolveTarget(
  settings: Settings,
  token: unknown,
  env: Readonly<Record<string, string | undefined>>,
): Result<Target | null> {
  const { selfSigned, timeoutS } = settings;
  if (settings.addon) {
    const supervisor = env.SUPERVISOR_TOKEN ?? "";
    if (supervisor !== "") {
      return ok({ url: SUPERVISOR, token: supervisor, selfSigned, timeoutS, remedy: REMEDIES.addon });
    }
    return failed(
      "METERMAN_BAD_CONFIG",
      "Node-RED does not run as a Home Assistant add-on: enter URL and token",
      "addon",
    );
  }
  const address = settings.url.trim() || (env.METERMAN_HA_URL ?? "").trim();
  if (address === "") return ok(null);
  const url = normalise(address);
  if (url === undefined) {
    return failed("METERMAN_BAD_CONFIG", "the URL is like http://homeassistant.local:8123", "url");
  }
  const given = typeof token === "string" ? token.trim() : "";
  const secret = given || (env.METERMAN_HA_TOKEN ?? "").trim();
  if (secret === "") {
    return failed(
      "METERMAN_BAD_CONFIG",
      "enter a long-lived access token: your profile in Home Assistant makes one",
      "token",
    );
  }
  // Printable and without spaces: anything else was cut or pasted wrongly, and would cost a refused login.
  if (!/^[!-~]+$/.test(secret)) return failed("METERMAN_BAD_CONFIG", "the token is one word: enter it again", "token");
  const remedy = given === "" ? REMEDIES.environment : REMEDIES.token;
  return ok({ url, token: secret, selfSigned, timeoutS, remedy });
}

/** Scheme and path as the API needs them, whatever page was pasted; a user name in the address is dropped. */
function normalise(address: string): string | undefined {
  const full = /^[a-z]+:\/\//i.test(address) ? address.replace(/^ws/i, "http") : `http://${address}`;
  if (!URL.canParse(full)) return undefined;
  const { protocol, origin, pathname } = new URL(full);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  return `${origin}${pathname.replace(PAGES, "")}`.replace(/\/+$/, "");
}
