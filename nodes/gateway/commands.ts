import {
  type EpochSeconds,
  failed,
  type NetworkId,
  type NodeNumber,
  never,
  nodeOf,
  ok,
  parseMeterId,
  type Result,
} from "../model/index.ts";
import { bytesOfHex, MAX_RADIO_BYTES } from "./fields.ts";
import { BRIDGE, CHECKSUMS, TIMED_IMPULSES } from "./kinds.ts";

/** What can be asked of a gateway or, through it, of a node. */
export type Command =
  | { readonly kind: "set-register"; readonly node: NodeNumber; readonly registerWh: number }
  | { readonly kind: "set-interval"; readonly node: NodeNumber; readonly intervalS: number }
  | { readonly kind: "set-led"; readonly node: NodeNumber; readonly rate: number; readonly ms: number }
  | { readonly kind: "poll-faster"; readonly node: NodeNumber; readonly pollS: number; readonly forS: number }
  /** Of one node, or of all. */
  | { readonly kind: "snapshot"; readonly node: NodeNumber | null }
  | { readonly kind: "gateway-snapshot" }
  /** What the gateway can do beyond v10, all of it wanted. */
  | { readonly kind: "ask-grants" }
  /** A frame for a device that is no meter; `hex`: two digits for each byte. */
  | { readonly kind: "radio"; readonly to: number; readonly hex: string; readonly ack: boolean }
  | { readonly kind: "set-time" };

/** A command as a message asked for it. */
export interface Request {
  readonly command: Command;
  /** The caller's name for it, repeated in every outcome. */
  readonly id?: string;
  /** Ask the node to poll faster first, so that the effect is seen within a minute of its next poll. */
  readonly soon: boolean;
}

export const COMMAND_TOPICS = [
  "set-register",
  "set-interval",
  "set-led",
  "poll-faster",
  "snapshot",
  "set-time",
  "radio",
] as const;
export type CommandTopic = (typeof COMMAND_TOPICS)[number];

/** Checksums, timed impulses and the bridge: see kinds.ts. */
const ALL_GRANTS = CHECKSUMS + TIMED_IMPULSES + BRIDGE;

/** v10 counts in float: above this, not every Wh can be set. */
export const FLOAT_EXACT_WH = 16_777_216;

export function isCommandTopic(topic: unknown): topic is CommandTopic {
  return COMMAND_TOPICS.some((known) => known === topic);
}

/**
 * A message asking for a command. What a deployed v10 would take and then be harmed by is refused here.
 *
 * @param payload `{meter, registerWh}` · `{meter, intervalS}` · `{meter, rate, ms}` · `{meter, pollS, forS}` ·
 *   `{meter?}` · `{}` · `{to, data, ack?}`, each with optional `id` and `soon`
 * @returns the request, or METERMAN_COMMAND_INVALID naming the field
 */
export function parseRequest(topic: CommandTopic, payload: unknown, network: NetworkId): Result<Request> {
  const fields = isRecord(payload) ? payload : {};
  const { id, soon = false } = fields;
  if (typeof soon !== "boolean") return invalid("soon", "soon is true or false");
  if (id !== undefined && (typeof id !== "string" || id === "" || id.length > 64)) {
    return invalid("id", "id is a text of 1 to 64 characters");
  }
  const command = parseCommand(topic, fields, network);
  if (!command.ok) return command;
  return ok({ command: command.value, soon, ...(id === undefined ? {} : { id }) });
}

type Given = Readonly<Record<string, unknown>>;

function parseCommand(topic: CommandTopic, given: Given, network: NetworkId): Result<Command> {
  if (topic === "set-time") return ok({ kind: topic });
  if (topic === "radio") return parseFrame(given);
  if (topic === "snapshot" && given.meter === undefined) return ok({ kind: topic, node: null });
  const meter = parseMeterId(given.meter);
  const node = meter.ok ? nodeOf(meter.value, network) : undefined;
  if (node === undefined) {
    return invalid("meter", `meter is the id of a meter of this gateway, like ${network}.2 (node 2 to 253)`);
  }
  switch (topic) {
    case "snapshot":
      return ok({ kind: topic, node });
    case "set-register": {
      // ⚠ v10 acknowledges 3 000 000 000 and more, and then refuses.
      const read = numbers(given, { registerWh: [0, 2_999_999_999] });
      return read.ok ? ok({ kind: topic, node, ...read.value }) : read;
    }
    case "set-interval": {
      // ⚠ 0 and 255 corrupt the configuration of v10.
      const read = numbers(given, { intervalS: [1, 254] });
      return read.ok ? ok({ kind: topic, node, ...read.value }) : read;
    }
    case "set-led": {
      // ⚠ Rate 255 wipes v10's configuration, its key included.
      const read = numbers(given, { rate: [0, 254], ms: [0, 3000] });
      return read.ok ? ok({ kind: topic, node, ...read.value }) : read;
    }
    case "poll-faster": {
      // ⚠ v10 refuses to do so for longer.
      const read = numbers(given, { pollS: [10, 600], forS: [10, 3000] });
      return read.ok ? ok({ kind: topic, node, ...read.value }) : read;
    }
    default:
      return never(topic);
  }
}

/**
 * The line for the gateway, without its end. Numbers carry no leading zero (v10 would read octal) and the whole is far
 * below v10's 39 characters, but for SRAD, which only v11 is sent.
 *
 * @param now what STIME sets the clock to
 */
export function encodeCommand(command: Command, now: EpochSeconds): string {
  switch (command.kind) {
    case "ask-grants":
      return `S>G:SCAP;${ALL_GRANTS}`;
    case "radio":
      return `S>G:SRAD;${command.to},${command.ack ? 1 : 0},${command.hex}`;
    case "set-time":
      return `S>G:STIME;${Math.floor(now)}`;
    case "gateway-snapshot":
      return "S>G:GGWSNAP";
    case "snapshot":
      return `S>G:GNOSNAP;${command.node ?? 254}`;
    case "set-register":
      return `S>G:SMVAL;${command.node},${command.registerWh}`;
    case "set-interval":
      // ⚠ A blank: with the comma v10 gateways acknowledge and set 0, which breaks the node.
      return `S>G:SMINT;${command.node} ${command.intervalS}`;
    case "set-led":
      return `S>G:SPLED;${command.node},${command.rate},${command.ms}`;
    case "poll-faster":
      return `S>G:SGITR;${command.node},${command.pollS},${command.forS}`;
    default:
      return never(command);
  }
}

/** To whom everybody listens, and nobody acknowledges. */
const EVERYONE = 255;

function parseFrame({ to, data, ack = false }: Given): Result<Command> {
  if (typeof to !== "number" || !Number.isInteger(to) || to < 2 || to > EVERYONE || to === 254) {
    return invalid("to", "to is the number of a device from 2 to 253, or 255 for all");
  }
  if (typeof ack !== "boolean") return invalid("ack", "ack is true or false");
  if (ack && to === EVERYONE) return invalid("ack", "what goes to all (255) is acknowledged by nobody");
  const bytes = bytesOfData(data);
  if (bytes === undefined) {
    return invalid(
      "data",
      `data is a buffer, a list of bytes or a text of hexadecimal digits, of 0 to ${MAX_RADIO_BYTES} bytes`,
    );
  }
  return ok({ kind: "radio", to, hex: hexOf(bytes), ack });
}

function bytesOfData(data: unknown): Uint8Array | undefined {
  if (typeof data === "string") return bytesOfHex(data);
  if (data instanceof Uint8Array) return data.length <= MAX_RADIO_BYTES ? data : undefined;
  if (!Array.isArray(data) || data.length > MAX_RADIO_BYTES) return undefined;
  const isByte = (value: unknown) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
  return data.every(isByte) ? Uint8Array.from(data) : undefined;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}

function numbers<K extends string>(
  given: Given,
  ranges: Record<K, readonly [number, number]>,
): Result<Record<K, number>> {
  const values = {} as Record<K, number>;
  for (const field in ranges) {
    const [min, max] = ranges[field];
    const value = given[field];
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      return invalid(field, `${field} is a whole number from ${min} to ${max}`);
    }
    values[field] = value === 0 ? 0 : value;
  }
  return ok(values);
}

function invalid(field: string, message: string): Result<never> {
  return failed("METERMAN_COMMAND_INVALID", message, field);
}

function isRecord(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
