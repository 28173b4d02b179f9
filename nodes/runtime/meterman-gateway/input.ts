import { isCommandTopic, parseRequest, type Request } from "../../gateway/index.ts";
import { failed, type NetworkId, ok, type Result } from "../../model/index.ts";
import type { Message } from "../shell/index.ts";

/** What a message to the gateway node is. */
export type GatewayInput =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array | string }
  | { readonly kind: "request"; readonly request: Request }
  /** From a core `status` node that watches the serial node: the only way to see its connection. */
  | { readonly kind: "port"; readonly connected: boolean }
  /** The status of some other node. */
  | { readonly kind: "nothing" };

export function parseInput(message: Message, network: NetworkId): Result<GatewayInput> {
  const { topic, payload } = message;
  if (typeof message.status === "object" && message.status !== null) return ok(portStatus(message.status));
  if (payload instanceof Uint8Array) return ok({ kind: "bytes", bytes: payload });
  if (isCommandTopic(topic)) {
    const request = parseRequest(topic, payload, network);
    return request.ok ? ok({ kind: "request", request: request.value }) : request;
  }
  if (typeof payload === "string") return ok({ kind: "bytes", bytes: payload });
  const words = "send the Buffer of a serial in node, or a command with topic set-register, set-interval, set-led,";
  return failed("METERMAN_BAD_MESSAGE", `${words} poll-faster, snapshot, set-time or radio`, "payload");
}

/** The serial nodes say `node-red:common.status.connected` or `…not-connected`. */
function portStatus(status: object): GatewayInput {
  const text = "text" in status && typeof status.text === "string" ? status.text : "";
  const said = /(?:^|[.:\s])(connected|not-connected|stopped)$/.exec(text)?.[1];
  return said === undefined ? { kind: "nothing" } : { kind: "port", connected: said === "connected" };
}
