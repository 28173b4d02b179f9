import { readFileSync } from "node:fs";
import { join } from "node:path";

const data = join(import.meta.dirname, "..", "test", "data");
const read = (name: string) => readFileSync(join(data, name), "utf8").split(/\r?\n/);

/** Power of a house without its loads: measured, and repeated from its beginning when the year is longer. */
export interface Profile {
  readonly name: string;
  readonly stepS: number;
  readonly watts: readonly number[];
  /** W: what the owner wants the quarter-hours to stay under. */
  readonly limitW: number;
}

function uci(): Profile {
  const rows = read("uci-household-2007-02-01-02.txt").slice(1);
  const watts = rows.filter((row) => row !== "").map((row) => Math.round(Number(row.split(";")[2]) * 1000));
  return { name: "UCI, 2 days of minutes", stepS: 60, watts, limitW: 5000 };
}

function elhub(): Profile {
  const rows = read("elhub_april.csv").slice(1);
  const kwh = rows.filter((row) => row !== "").map((row) => Number(row.split(";")[3]?.replace(",", ".")));
  return {
    name: "Elhub, a month of hours",
    stepS: 3600,
    watts: kwh.map((one) => Math.round(one * 1000)),
    limitW: 7000,
  };
}

function nem12(): Profile {
  const rows = read("nem12.csv").filter((row) => row.startsWith("300,"));
  const kwh = rows.flatMap((row) => row.split(",").slice(2, 50).map(Number));
  return {
    name: "NEM12, 144 days of half hours",
    stepS: 1800,
    watts: kwh.map((one) => Math.round(one * 2000)),
    limitW: 4000,
  };
}

export const PROFILES: Readonly<Record<string, Profile>> = { uci: uci(), elhub: elhub(), nem12: nem12() };
