/** The ways into Home Assistant, best first. */
export const PATHS = ["broker", "mqtt", "companion", "rest"] as const;
export type Path = (typeof PATHS)[number];
export type WantedPath = "auto" | Path;

export const DEVICE_KINDS = ["meter", "gateway", "demand"] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
