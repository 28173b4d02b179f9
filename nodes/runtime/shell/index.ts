/** The shell around every node type: what node code sees of Node-RED, and the parsing of what comes in. */
export type { Ending } from "./ending.ts";
export { houseFolder, nodeFile, readJsonFile, userFolder, writeDurably, writeDurablyLater } from "./files.ts";
export { type Parser, parser } from "./parse.ts";
export { SerialQueue } from "./queue.ts";
export {
  defineNode,
  type Message,
  type NodeDefinition,
  type NodeReport,
  type Running,
  type Shell,
  type StatusKind,
} from "./shell.ts";
