import { checksumOf, withoutChecksum } from "./checksum.ts";
import { CHECKSUMS, type Frame, type NodeSnapshot } from "./kinds.ts";
import { createLineSplitter, type RawLine } from "./lines.ts";
import { type Parsed, parseContinuation, parseMessage, type Rejection } from "./parse.ts";
import { safeText } from "./text.ts";

export const LOG_LEVELS = ["ERROR", "WARN", "INFO", "DEBUG"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a received line was. Every line is exactly one of these. */
export type Line =
  | { readonly kind: "frame"; readonly frame: Frame }
  /** The next node of the snapshot before it. */
  | { readonly kind: "continuation"; readonly frame: NodeSnapshot }
  /** `text` is null when the line may carry a secret. */
  | { readonly kind: "diagnostic"; readonly level: LogLevel; readonly text: string | null }
  | { readonly kind: "console" | "noise" }
  /** `unknown`: of the question what it grants, which the gateway does not know. */
  | { readonly kind: "echo"; readonly unknown?: true }
  | Rejection;

export interface Decoder {
  /** @param chunk bytes as they come, in any cutting */
  readonly feed: (chunk: Uint8Array | string) => Line[];
  /** Tells that the connection was lost: the serial node glues what came before and after into one line. */
  readonly reconnected: () => void;
  /** Tells that what the gateway granted is gone: it may be another one, or it does not answer any more. */
  readonly forget: () => void;
}

const LOG = /^(ERROR|WARN|INFO|DEBUG):/;
const LEADING_NOISE = /^[^\x20-\x7e]+/;
const NOISE = /[^\x20-\x7e]/;
/** ⚠ Only the garbage behind a GMSG of v10 may hold anything. */
const MESSAGE_WITH_GARBAGE = "GMSG;";
/** ⚠ v10 logs back what it does not know; without a log, it says nothing. */
const NOT_UNDERSTOOD = "WARN: Bad Serial Message: S>G:SCAP";

/** Bytes → lines → frames. Holds an unfinished line, and whether a continuation may and a checksum must follow. */
export function createDecoder(): Decoder {
  const splitter = createLineSplitter();
  let afterSnapshot = false;
  let doubtful = false;
  let checked = false;

  function decode(raw: RawLine): Line {
    let line = raw === null ? rejected("too-long") : decodeLine(raw, afterSnapshot, checked);
    if (doubtful && (line.kind === "frame" || line.kind === "continuation")) line = rejected("after-reconnect");
    doubtful = false;
    afterSnapshot = line.kind === "continuation" || (line.kind === "frame" && line.frame.kind === "NOSNAP");
    if (line.kind === "frame") checked = isCheckedAfter(line.frame, checked);
    return line;
  }
  return {
    feed: (chunk) => splitter.feed(chunk).map(decode),
    reconnected: () => {
      doubtful = true;
      afterSnapshot = false;
    },
    forget: () => {
      checked = false;
    },
  };
}

/**
 * @param raw one line without its end
 * @param afterSnapshot whether the line directly before was a node snapshot: only then `;…` continues it
 * @param checked whether the gateway has promised a checksum in each of its messages
 */
export function decodeLine(raw: string, afterSnapshot: boolean, checked = false): Line {
  // Noise before a message (a glitch when the port opens) leaves the message whole; noise inside does not.
  const line = raw.replace(LEADING_NOISE, "");
  const begins = line.lastIndexOf("G>S:");
  if (begins > 0) return rejected("spliced");
  if (begins === 0) return decodeMessage(line, checked);
  if (line.startsWith(";")) {
    if (!afterSnapshot) return rejected("orphan");
    if (checked) return rejected("no-checksum");
    return NOISE.test(line) ? rejected("noise-bytes") : continued(parseContinuation(line.slice(1)));
  }
  if (line.startsWith("S>G:")) return { kind: "echo" };
  if (line.startsWith(" > ")) return { kind: "console" };
  if (line.startsWith(NOT_UNDERSTOOD)) return { kind: "echo", unknown: true };
  const level = LOG_LEVELS.find((word) => word === LOG.exec(line)?.[1]);
  if (level === undefined) return { kind: "noise" };
  return { kind: "diagnostic", level, text: safeText(line.slice(level.length + 1)) ?? null };
}

function decodeMessage(line: string, checked: boolean): Line {
  const checksum = checksumOf(line);
  if (checksum === "wrong") return rejected("bad-checksum");
  const body = (checksum === "none" ? line : withoutChecksum(line)).slice(4);
  if (NOISE.test(body) && !body.startsWith(MESSAGE_WITH_GARBAGE)) return rejected("noise-bytes");
  const parsed = parseMessage(body);
  if (parsed.kind === "rejected" || checksum === "right") return parsed;
  // A gateway that starts anew promises nothing yet; one that promises begins with the very line that says so.
  return isCheckedAfter(parsed.frame, checked) ? rejected("no-checksum") : parsed;
}

/** Whether the messages behind `frame` must have a checksum. */
function isCheckedAfter(frame: Frame, before: boolean): boolean {
  if (frame.kind === "SCAP_ACK") return (frame.granted & CHECKSUMS) !== 0;
  return before && !isBoot(frame);
}

/** What a gateway says only when it starts: all that it had granted is off. */
export function isBoot(frame: Frame): boolean {
  return frame.kind === "GTIME" || (frame.kind === "GMSG" && frame.sender === 1 && frame.message.boot !== undefined);
}

function continued(parsed: Parsed<NodeSnapshot>): Line {
  return parsed.kind === "rejected" ? parsed : { kind: "continuation", frame: parsed.frame };
}

function rejected(code: Rejection["code"]): Rejection {
  return { kind: "rejected", code };
}
