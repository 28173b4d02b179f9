import { setTimeout as sleep } from "node:timers/promises";
import type { Failure } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import { defineNode, parser, type Running } from "../shell/index.ts";
import { Link } from "./link.ts";
import { Rest } from "./rest.ts";
import { connectedService, Traffic, unconfiguredService } from "./service.ts";
import { resolveTarget, type Settings } from "./target.ts";
import { words } from "./words.ts";

const settings = parser<Settings>(
  {
    type: "object",
    properties: {
      url: { type: "string", maxLength: 500, default: "" },
      addon: { type: "boolean", default: false },
      selfSigned: { type: "boolean", default: false },
      timeoutS: { type: "integer", minimum: 1, maximum: 60, default: 10 },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

/** Outages shorter than this many attempts (a minute) are logged, not reported: Home Assistant restarts every month. */
const REPORT_AFTER = 10;
/** How long the last words of the nodes behind this connection may take. */
const LAST_WORDS_MS = 2000;

/** Says an outage once, and a refusal once. */
function reporter(report: (failure: Failure) => void, log: (text: string) => void) {
  let attempts = 0;
  return (status: HomeAssistantStatus) => {
    if (status.kind === "ready") {
      attempts = 0;
      log(words(status)[1]);
    }
    if (status.kind === "refused") report({ code: "METERMAN_HA_AUTH", message: status.why });
    if (status.kind !== "connecting" || status.why === undefined) return;
    attempts += 1;
    if (attempts === 1) log(`no connection to Home Assistant: ${status.why}`);
    if (attempts === REPORT_AFTER) {
      report({ code: "METERMAN_HA_UNREACHABLE", message: `no connection to Home Assistant: ${status.why}` });
    }
  };
}

export default defineNode({
  type: "meterman-home-assistant",
  config: settings,
  credentials: { token: { type: "password" } },
  start(shell): Running {
    const target = resolveTarget(shell.config, shell.credentials.token, process.env);
    if (!target.ok) {
      shell.status("error", target.error.message);
      shell.report(target.error);
    }
    if (!target.ok || target.value === null) {
      if (target.ok) shell.status(...words({ kind: "unconfigured" }));
      return { service: unconfiguredService() };
    }
    const link = new Link(target.value, (text) => shell.log(text));
    const rest = new Rest(target.value);
    const traffic = new Traffic();
    link.onStatus(reporter(shell.report, (text) => shell.log(text)));
    link.onStatus((status) => shell.status(...words(status)));
    link.start();
    return {
      service: connectedService(link, rest, traffic),
      async close() {
        // Nodes close side by side: those behind this connection still have something to say.
        const deadline = performance.now() + LAST_WORDS_MS;
        do await sleep(50);
        while (!traffic.quiet(50) && performance.now() < deadline);
        await link.stop();
        rest.close();
      },
    };
  },
});
