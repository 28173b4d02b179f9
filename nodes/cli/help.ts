import type { Command, Option } from "./command.ts";

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, about }) => `  ${name.padEnd(width)}${about}`);
  return [
    "meterman: the readings of your meters, from the command line",
    "",
    ...lines,
    "",
    'More on each: "meterman help export". Exit code: 0 good, 1 something was found or refused, 2 not understood.',
    "",
  ].join("\n");
}

export function helpOf({ name, operands, about, options, more = [] }: Command): string {
  const left = ({ name: option, value }: Option) => `  --${option}${value === undefined ? "" : ` ${value}`}`;
  const width = Math.max(0, ...options.map((option) => left(option).length)) + 2;
  const lines = options.map((option) => `${left(option).padEnd(width)}${option.about}`);
  const usage = ["meterman", name, operands, "[options]"].filter((part) => part !== "").join(" ");
  return [usage, "", about, "", ...lines, ...(more.length > 0 ? ["", ...more] : []), ""].join("\n");
}
