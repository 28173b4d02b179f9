// Node-RED's settings for `npm start`: this machine only, this package from the folder above, nothing sent out.
const { join } = require("node:path");
const root = join(__dirname, "..");
const userDir = process.env.METERMAN_USER_DIR || join(root, ".node-red");

module.exports = {
  uiHost: "127.0.0.1",
  uiPort: Number(process.env.PORT || 1880),
  userDir,
  flowFile: join(userDir, "flows.json"),
  flowFilePretty: true,
  nodesDir: [root],
  // Encrypts the tokens in flows_cred.json; set it to your own before you enter a token.
  credentialSecret: process.env.METERMAN_CREDENTIAL_SECRET || false,
  telemetry: { enabled: false, updateNotification: false },
  paletteCategories: ["meterman", "common", "function", "network", "sequence", "parser", "storage"],
  editorTheme: {
    tours: false,
    palette: { catalogues: [] },
    page: { title: "meterman" },
    header: { title: "meterman" },
  },
  logging: { console: { level: "info", metrics: false, audit: false } },
  exportGlobalContextKeys: false,
};
