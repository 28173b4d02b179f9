// Writes docs/tariff.schema.json, what a tariff of one's own may be, from its source nodes/demand/tariff-schema.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { nodeBinary, root, run } from "./lib.mjs";

const ABOUT = {
  name: "What it is called.",
  windowMinutes: "Length of the windows whose mean power is billed.",
  stepMinutes:
    "For sliding windows: a new one begins every so many minutes. It divides the window. Absent: one after the other.",
  zone: "Name of the time zone of its clock, such as Europe/Brussels.",
  counts: "When windows count. Absent: always.",
  onPeak: "When energy is dear: loads that can wait do so. Absent: never, or where a price of energy says so.",
  holidays: "12-25 every year, 2026-06-19 once, easter+1 a day after Easter Sunday.",
  highest: "The month's figure is the mean of this many highest windows.",
  distinctDays: "Of each day only the highest window.",
  floorW: "The month's figure is at least this, in W.",
  limitW: "Fixed limit in W: never relaxed by what the month has reached. A fuse, an inverter.",
  weights: "Windows that count more or less than others; the first that fits.",
  averageMonths: "What is billed is the mean of the figures of so many months.",
  price: "What power costs: per kW, or by steps in kW. The first rate that fits the month counts.",
  energy: "What energy costs by the time of use. The first rate that fits counts; the last is for the rest.",
};

const bundle = await esbuild.build({
  entryPoints: [join(root, "nodes", "demand", "index.ts")],
  ...{ bundle: true, write: false, format: "esm" },
});
const source = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { TARIFF_SCHEMA } = await import(`data:text/javascript;base64,${source}`);
const fields = Object.entries(TARIFF_SCHEMA.properties);
const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "A tariff of the meterman-demand node",
  description:
    "Months are 1 to 12, weekdays 0 (Sunday) to 6, hours [from, to) of the local clock; [22, 6] goes over midnight.",
  ...TARIFF_SCHEMA,
  properties: Object.fromEntries(fields.map(([name, field]) => [name, { description: ABOUT[name], ...field }])),
};
const file = join(root, "docs", "tariff.schema.json");
writeFileSync(file, JSON.stringify(schema, null, 2));
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
process.exit(run(nodeBinary(), [biome, "format", "--write", file]));
