import type { Registry } from "./gateway-registry.ts";
import { cNumber } from "./texts.ts";

/** What a server command does: the `G>S:` answer, and the log line behind it. */
export interface Answer {
  readonly line: string;
  readonly level: "INFO" | "WARN";
  readonly log: string;
}

type Instruct = (registry: Registry, id: number, rest: readonly number[]) => { ok: boolean; log: string };

const INSTRUCTIONS: Readonly<Record<string, { readonly refused: string; readonly take: Instruct }>> = {
  SMVAL: {
    refused: "Bad set meter inst",
    take: (registry, id, [wh = 0]) => {
      const slot = registry.find(id);
      const ok = slot !== undefined && wh !== 0 && wh !== 4_294_967_295;
      if (ok) slot.register = `${wh}`;
      return { ok, log: `Set meter on svr inst. Node=${id}, New value=${wh} Wh` };
    },
  },
  SPLED: {
    refused: "Bad set meter LED svr inst",
    take: (registry, id, [rate = 0, ms = 0]) => {
      const slot = registry.find(id);
      const ok = slot !== undefined && rate < 255 && ms <= 3000;
      if (ok) slot.led = `${rate},${ms}`;
      return { ok, log: `Set meter LED on svr inst. Node=${id}, meter pulse per flash=${rate}, time (ms)=${ms}` };
    },
  },
  SMINT: {
    refused: "Bad meter interval svr inst",
    take: (registry, id, [seconds = 0]) => {
      const slot = registry.find(id);
      const ok = slot !== undefined && seconds < 255;
      if (ok) slot.interval = `${seconds}`;
      return { ok, log: `Set meter interval on svr inst. Node=${id}, New value (s)=${seconds}` };
    },
  },
  SGITR: {
    refused: "Bad GINR fast poll svr inst",
    take: (registry, id, [poll = 0, period = 0]) => {
      const slot = registry.find(id);
      const ok = slot !== undefined && poll >= 10 && poll <= 600 && period >= 10 && period <= 3000;
      if (ok) slot.poll = `${poll},${period}`;
      return { ok, log: `Set GINR fast poll svr inst. Node=${id}, ${poll}s for ${period}s` };
    },
  },
};

/** Carries out `SMVAL`, `SPLED`, `SMINT` or `SGITR`; null if the line is none of them. An ACK means queued. */
export function instruct(registry: Registry, command: string): Answer | null {
  const name = command.slice(0, 5).toUpperCase();
  const instruction = INSTRUCTIONS[name];
  if (!instruction) return null;
  // SMINT wants a space between its numbers: behind a comma it sees none and takes 0.
  const separator = name === "SMINT" ? " " : ",";
  const [id = 0, ...rest] = command
    .slice(6)
    .split(separator)
    .map((field) => cNumber(field) ?? 0);
  const { ok, log } = instruction.take(registry, id, rest);
  return ok
    ? { line: `${name}_ACK;${id}`, level: "INFO", log }
    : { line: `${name}_NACK;${id}`, level: "WARN", log: instruction.refused };
}
