import { failed, ok, type Result } from "../../model/index.ts";

/** Where Home Assistant is and how to get in. The token stays in here. */
export interface Target {
  /** Without a trailing slash: the websocket path is appended to it. */
  readonly url: string;
  readonly token: string;
  readonly selfSigned: boolean;
  readonly timeoutS: number;
}

export interface Settings {
  readonly url: string;
  readonly addon: boolean;
  readonly selfSigned: boolean;
  readonly timeoutS: number;
}

const SUPERVISOR = "http://supervisor/core";

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
    if (supervisor !== "") return ok({ url: SUPERVISOR, token: supervisor, selfSigned, timeoutS });
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
  return ok({ url, token: secret, selfSigned, timeoutS });
}

/** Scheme and trailing slashes as the library needs them; a user name in the address is dropped. */
function normalise(address: string): string | undefined {
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`);
    if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  } catch {
    return undefined;
  }
}
