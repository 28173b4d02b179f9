import { gatewaySnapshot, nodeSnapshot, setTime } from "./gateway.ts";
import { print, write } from "./lines.ts";
import type { Instruction, SimulatorState } from "./state.ts";

/** Longest line the gateway takes; what is typed beyond it is lost. */
const LINE_LIMIT = 39;
const MAX_U32 = 4_294_967_295;

/** ⚠ v10 reads a number with a leading zero as octal. */
function number(text: string | undefined): number {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return Number.NaN;
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** The values of an instruction, or undefined when the gateway would refuse them. */
function values(instruction: Instruction, args: readonly number[]): readonly number[] | undefined {
  const [a = Number.NaN, b = Number.NaN] = args;
  switch (instruction) {
    case "SMVAL":
      return args.length === 1 && within(a, 0, MAX_U32) ? [a] : undefined;
    case "SMINT":
      return args.length === 1 && within(a, 0, 254) ? [a] : undefined;
    case "SPLED":
      return args.length === 2 && within(a, 0, 255) && within(b, 0, 3000) ? [a, b] : undefined;
    case "SGITR":
      return args.length === 2 && within(a, 10, MAX_U32) && within(b, 1, MAX_U32) ? [a, b] : undefined;
  }
}

function instruct(state: SimulatorState, instruction: Instruction, rest: string): void {
  const parts = rest.split(",");
  let [node = "", ...args] = parts;
  // ⚠ v10 reads the interval behind a space; with the comma it finds none, acknowledges and sets 0.
  if (instruction === "SMINT") {
    const [id = "", interval] = rest.split(" ");
    [node, args] = interval === undefined ? [parts[0] ?? "", ["0"]] : [id, [interval]];
  }
  const id = number(node);
  const known = state.registry.find((one) => one.node === id);
  const wanted = values(instruction, args.map(number));
  if (known === undefined || wanted === undefined) {
    print(state, `G>S:${instruction}_NACK;${Number.isNaN(id) ? 0 : id}`);
    return;
  }
  known.queue[instruction] = wanted;
  print(state, `G>S:${instruction}_ACK;${id}`);
}

const COMMANDS: Readonly<Record<string, (state: SimulatorState, rest: string) => void>> = {
  STIME: (state, rest) => {
    const to = number(rest);
    if (within(to, 0, MAX_U32)) setTime(state, to);
    else print(state, "G>S:STIME_NACK");
  },
  GGWSNAP: gatewaySnapshot,
  GNOSNAP: (state, rest) => nodeSnapshot(state, number(rest) || 0),
  SMVAL: (state, rest) => instruct(state, "SMVAL", rest),
  SMINT: (state, rest) => instruct(state, "SMINT", rest),
  SPLED: (state, rest) => instruct(state, "SPLED", rest),
  SGITR: (state, rest) => instruct(state, "SGITR", rest),
};
const COMMAND = /^S>G:([A-Z]+)(?:;(.*))?$/;

/** Characters from the server: each is echoed, CR ends a command, LF is ignored. */
export function typeText(state: SimulatorState, text: string): void {
  for (const character of text) {
    if (character === "\n") continue;
    if (character !== "\r") {
      write(state, character);
      if (state.typed.length < LINE_LIMIT) state.typed += character;
      continue;
    }
    write(state, "\r\n");
    const line = state.typed;
    state.typed = "";
    // The gateway's own console is not simulated: what is no command gets no answer.
    if (!line.startsWith("S>G:")) continue;
    const [, verb = "", rest = ""] = COMMAND.exec(line) ?? [];
    if (Object.hasOwn(COMMANDS, verb)) COMMANDS[verb]?.(state, rest);
    else print(state, `WARN: Bad Serial Message: ${line}`);
  }
}
