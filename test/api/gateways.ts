import type { ApiPorts } from "../../nodes/api/index.ts";
import {
  type CommandReport,
  DEFAULT_NETWORK,
  epochSeconds,
  failed,
  type GatewayReport,
  type LiveHub,
  type LiveItem,
  type MeterId,
  nodeOf,
  ok,
} from "../../nodes/model/index.ts";
import { meter } from "./meters.ts";

const AT = epochSeconds(1_783_000_119);

/** A gateway as its node tells of it. */
export function gatewayReport(more: Partial<GatewayReport> = {}): GatewayReport {
  return {
    ...{ id: meter("0.0.1.1.1"), node: "gateway", name: "Cellar", network: DEFAULT_NETWORK },
    ...{ lastHeard: AT, silent: false, bootedAt: epochSeconds(AT - 3600), uptimeS: 3600, freeRamBytes: 398 },
    ...{
      clockDriftS: 0,
      txPowerDbm: 19,
      logLevel: "INFO",
      firmware: "v11",
      granted: ["bridge"],
      lines: 312,
      rejected: 1,
      rejectedPercent: 0.32,
    },
    ...{ queuedCommands: 0, meters: [meter("0.0.1.1.2")], troubles: [], ...more },
  };
}

/** One gateway that takes commands for the meters of its network, at most `room` of them. */
export class GatewayWorld {
  readonly reports: GatewayReport[] = [gatewayReport()];
  readonly taken: { meter: MeterId; topic: string; fields: object }[] = [];
  readonly stop = new AbortController();
  room = Number.POSITIVE_INFINITY;

  ports(): Pick<ApiPorts, "gateways" | "command" | "outcome" | "stopped"> {
    const report = (index: number): CommandReport | undefined => {
      const one = this.taken[index];
      if (one === undefined) return undefined;
      const { meter, topic: command } = one;
      return { id: `command-${index}`, command, meter, state: "queued", at: AT, changedAt: AT, error: null };
    };
    return {
      gateways: () => this.reports,
      command: (to, topic, fields) => {
        if (!this.reports.some(({ network }) => nodeOf(to, network) !== undefined)) {
          return failed("METERMAN_GATEWAY_SILENT", "no gateway node hears this meter", "meter");
        }
        if (this.taken.length >= this.room) return failed("METERMAN_TOO_MANY", "32 commands are waiting already");
        this.taken.push({ meter: to, topic, fields });
        const told = report(this.taken.length - 1);
        return told === undefined ? failed("METERMAN_INTERNAL", "none") : ok(told);
      },
      outcome: (id) => report(Number(/^command-(\d{1,6})$/.exec(id)?.[1] ?? -1)),
      stopped: this.stop.signal,
    };
  }
}

/** A hub as the store node has one. */
export function liveHub(): LiveHub & { readonly count: number } {
  const listeners = new Set<(item: LiveItem) => void>();
  return {
    tell: (item) => {
      for (const listener of [...listeners]) listener(item);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get count() {
      return listeners.size;
    },
  };
}
