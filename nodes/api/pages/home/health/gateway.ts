import type { GatewayGrant, GatewayReport } from "../../../../model/index.ts";
import { h, type Piece } from "../../parts/tree.ts";
import { bytes, clockOff, decibels, grouped, longSince, percent } from "./figures.ts";
import { figure, heard, troubles } from "./meter.ts";
import type { HealthState } from "./state.ts";

const GRANT_WORDS: Readonly<Record<GatewayGrant, string>> = {
  checksums: "checked lines",
  "timed-impulses": "times of impulses",
  bridge: "frames of other devices",
};

/** What the firmware does beyond v10. */
function grantedWords(granted: GatewayReport["granted"]): string {
  if (granted === null) return "";
  return granted.length === 0 ? "nothing beyond v10" : granted.map((grant) => GRANT_WORDS[grant]).join(", ");
}

/** A card of one gateway: what is wrong, what it said of itself, and how much of what it sends can be read. */
export function gatewayCard(report: GatewayReport, state: HealthState): Piece {
  const { id, name, lastHeard, silent, lines, rejected, rejectedPercent, queuedCommands, meters } = report;
  const title = `gateway-${id}`;
  const waiting =
    queuedCommands === 0
      ? "no command waits"
      : `${queuedCommands} ${queuedCommands === 1 ? "command waits" : "commands wait"}`;
  return h(
    "section",
    { key: `gateway ${id} ${report.node}`, class: "card device", "aria-labelledby": title },
    h(
      "header",
      {},
      h("h3", { id: title, tabindex: -1 }, name),
      h("span", { class: "of" }, id),
      heard(lastHeard, silent, state.now),
    ),
    troubles(report.troubles),
    h(
      "dl",
      { class: "figures" },
      figure(
        "Lines received",
        grouped(lines),
        rejected === 0 ? "all of them fit" : `${grouped(rejected)} do not fit: ${percent(rejectedPercent)}`,
      ),
      figure("Nodes heard", String(meters.length), waiting),
      figure("Clock", clockOff(report.clockDriftS), "beside this computer's"),
      figure("Running for", longSince(report.uptimeS), ""),
      figure("Free memory", bytes(report.freeRamBytes), ""),
      figure("Firmware", report.firmware ?? "–", grantedWords(report.granted)),
      figure(
        "Sends with",
        decibels(report.txPowerDbm ?? undefined),
        report.logLevel === null ? "" : `log level ${report.logLevel}`,
      ),
    ),
  );
}
