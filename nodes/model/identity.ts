import { failed, ok, type Result } from "./result.ts";

/**
 * A meter is named by the radio network it lives on and its node number there: `"0.0.1.1.2"`. Meters counted by other
 * means (GPIO, ESPHome) have an id of the user's choice in the same alphabet.
 */
export type MeterId = string & { readonly meterId: unique symbol };
/** The network id as four octets, `"0.0.1.1"`: also the sync word of the radio. */
export type NetworkId = string & { readonly networkId: unique symbol };
/** Address on the radio network: gateway 1, nodes 2…253. */
export type NodeNumber = number & { readonly nodeNumber: unique symbol };

export const DEFAULT_NETWORK = "0.0.1.1" as NetworkId;
export const FIRST_NODE = 2;
export const LAST_NODE = 253;
export const METER_ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
export const NETWORK_PATTERN = "^(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}$";
const METER_ID = new RegExp(METER_ID_PATTERN);
const NETWORK = new RegExp(NETWORK_PATTERN);
const DIGITS = /^[1-9]\d{0,2}$/;

/** Ids become folder names and object keys: `..`, `__proto__` and their like are refused here, once. */
export function parseMeterId(text: unknown): Result<MeterId> {
  if (typeof text === "string" && METER_ID.test(text) && !text.includes("..") && !text.endsWith(".")) {
    if (text !== "constructor" && text !== "prototype") return ok(text as MeterId);
  }
  return failed(
    "METERMAN_BAD_MESSAGE",
    "a meter id is 1 to 64 letters, digits, '.', '-' or '_', like 0.0.1.1.2",
    "meter",
  );
}

export function parseNetworkId(text: unknown): Result<NetworkId> {
  if (typeof text === "string" && NETWORK.test(text)) return ok(text as NetworkId);
  return failed("METERMAN_BAD_CONFIG", "a network id is four numbers from 0 to 255, like 0.0.1.1", "network");
}

export function isNodeNumber(value: number): value is NodeNumber {
  return Number.isInteger(value) && value >= FIRST_NODE && value <= LAST_NODE;
}

export function meterId(network: NetworkId, node: NodeNumber): MeterId {
  return `${network}.${node}` as MeterId;
}

/** The node number of `meter` if it lives on `network`. */
export function nodeOf(meter: MeterId, network: NetworkId): NodeNumber | undefined {
  if (!meter.startsWith(`${network}.`)) return undefined;
  const tail = meter.slice(network.length + 1);
  const node = DIGITS.test(tail) ? Number(tail) : Number.NaN;
  return isNodeNumber(node) ? node : undefined;
}
