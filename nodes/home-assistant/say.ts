import type { Json, MeterId } from "../model/index.ts";
import type { SensorKey } from "./components.ts";
import type { DeviceKind, Path } from "./kinds.ts";
import type { Identity } from "./naming.ts";

/** What Home Assistant shows of a device besides its sensors. */
export interface About {
  /** A meter's id, a gateway's of the same make (`<network>.<number>`), or `demand.<node>`. */
  readonly id: MeterId;
  readonly kind: DeviceKind;
  readonly name: string;
  readonly firmware?: string;
  /** The gateway it speaks through, once Home Assistant knows that one. */
  readonly via?: MeterId;
}

/** A value in the unit of its sensor's row; `null`: nobody knows. */
export type Value = number | null;

/** One thing to say to Home Assistant about a device. `keys`: the sensors that it has there. */
export type Say = { readonly path: Path; readonly about: About } & (
  | { readonly kind: "announce"; readonly keys: readonly SensorKey[] }
  | { readonly kind: "withdraw"; readonly keys: readonly SensorKey[] }
  | { readonly kind: "availability"; readonly online: boolean; readonly keys: readonly SensorKey[] }
  | { readonly kind: "value"; readonly key: SensorKey; readonly value: Value }
);

/** What goes over the wire for a `Say`. What is to be taken out and is not there is as good as done. */
export type Request =
  | { readonly kind: "publish"; readonly data: { topic: string; payload: string; qos: 0 | 1; retain: boolean } }
  | { readonly kind: "command"; readonly command: { readonly type: string; readonly [key: string]: Json } }
  | { readonly kind: "state"; readonly entityId: string; readonly body: Json }
  /** Takes out a state, unless another path's entity has made it its own. */
  | { readonly kind: "clear"; readonly entityId: string }
  /** Takes entities out of Home Assistant's registry. */
  | { readonly kind: "unregister"; readonly identities: readonly Identity[] };
