import { never } from "../../model/index.ts";
import type { Command } from "../commands.ts";
import type { Frame } from "../kinds.ts";
import { slotOf } from "./state.ts";

const ANSWERS = {
  "set-register": ["SMVAL_ACK", "SMVAL_NACK"],
  "set-interval": ["SMINT_ACK", "SMINT_NACK"],
  "set-led": ["SPLED_ACK", "SPLED_NACK"],
  "poll-faster": ["SGITR_ACK", "SGITR_NACK"],
} as const;

/** Whether `frame` is the gateway's answer to `command`. Taken means queued at the gateway, not done. */
export function answerTo(command: Command, frame: Frame): "taken" | "refused" | undefined {
  switch (command.kind) {
    case "set-time":
      if (frame.kind === "STIME_ACK") return "taken";
      return frame.kind === "STIME_NACK" ? "refused" : undefined;
    case "ask-grants":
      return frame.kind === "SCAP_ACK" ? "taken" : undefined;
    case "radio":
      if (frame.kind === "SRAD_ACK" && frame.to === command.to) return "taken";
      return frame.kind === "SRAD_NACK" && frame.to === command.to ? "refused" : undefined;
    case "gateway-snapshot":
      return frame.kind === "GWSNAP" ? "taken" : undefined;
    case "snapshot": {
      const { node } = command;
      if (frame.kind === "NOSNAP_EMPTY") return node === null ? "taken" : "refused";
      if (frame.kind === "GNOSNAP_NACK") return frame.node === (node ?? 254) ? "refused" : undefined;
      return frame.kind === "NOSNAP" && (node === null || frame.node === node) ? "taken" : undefined;
    }
    case "set-register":
    case "set-interval":
    case "set-led":
    case "poll-faster": {
      const [taken, refused] = ANSWERS[command.kind];
      if (frame.kind === taken && frame.node === command.node) return "taken";
      return frame.kind === refused && frame.node === command.node ? "refused" : undefined;
    }
    default:
      return never(command);
  }
}

/** The gateway's acknowledgement is all that will ever be known of these. */
export function endsWithAnswer(command: Command): boolean {
  return slotOf(command) === undefined;
}

/**
 * Whether `frame` shows that `command` happened at the node.
 *
 * @returns what the register was set to, when that is what was asked
 */
export function effectOf(command: Command, frame: Frame): { readonly registerWh?: number } | undefined {
  switch (command.kind) {
    case "set-register":
      if (frame.kind !== "MREB" || frame.node !== command.node) return undefined;
      return Math.abs(frame.register - command.registerWh) <= floatStep(command.registerWh)
        ? { registerWh: frame.register }
        : undefined;
    case "set-interval":
      return frame.kind === "NOSNAP" && frame.node === command.node && frame.interval === command.intervalS
        ? {}
        : undefined;
    case "set-led":
      return frame.kind === "NOSNAP" &&
        frame.node === command.node &&
        frame.ledRate === command.rate &&
        frame.ledMs === command.ms
        ? {}
        : undefined;
    default:
      return undefined;
  }
}

/** ⚠ v10 keeps the register as a 32-bit float: 18829393 becomes 18829392. */
function floatStep(value: number): number {
  return Math.max(1, Math.abs(Math.fround(value) - value));
}
