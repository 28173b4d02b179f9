import { type Accounts, gatewayTroubles, type Session } from "../../gateway/index.ts";
import type { EpochSeconds, Failure, GatewayFact, GatewayReport, MeterId, NetworkId } from "../../model/index.ts";

export interface ReportInput {
  readonly node: string;
  readonly name: string;
  readonly network: NetworkId;
  readonly session: Session;
  readonly accounts: Accounts;
  /** What the gateway last said of itself. */
  readonly fact: GatewayFact | null;
  readonly mismatch: Failure | null;
  readonly meters: Iterable<MeterId>;
}

/** 2020-01-01: a gateway whose clock was never set says earlier times. */
const CLOCK_SET = 1_577_836_800;

/** What a gateway node knows of its gateway. Figures are those of its last report, every 15 minutes. */
export function gatewayReport(input: ReportInput, now: EpochSeconds): GatewayReport {
  const { node, name, network, session, accounts, fact, mismatch } = input;
  const { lines, kinds } = accounts;
  const { lastHeard, silent, queue, inFlight } = session;
  const isSet = fact !== null && fact.bootedAt >= CLOCK_SET;
  const report = {
    id: `${network}.1` as MeterId,
    ...{ node, name: name === "" ? `Gateway ${network}` : name, network, lastHeard, silent },
    bootedAt: isSet ? fact.bootedAt : null,
    uptimeS: fact !== null && fact.clock >= fact.bootedAt ? fact.clock - fact.bootedAt : null,
    freeRamBytes: fact?.freeRamBytes ?? null,
    clockDriftS: fact === null ? null : fact.clock - Math.floor(fact.receivedAt),
    txPowerDbm: fact?.txPower ?? null,
    logLevel: fact?.logLevel ?? null,
    ...{ lines, rejected: kinds.rejected, rejectedPercent: percent(kinds.rejected, lines) },
    queuedCommands: queue.length + (inFlight === null ? 0 : 1),
    meters: [...input.meters].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
  };
  const troubles = gatewayTroubles(report, now);
  return { ...report, troubles: mismatch === null ? troubles : [...troubles, sentence(mismatch.message)] };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
