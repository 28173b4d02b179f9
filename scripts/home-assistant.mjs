// `npm run test:home-assistant [-- --version 2025.2.5]`: the tests that talk to a real Home Assistant, which is built first.
// `node scripts/home-assistant.mjs install|start|test [--version V] [--port P]`.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureHomeAssistant } from "./home-assistant/build.mjs";
import { mainVersion, versions } from "./home-assistant/versions.mjs";
import { become, ensureBuilt, ensureInstalled, nodeBinary, requireNode, root, run, say } from "./lib.mjs";

const usage = "use: node scripts/home-assistant.mjs install|start|test [--version V] [--port P] [test files …]";

async function install(names) {
  await Promise.all(names.map((name) => ensureHomeAssistant(name)));
}

/** One leg after the other; with METERMAN_TEST_HA_URL the only leg is the Home Assistant that it names. */
async function test(names, files) {
  ensureInstalled();
  ensureBuilt();
  const own = process.env.METERMAN_TEST_HA_URL;
  if (!own) await install(names);
  for (const name of own ? [undefined] : names) {
    say(`tests against ${own ?? `Home Assistant ${name}`}`);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const env = { ...process.env, ...(name && { METERMAN_HA_VERSION: name }) };
    const status = run(nodeBinary(), [vitest, "run", "--project", "home-assistant", ...files], { env });
    if (status !== 0) process.exit(status);
  }
}

async function start(name, port) {
  ensureInstalled();
  await install([name]);
  const args = [
    "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
    join(root, "test", "support", "hass", "start.ts"),
    name,
    port ?? "8123",
  ];
  become(nodeBinary(), args, process.env);
}

requireNode();
const { values, positionals } = parseArgs({
  options: { version: { type: "string", multiple: true }, port: { type: "string" } },
  allowPositionals: true,
});
const [command, ...files] = positionals;
const names = values.version ?? Object.keys(versions);
try {
  if (command === "install") await install(names);
  else if (command === "test") await test(names, files);
  else if (command === "start") await start(values.version?.[0] ?? mainVersion, values.port);
  else throw new Error(usage);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
