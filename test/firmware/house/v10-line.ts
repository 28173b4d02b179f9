import type { V10Gateway } from "../v10/v10-gateway.ts";
import type { SerialLine } from "./server.ts";

/** The serial line of a modelled v10 gateway as a server sees it. */
export function lineOf(gateway: V10Gateway): SerialLine {
  const line: SerialLine = {
    type: (text) => gateway.type(Buffer.from(text as string, "latin1").toString("latin1")),
    onByte: null,
  };
  gateway.onLine = (text) => {
    for (const byte of Buffer.from(`${text}\r\n`, "latin1")) line.onByte?.(byte);
  };
  return line;
}
