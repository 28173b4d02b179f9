/** Bytes ⇄ frames ⇄ facts, commands and their acknowledgements. The simulated gateway has a door of its own within. */
export { type Accounts, account, type LineKind, NO_LINES } from "./accounts.ts";
export {
  COMMAND_TOPICS,
  type Command,
  type CommandTopic,
  encodeCommand,
  isCommandTopic,
  parseRequest,
  type Request,
} from "./commands.ts";
export { createDecoder, type Decoder, decodeLine, type Line, LOG_LEVELS, type LogLevel } from "./decode.ts";
export { networkMismatch, toFact } from "./facts.ts";
export * as household from "./household/index.ts";
export { type Frame, type FrameKind, type Frames, KINDS, type NodeSnapshot } from "./kinds.ts";
export { createLineSplitter, type LineSplitter, MAX_LINE, type RawLine } from "./lines.ts";
export type { Rejection, RejectionCode } from "./parse.ts";
export {
  bytesOf,
  type CommandBook,
  commandIn,
  decideSession,
  evolveSession,
  grantedNames,
  NO_COMMANDS,
  newSession,
  noteOutcome,
  type Outcome,
  outcomeOf,
  quietFor,
  type Session,
  type SessionEvent,
  type SessionInput,
} from "./session/index.ts";
export * as simulator from "./simulator/index.ts";
export { gatewayTroubles } from "./troubles.ts";
