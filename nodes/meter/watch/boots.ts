import { DAY_S } from "./days.ts";

/** When the device started anew, the latest at the end. */
export type Boots = readonly number[];

const KEPT = 10;
/** What a device says of itself is that old at most when it is heard: it tells its gateway, and that one is asked. */
const STALE_S = 1800;
/** v10 counts milliseconds in 32 bits: after 49.7 days its uptime begins anew, and nothing else does. */
const WRAP_S = 4_294_967;

export const addBoot = (boots: Boots, atS: number): Boots => [...boots, atS].slice(-KEPT);

export const bootsSince = (boots: Boots, sinceS: number, untilS: number): number =>
  boots.filter((atS) => atS > sinceS && atS <= untilS).length;

/**
 * A start whose announcement was lost shows in the uptime.
 * @param beforeS the uptime that was reported last
 * @returns when it was, undefined if there was none or if it is known already
 */
export function bootSeen(boots: Boots, beforeS: number | undefined, uptimeS: number, atS: number): number | undefined {
  const isWrap = beforeS !== undefined && beforeS > WRAP_S - DAY_S;
  if (beforeS === undefined || uptimeS >= beforeS || isWrap) return undefined;
  const bootS = atS - uptimeS;
  return (boots.at(-1) ?? 0) >= bootS - STALE_S ? undefined : bootS;
}
