import { MetermanError } from "../model/index.ts";
import { BACKUP, REBUILD, REPAIR, VERIFY } from "./care.ts";
import { type Command, Usage } from "./command.ts";
import { EXPORT } from "./export.ts";
import { helpOf, overview } from "./help.ts";
import { IMPORT } from "./import.ts";
import { BAD_USAGE, FINDINGS, GOOD, guardPipes, say } from "./output.ts";
import { SIMULATE } from "./simulate.ts";
import { TOKEN } from "./token.ts";

/** The command line: what people do with a store, and with a flow, without Node-RED. */
const COMMANDS: readonly Command[] = [VERIFY, REPAIR, REBUILD, BACKUP, EXPORT, IMPORT, TOKEN, SIMULATE];

/** @returns the exit code: 0 good, 1 something was found or refused, 2 the command was not understood */
export async function main(args: readonly string[]): Promise<number> {
  guardPipes();
  const [name = "help", ...rest] = args;
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) return help(name, rest);
  if (rest.includes("--help") || rest.includes("-h")) return help("help", [name]);
  try {
    return await command.run(rest);
  } catch (thrown) {
    if (thrown instanceof Usage) {
      say(`${thrown.message}. See "meterman help ${name}".`);
      return BAD_USAGE;
    }
    say(thrown instanceof MetermanError ? thrown.message : `METERMAN_INTERNAL: ${wordsOf(thrown)}`);
    return FINDINGS;
  }
}

function help(name: string, rest: readonly string[]): number {
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${process.env.METERMAN_VERSION ?? "unbuilt"}\n`);
    return GOOD;
  }
  const asked = COMMANDS.find((one) => one.name === rest[0]);
  if (["help", "--help", "-h"].includes(name) && (rest.length === 0 || asked !== undefined)) {
    process.stdout.write(asked === undefined ? overview(COMMANDS) : helpOf(asked));
    return GOOD;
  }
  const unknown = name === "help" ? rest[0] : name;
  say(`there is no command called ${String(unknown).slice(0, 40)}. See "meterman help".`);
  return BAD_USAGE;
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
