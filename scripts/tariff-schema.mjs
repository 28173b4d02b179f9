// Writes docs/tariff.schema.json, what a tariff of one's own may be, from the source of it: nodes/demand/tariff.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { nodeBinary, root, run } from "./lib.mjs";

const bundle = await esbuild.build({
  entryPoints: [join(root, "nodes", "demand", "index.ts")],
  bundle: true,
  write: false,
  format: "esm",
});
const source = `data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`;
const { TARIFF_SCHEMA } = await import(source);
const file = join(root, "docs", "tariff.schema.json");
const about = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Tariff of the meterman-demand node",
};
writeFileSync(file, JSON.stringify({ ...about, ...TARIFF_SCHEMA }, null, 2));
process.exit(
  run(nodeBinary(), [join(root, "node_modules", "@biomejs", "biome", "bin", "biome"), "format", "--write", file]),
);
