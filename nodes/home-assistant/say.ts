/** The ways into Home Assistant, best first. */
export const WAYS = ["broker", "mqtt", "companion", "rest"] as const;
export type Way = (typeof WAYS)[number];
