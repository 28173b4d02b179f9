/**
 * Every error code of the product with what it means. Codes are stable: flows, scripts and the REST API match on them.
 * A new code is a new line here.
 */
export const ERRORS = {
  METERMAN_BAD_MESSAGE: "a message does not have the shape this node understands",
  METERMAN_BAD_CONFIG: "a setting of the node is missing or out of range",
  METERMAN_BAD_QUERY: "a parameter of a query is missing, unknown or out of range",
  METERMAN_NOT_FOUND: "nothing has that id",
  METERMAN_UNAUTHORIZED: "the token is missing or not known",
  METERMAN_FORBIDDEN: "the caller may not do this",
  METERMAN_TOO_LARGE: "more was sent or asked for than is allowed",
  METERMAN_TOO_MANY: "too many requests or commands at once",
  METERMAN_UNSUPPORTED: "the method or media type is not offered",
  METERMAN_INTERNAL: "a fault in meterman itself",
  METERMAN_NO_STORE: "the node has no store, or its store could not be opened",
  METERMAN_STORE_LOCKED: "another process uses the same folder",
  METERMAN_STORE_FORMAT: "the folder was written by a newer version",
  METERMAN_STORE_WRITE: "readings could not be written; they are kept in memory and tried again",
  METERMAN_STORE_DAMAGED: "part of a file was unreadable and has been set aside",
  METERMAN_METER_TAKEN: "another node already keeps the account of this meter",
  METERMAN_UNKNOWN_METER: "no meter with that id has been heard",
  METERMAN_METER_LIMIT: "more meters than this node will track",
  METERMAN_COMMAND_REFUSED: "the gateway answered NACK",
  METERMAN_COMMAND_TIMEOUT: "the gateway did not answer in time",
  METERMAN_COMMAND_UNCONFIRMED: "the gateway took the command, but its effect was not seen",
  METERMAN_COMMAND_INVALID: "the command would be refused or would harm a deployed device",
  METERMAN_GATEWAY_SILENT: "nothing has been heard from the gateway for too long",
  METERMAN_NETWORK_MISMATCH: "the gateway reports another network id than the one set",
  METERMAN_LINE_REJECTED: "a line from the gateway did not fit the protocol exactly",
  METERMAN_HA_AUTH: "Home Assistant refused the access token",
  METERMAN_HA_UNREACHABLE: "Home Assistant cannot be reached",
  METERMAN_HA_CALL: "Home Assistant refused a call",
  METERMAN_HA_ENTITY: "an entity does not exist or is unavailable in Home Assistant",
  METERMAN_HA_ENERGY: "Home Assistant's Energy dashboard cannot show the meter that way",
  METERMAN_HA_STATISTICS: "Home Assistant's statistics could not be read, or did not become what was written",
  METERMAN_LOAD_UNRESPONSIVE: "a load did not follow the command",
  METERMAN_SHED_TAKEN: "another shed node acts on the same meter or load",
  METERMAN_LOAD_HELD: "a load is still held although nothing has asked for it for an hour",
  METERMAN_DEMAND_STALE: "no fresh reading: demand cannot be judged",
  METERMAN_ADJUSTMENT_REFUSED: "a correction contradicts what is there",
} as const;

export type ErrorCode = keyof typeof ERRORS;
