import { GATEWAY_GRANTS, type GatewayGrant } from "../../model/index.ts";
import { isBoot } from "../decode.ts";
import { BRIDGE, CHECKSUMS, type Frame, TIMED_IMPULSES } from "../kinds.ts";
import type { Session } from "./state.ts";
import { emit, enqueueOnce, type Turn } from "./turn.ts";

const BITS: Readonly<Record<GatewayGrant, number>> = {
  checksums: CHECKSUMS,
  "timed-impulses": TIMED_IMPULSES,
  bridge: BRIDGE,
};

export function grants({ granted }: Session, grant: GatewayGrant): boolean {
  return granted !== null && (granted & BITS[grant]) !== 0;
}

/** Names of what was granted; null until the gateway said so, or let the question pass. */
export function grantedNames(session: Session): readonly GatewayGrant[] | null {
  if (session.granted === null) return null;
  return GATEWAY_GRANTS.filter((name) => grants(session, name));
}

/** Asked when nothing else waits: a gateway that has just been met has its clock and its snapshots first. */
export function askWhenDue(turn: Turn): void {
  const { askAt, queue, inFlight } = turn.session;
  if (askAt !== null && turn.now >= askAt && queue.length === 0 && inFlight === null) {
    enqueueOnce(turn, { kind: "ask-grants" });
  }
}

/** What a frame says about promises: one is given, or the gateway has started and knows nothing of any. */
export function hearPromises(turn: Turn, frame: Frame): void {
  if (frame.kind === "SCAP_ACK") emit(turn, { kind: "granted", version: frame.version, granted: frame.granted });
  else if (isBoot(frame)) {
    const version = frame.kind === "GMSG" ? frame.message.boot?.version : undefined;
    emit(turn, { kind: "started", version: version ?? null });
  }
}
