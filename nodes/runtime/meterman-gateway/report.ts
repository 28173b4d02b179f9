import { type Accounts, gatewayTroubles, grantedNames, type Session } from "../../gateway/index.ts";
import type { EpochSeconds, Failure, GatewayFact, GatewayReport, MeterId, NetworkId } from "../../model/index.ts";

export interface ReportInput {
  readonly node: string;
  readonly name: string;
  readonly network: NetworkId;
  readonly session: Session;
  readonly accounts: Accounts;
  /** What the gateway last said of itself. */
  readonly fact: GatewayFact | null;
  /** Since when each of its reports had a clock that was far off. */
  readonly clockOffSince: EpochSeconds | null;
  readonly mismatch: Failure | null;
  readonly meters: Iterable<MeterId>;
}

/** 2020-01-01: a gateway whose clock was never set says earlier times. */
const CLOCK_SET = 1_577_836_800;

/** A gateway that has just started, or is played back, has another time for a moment: two reports must say so. */
const CLOCK_OFF_FOR_S = 600;
const CLOCK_OFF_S = 60;

/** Above zero: the gateway's clock is ahead. */
const driftOf = (fact: GatewayFact) => fact.clock - Math.floor(fact.receivedAt);

/** @param since what this said after the report before */
export function clockOffSince(fact: GatewayFact, since: EpochSeconds | null): EpochSeconds | null {
  return Math.abs(driftOf(fact)) > CLOCK_OFF_S ? (since ?? fact.receivedAt) : null;
}

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
    clockDriftS: fact === null || isPassing(fact, input.clockOffSince) ? null : driftOf(fact),
    txPowerDbm: fact?.txPower ?? null,
    logLevel: fact?.logLevel ?? null,
    firmware: session.firmware === null ? null : `v${session.firmware}`,
    granted: grantedNames(session),
    ...{ lines, rejected: kinds.rejected, rejectedPercent: percent(kinds.rejected, lines) },
    queuedCommands: queue.length + (inFlight === null ? 0 : 1),
    meters: [...input.meters].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
  };
  const troubles = gatewayTroubles(report, now);
  return { ...report, troubles: mismatch === null ? troubles : [...troubles, sentence(mismatch.message)] };
}

function isPassing({ receivedAt }: GatewayFact, since: EpochSeconds | null): boolean {
  return since !== null && receivedAt - since < CLOCK_OFF_FOR_S;
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
