import type { Frames } from "../../gateway/index.ts";
import type { EpochSeconds } from "../../model/index.ts";
import type { Message } from "../shell/index.ts";

/** A frame of a device that is no meter, as flows see it. */
export function radioMessage({ from, to, flags, rssi, data }: Frames["RADIO"], at: EpochSeconds): Message {
  return { topic: "radio", payload: { from, to, flags, rssi, data: Buffer.from(data), at } };
}
