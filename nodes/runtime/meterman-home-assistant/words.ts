import { never } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import type { StatusKind } from "../shell/index.ts";

/** How the connection stands, in words for a node's status. */
export function words(status: HomeAssistantStatus): readonly [StatusKind, string] {
  switch (status.kind) {
    case "unconfigured":
      return ["idle", "not configured"];
    case "connecting":
      return status.why === undefined ? ["busy", "connecting…"] : ["warn", `no connection: ${status.why}`];
    case "starting":
      return ["busy", "Home Assistant is starting"];
    case "ready":
      return status.admin === false
        ? ["warn", `connected to ${status.config.version}, but not as an administrator: loads work, publishing may not`]
        : ["ok", `connected to ${status.config.version}`];
    case "refused":
      return ["error", status.why];
    default:
      return never(status);
  }
}
