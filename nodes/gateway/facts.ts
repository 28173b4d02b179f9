import {
  type Entry,
  type EpochSeconds,
  type Fact,
  type Failure,
  type GatewayFact,
  isNodeNumber,
  meterId,
  type NetworkId,
  type SnapshotFact,
} from "../model/index.ts";
import { UINT32 } from "./fields.ts";
import type { Frame, Frames, NodeSnapshot } from "./kinds.ts";

type TimedFrame = Frames["MUPT"] | Frames["MUTC"];

/**
 * What a frame says about a meter, or about the gateway. Answers to commands, and texts of the gateway itself, are no
 * facts: `undefined`.
 *
 * @param network whose nodes these are: ids are known from the first line, whatever a GWSNAP says later
 * @param receivedAt the server's clock when the line was complete
 */
export function toFact(frame: Frame, network: NetworkId, receivedAt: EpochSeconds): Fact | undefined {
  switch (frame.kind) {
    case "MUP_":
    case "MUPC": {
      const { baseTime, baseRegister, entries } = frame;
      return { kind: "update", meter: meterId(network, frame.node), baseTime, baseRegister, entries, receivedAt };
    }
    case "MUPT":
    case "MUTC": {
      const { baseTime, baseRegister, impulsesPerKwh } = frame;
      const entries = frame.entries.map(entryOf);
      const meter = meterId(network, frame.node);
      return { kind: "update", meter, baseTime, baseRegister, impulsesPerKwh, entries, receivedAt };
    }
    case "MREB": {
      const { time, register } = frame;
      return { kind: "rebase", meter: meterId(network, frame.node), time, register, receivedAt };
    }
    case "NOSNAP":
      return snapshotFact(frame, network, receivedAt);
    case "NDARK":
      return { kind: "dark", meter: meterId(network, frame.node), ...seen(frame.lastSeen), receivedAt };
    case "GMSG":
      if (!isNodeNumber(frame.sender)) return undefined;
      return { kind: "text", meter: meterId(network, frame.sender), ...frame.message, receivedAt };
    case "GWSNAP":
      return gatewayFact(frame, receivedAt);
    default:
      return undefined;
  }
}

/** A GWSNAP that names another network than the one set: a visible fault, not a new set of meters. */
export function networkMismatch(fact: Fact, network: NetworkId): Failure | undefined {
  if (fact.kind !== "gateway" || fact.network === network) return undefined;
  return {
    code: "METERMAN_NETWORK_MISMATCH",
    message: `the gateway reports network ${fact.network}, this node is set to ${network}: correct the setting, or the gateway's neti`,
    field: "network",
  };
}

/** 0 hundredths mean that there was no impulse, or that its time is not known (a stored quarter hour). */
function entryOf({ lastImpulseS, ...entry }: TimedFrame["entries"][number]): Entry {
  const isKnown = entry.impulses > 0 && lastImpulseS > 0 && lastImpulseS <= entry.duration;
  return isKnown ? { ...entry, lastImpulseS } : entry;
}

/** ⚠ 4294967295, and 0 before anything was heard, mean that the gateway does not know. */
function seen(lastSeen: EpochSeconds): { lastSeen?: EpochSeconds } {
  return lastSeen === UINT32 || lastSeen === 0 ? {} : { lastSeen };
}

function snapshotFact(frame: NodeSnapshot, network: NetworkId, receivedAt: EpochSeconds): SnapshotFact {
  const { kind: _, node, lastSeen, lastEntryFinish, lastRegister, lastAmps, rssi, ...reported } = frame;
  // ⚠ Until the node's first GINR the gateway prints 0 for all it has not been told, and a drift that means nothing.
  const told = reported.battery > 0 || reported.uptime > 0 || reported.freeRamBytes > 0;
  return {
    kind: "snapshot",
    meter: meterId(network, node),
    ...(told ? reported : {}),
    ...seen(lastSeen),
    lastEntryFinish,
    lastRegister,
    // ⚠ 0.00 is also what a node without a current clamp shows.
    ...(lastAmps > 0 ? { lastAmps } : {}),
    rssi,
    receivedAt,
  };
}

function gatewayFact(frame: Extract<Frame, { kind: "GWSNAP" }>, receivedAt: EpochSeconds): GatewayFact {
  const { network, gateway, bootedAt, freeRamBytes, clock, logLevel, txPower } = frame;
  return { kind: "gateway", network, gateway, bootedAt, freeRamBytes, clock, logLevel, txPower, receivedAt };
}
