// nodes/runtime/<type>/ → dist/<type>/: one CommonJS bundle per node type, its editor page, locales and icons; and the
// command line, dist/cli/meterman.js.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { readJson, root, say } from "./lib.mjs";

const runtime = join(root, "nodes", "runtime");
const dist = join(root, "dist");
const manifest = readJson(join(root, "package.json"));
const types = Object.keys(manifest["node-red"].nodes);
const present = types.filter((type) => existsSync(join(runtime, type, `${type}.ts`)));
const missing = types.filter((type) => !present.includes(type));
if (missing.length > 0) say(`no source yet for ${missing.join(", ")}`);

const shared = { bundle: true, charset: "utf8", legalComments: "none", logLevel: "warning" };
const started = performance.now();

await Promise.all(
  present.map((type) =>
    esbuild.build({
      ...shared,
      entryPoints: [join(runtime, type, `${type}.ts`)],
      outfile: join(dist, type, `${type}.js`),
      platform: "node",
      target: "node20.19",
      format: "cjs",
      // Optional accelerators of ws; it does without.
      external: ["bufferutil", "utf-8-validate"],
      // Node-RED wants the function itself, whether it uses require or import().
      footer: { js: "module.exports = module.exports.default;" },
    }),
  ),
);

// The command line: one file that runs as it is.
const program = join(dist, "cli", "meterman.js");
await esbuild.build({
  ...shared,
  entryPoints: [join(root, "nodes", "cli", "bin.ts")],
  outfile: program,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  banner: { js: "#!/usr/bin/env node" },
  define: { "process.env.METERMAN_VERSION": JSON.stringify(manifest.version) },
});
chmodSync(program, 0o755);

// Pages of the API, served by its node: html, one script and one style of nodes/api/pages/<page>/.
const pages = join(root, "nodes", "api", "pages");
const isPage = (name) => existsSync(join(pages, name, "page.ts"));
for (const page of readdirSync(pages).filter(isPage)) {
  const to = join(dist, "meterman-api", page);
  await esbuild.build({
    ...shared,
    entryPoints: { page: join(pages, page, "page.ts"), style: join(pages, page, "page.css") },
    outdir: to,
    platform: "browser",
    target: "es2020",
    format: "iife",
    minify: true,
  });
  cpSync(join(pages, page, "index.html"), join(to, "index.html"));
}

for (const type of present) {
  const from = join(runtime, type);
  const to = join(dist, type);
  const editor = await esbuild.build({
    ...shared,
    entryPoints: [join(from, "editor.ts")],
    write: false,
    platform: "browser",
    target: "es2020",
    format: "iife",
  });
  const script = editor.outputFiles[0].text.trim();
  const template = readFileSync(join(from, "template.html"), "utf8").trim();
  mkdirSync(to, { recursive: true });
  writeFileSync(
    join(to, `${type}.html`),
    `<script type="text/javascript">\n${script}\n</script>\n\n<script type="text/html" data-template-name="${type}">\n${template}\n</script>\n`,
  );
  rmSync(join(to, "locales"), { recursive: true, force: true });
  cpSync(join(from, "locales"), join(to, "locales"), { recursive: true });
  rmSync(join(to, "icons"), { recursive: true, force: true });
  if (existsSync(join(runtime, "icons"))) cpSync(join(runtime, "icons"), join(to, "icons"), { recursive: true });
}
for (const folder of readdirSync(dist, { withFileTypes: true })) {
  if (folder.isDirectory() && ![...present, "cli"].includes(folder.name))
    rmSync(join(dist, folder.name), { recursive: true });
}
writeFileSync(join(dist, ".built"), "");
say(`built ${present.length} node types and the command line in ${Math.round(performance.now() - started)} ms`);
