import { type ParseArgsConfig, parseArgs } from "node:util";
import { type EpochSeconds, parseTime } from "../model/index.ts";

/** The command line was not understood: exit code 2. */
export class Usage extends Error {}

/** An option as help tells it. `value` is what stands behind it; without one it is a switch. */
export interface Option {
  readonly name: string;
  readonly value?: string;
  readonly many?: true;
  readonly about: string;
}

export interface Command {
  readonly name: string;
  /** What stands behind the name, besides options. */
  readonly operands: string;
  readonly about: string;
  readonly options: readonly Option[];
  /** Sentences below the options. */
  readonly more?: readonly string[];
  /** @returns the exit code @throws Usage, MetermanError */
  run(args: readonly string[]): Promise<number>;
}

/** What was typed, by the options of the command. */
export class Typed {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param operands how many there may be */
  constructor(args: readonly string[], options: readonly Option[], operands: readonly [least: number, most: number]) {
    const config: NonNullable<ParseArgsConfig["options"]> = {};
    for (const { name, value, many } of options) {
      config[name] = { type: value === undefined ? "boolean" : "string", multiple: many === true };
    }
    const parsed = split(args, config);
    this.operands = parsed.positionals;
    this.#values = parsed.values;
    const [least, most] = operands;
    if (this.operands.length < least) throw new Usage("something is missing behind the command");
    if (this.operands.length > most) throw new Usage("there is more behind the command than it takes");
  }

  is(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === "") throw new Usage(`--${name} needs a value`);
    return typeof value === "string" ? value : undefined;
  }

  /** Of an option that may be given often, or with commas. */
  list(name: string): readonly string[] {
    const values = this.#values[name];
    const texts: unknown[] = Array.isArray(values) ? values : [];
    return texts.flatMap((text) => String(text).split(",")).filter((text) => text !== "");
  }

  /** @throws Usage for what is no number from `least` to `most` */
  number(name: string, otherwise: number, least: number, most: number, whole = true): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    throw new Usage(`--${name} must be a ${whole ? "whole number" : "number"} from ${least} to ${most}`);
  }

  /** @param zone of a time without an offset */
  time(name: string, zone: string): EpochSeconds | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const time = parseTime(text, zone);
    if (time.ok) return time.value;
    throw new Usage(`--${name} must be a time like 2026-07-02, 2026-07-02T15:46+02:00 or 1783000005`);
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const text = this.text(name);
    const found = text === undefined ? otherwise : choices.find((one) => one === text);
    if (found !== undefined) return found;
    throw new Usage(`--${name} must be one of ${choices.join(", ")}`);
  }
}

function split(args: readonly string[], options: NonNullable<ParseArgsConfig["options"]>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (thrown) {
    // Node's words name the option; the first sentence is enough.
    const [words = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split(/\. |\n/, 1);
    throw new Usage(words.replace(/\.$/, ""));
  }
}
