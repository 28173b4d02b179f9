import { type Accounts, quietFor, type Session } from "../../gateway/index.ts";
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
const CLOCK_OFF_S = 60;
/** So many lines that cannot be read are more than a plug that was pulled once. */
const REJECTED_PERCENT = 1;
const ENOUGH_LINES = 200;

/** What a gateway node knows of its gateway. Figures are those of its last report, every 15 minutes. */
export function gatewayReport(input: ReportInput, now: EpochSeconds): GatewayReport {
  const { node, name, network, session, accounts, fact } = input;
  const { lines, kinds } = accounts;
  const { lastHeard, silent, queue, inFlight } = session;
  const isSet = fact !== null && fact.bootedAt >= CLOCK_SET;
  return {
    id: `${network}.1` as MeterId,
    ...{ node, name: name === "" ? `Gateway ${network}` : name, network, lastHeard, silent },
    bootedAt: isSet ? fact.bootedAt : null,
    uptimeS: fact !== null && fact.clock >= fact.bootedAt ? fact.clock - fact.bootedAt : null,
    freeRamBytes: fact?.freeRamBytes ?? null,
    clockDriftS: driftOf(fact),
    txPowerDbm: fact?.txPower ?? null,
    logLevel: fact?.logLevel ?? null,
    ...{ lines, rejected: kinds.rejected, rejectedPercent: percent(kinds.rejected, lines) },
    queuedCommands: queue.length + (inFlight === null ? 0 : 1),
    meters: [...input.meters].sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
    troubles: troublesOf(input, now),
  };
}

/** Above zero: the gateway's clock is ahead. */
function driftOf(fact: GatewayFact | null): number | null {
  return fact === null ? null : fact.clock - Math.floor(fact.receivedAt);
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}

function troublesOf({ session, accounts, fact, mismatch }: ReportInput, now: EpochSeconds): string[] {
  const troubles: string[] = [];
  const quietS = quietFor(session, now);
  if (session.silent) {
    const long = quietS === null ? "" : ` for ${Math.max(1, Math.round(quietS / 60))} min`;
    troubles.push(`Nothing was heard from the gateway${long}: check its power, the cable and the serial port.`);
  } else if (!session.talking && session.lastHeard === null) {
    troubles.push("Nothing was heard from the gateway yet: check the cable and the serial port.");
  }
  if (mismatch !== null) troubles.push(sentence(mismatch.message));
  const share = percent(accounts.kinds.rejected, accounts.lines);
  if (accounts.lines >= ENOUGH_LINES && share > REJECTED_PERCENT) {
    troubles.push(`${share} % of its lines cannot be read: check the cable, and that nothing else uses the port.`);
  }
  const drift = driftOf(fact);
  if (drift !== null && Math.abs(drift) > CLOCK_OFF_S) {
    const off = `${Math.abs(drift)} s ${drift > 0 ? "ahead" : "behind"}`;
    troubles.push(`Its clock is ${off}. It is set every 10 minutes: check that the node's second output reaches it.`);
  }
  return troubles;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
