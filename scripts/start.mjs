// `npm start`: Node-RED on 127.0.0.1:PORT with the flow of flows/, a real gateway when METERMAN_SERIAL names a port.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { become, ensureBuilt, ensureInstalled, nodeBinary, requireNode, root, say } from "./lib.mjs";

requireNode();
ensureInstalled();
ensureBuilt();
const port = process.env.PORT || "1880";
const data = process.env.METERMAN_DATA || join(root, ".node-red", "meterman");
mkdirSync(join(root, ".node-red"), { recursive: true });
const source = process.env.METERMAN_SERIAL ? `the gateway on ${process.env.METERMAN_SERIAL}` : "a simulated gateway";
say(`starting Node-RED with ${source}; readings are kept in ${data}`);
say(`  editor    http://127.0.0.1:${port}/`);
say(`  readings  http://127.0.0.1:${port}/meterman/api/v1/meters`);
become(
  nodeBinary(),
  [join(root, "node_modules", "node-red", "red.js"), "-s", join(root, "flows", "settings.cjs"), ...process.argv.slice(2)],
  { ...process.env, PORT: port, METERMAN_DATA: data },
);
