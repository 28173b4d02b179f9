// `npm start`: Node-RED on 127.0.0.1:PORT with the flow of flows/, a real gateway when METERMAN_SERIAL names a port, the
// devices' real firmware in a simulated house with METERMAN_FIRMWARE=1.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startHouse } from "./firmware-house.mjs";
import { become, ensureBuilt, ensureInstalled, nodeBinary, readJson, requireNode, root, say } from "./lib.mjs";

const firmware = !["", "0"].includes(process.env.METERMAN_FIRMWARE ?? "");
let serial = process.env.METERMAN_SERIAL || "";
const port = process.env.PORT || "1880";
const userDir = process.env.METERMAN_USER_DIR || join(root, ".node-red");
// A simulated house must never be counted into the account of the real one.
const ledger = firmware ? "meterman-firmware" : serial ? "meterman" : "meterman-simulated";
const data = process.env.METERMAN_DATA || join(userDir, ledger);
const flowFile = join(userDir, "flows.json");

/** The user's flow, or ours at the first start; of its two sources of bytes only the wanted one is enabled. */
function prepareFlow() {
  mkdirSync(userDir, { recursive: true });
  const shipped = join(root, "flows", "flows.json");
  let flow;
  try {
    flow = existsSync(flowFile) ? readJson(flowFile) : readJson(shipped);
  } catch {
    say(`${flowFile} cannot be read as JSON; it is left alone and Node-RED will say more`);
    return;
  }
  for (const node of flow) {
    const wanted =
      node.id === "mm-simulator" ? !serial : /^mm-serial-/.test(node.id ?? "") ? Boolean(serial) : undefined;
    if (wanted === undefined) continue;
    if (wanted) delete node.d;
    else node.d = true;
  }
  const text = `${JSON.stringify(flow, null, 4)}\n`;
  if (existsSync(flowFile) && readFileSync(flowFile, "utf8") === text) return;
  writeFileSync(`${flowFile}.new`, text);
  renameSync(`${flowFile}.new`, flowFile);
}

if (firmware && serial) {
  say("METERMAN_FIRMWARE brings a gateway of its own: set it or METERMAN_SERIAL, not both");
  process.exit(1);
}
requireNode();
ensureInstalled();
ensureBuilt();
if (firmware) serial = await startHouse(join(userDir, "firmware-house"));
prepareFlow();
const source = firmware
  ? "the real firmware in a simulated house"
  : serial
    ? `the gateway on ${serial}`
    : "a simulated gateway";
say(`starting Node-RED with ${source}; readings are kept in ${data}`);
say(`  editor    http://127.0.0.1:${port}/`);
say(`  charts    http://127.0.0.1:${port}/meterman/`);
say(`  demand    http://127.0.0.1:${port}/meterman/demand`);
say(`  readings  http://127.0.0.1:${port}/meterman/api/v1/meters`);
// Express shows its stack to who sends broken JSON, unless this is production.
const { NODE_ENV = "production" } = process.env;
become(
  nodeBinary(),
  [
    join(root, "node_modules", "node-red", "red.js"),
    "-s",
    join(root, "flows", "settings.cjs"),
    ...process.argv.slice(2),
  ],
  { ...process.env, NODE_ENV, PORT: port, METERMAN_DATA: data, METERMAN_SERIAL: serial, METERMAN_USER_DIR: userDir },
);
