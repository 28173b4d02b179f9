import type { MeterId } from "./identity.ts";
import type { MeterEvent, Power, Reading } from "./reading.ts";

/** What happens now, for whoever wants to watch: told once it is on disk, power when it changes. */
export type LiveItem =
  | { readonly type: "reading"; readonly reading: Reading }
  | { readonly type: "power"; readonly meter: MeterId; readonly name: string; readonly power: Power }
  | { readonly type: "event"; readonly event: MeterEvent }
  /** Readings of the meter from `from` on are not what they were: an adjustment was made or undone. */
  | { readonly type: "adjusted"; readonly meter: MeterId; readonly from: number };

export interface LiveHub {
  tell(item: LiveItem): void;
  /** @returns how to stop listening */
  listen(listener: (item: LiveItem) => void): () => void;
}
