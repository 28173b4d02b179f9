import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { moveIn } from "../support/hass/house-flow.ts";
import { Product, until } from "../support/product.ts";

const BROKER_PASSWORD = "br0ker-passw0rd";
const WRONG_TOKEN = "wr0ng.t0ken.of.a.user";
const CREDENTIALS = "flows_cred.json";

let hass: HomeAssistant;
let product: Product;
/** What must be nowhere, with the parts by which a token would still be known. */
const secrets: string[] = [];
/** Everything that left Node-RED: its log with every message, status and error; its answers; its files. */
const seen: { where: string; text: string }[] = [];

const see = (where: string, text: string) => seen.push({ where, text });
async function answer(path: string): Promise<string> {
  return (await fetch(`${product.url}${path}`, { headers: { "node-red-api-version": "v2" } })).text();
}
async function look(when: string): Promise<void> {
  see(`log, ${when}`, product.output);
  for (const path of ["/flows", "/credentials/meterman-home-assistant/mm-ha", "/meterman/api/v1/health"]) {
    see(`${path}, ${when}`, await answer(path));
  }
  const files = await readdir(product.folder, { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (!file.isFile() || file.name.includes(CREDENTIALS) || file.parentPath.includes("node_modules")) continue;
    see(`${file.name}, ${when}`, await readFile(join(file.parentPath, file.name), "latin1"));
  }
}
/** Replaces the token of the connection, as the dialog does. */
async function deploy(token: string, url: string): Promise<void> {
  const { flows } = JSON.parse(await answer("/flows"));
  const changed = flows.map((node: { id: string }) =>
    node.id === "mm-ha" ? { ...node, url, credentials: { token } } : node,
  );
  const sent = await fetch(`${product.url}/flows`, {
    method: "POST",
    headers: { "content-type": "application/json", "node-red-api-version": "v2" },
    body: JSON.stringify({ flows: changed }),
  });
  expect(sent.status).toBe(200);
}
/** Does something, and waits for what its log says then. */
async function says(what: RegExp, action: () => Promise<unknown>): Promise<void> {
  const from = product.output.length;
  await action();
  await until(`${what} in the log`, () => what.test(product.output.slice(from)));
}
const revoke = async () => {
  const tokens: { id: string; client_name?: string }[] = await hass.request({ type: "auth/refresh_tokens" });
  const found = tokens.find(({ client_name }) => client_name === "secret");
  await hass.request({ type: "auth/delete_refresh_token", refresh_token_id: found?.id });
};

beforeAll(async () => {
  hass = await startHomeAssistant();
  const token = await hass.request({ type: "auth/long_lived_access_token", client_name: "secret", lifespan: 1 });
  const [, claims = "", signature = ""] = token.split(".");
  secrets.push(token, claims, signature, BROKER_PASSWORD, WRONG_TOKEN);
  product = await Product.create();
  product.outputLimit = 100_000_000;
  const broker = { id: "t-broker", type: "mqtt-broker", name: "", broker: "127.0.0.1", port: `${hass.broker?.port}` };
  const wired = { ...broker, clientid: "", autoConnect: true, usetls: false, protocolVersion: "4", keepalive: "60" };
  const own = { id: "t-own", type: "meterman-publish", z: "mm-tab", name: "own broker", broker: "t-broker" };
  const more = [wired, { ...own, homeAssistant: "mm-ha", path: "broker", store: "mm-store", wires: [["t-errors"]] }];
  await moveIn(product, (node) => (node.id === "mm-ha" ? { ...node, url: hass.url } : node), more);
  const credentials = { "mm-ha": { token }, "t-broker": { user: "bench", password: BROKER_PASSWORD } };
  await writeFile(join(product.folder, "user", CREDENTIALS), JSON.stringify(credentials));
});
afterAll(async () => {
  await product?.remove();
  await hass?.remove();
});

it("the token and the broker's password are in no log, message, status, answer, export or file", async () => {
  await says(/connected to \d+\.\d+/, () => product.start());
  await until("publishing", () => /published/.test(product.output));
  await until("the own broker in use", async () => /"path":"broker"/.test(await answer("/meterman/api/v1/health")));
  await look("connected");
  await says(/no connection.*nothing listens/, async () => {
    await hass.broker?.stop();
    await hass.kill();
  });
  await look("Home Assistant and broker gone");
  await says(/connected to \d+\.\d+/, async () => {
    await hass.broker?.start();
    await hass.start();
  });
  await says(/refused the token/, revoke);
  await look("token revoked");
  await says(/refused the token/, () => deploy(WRONG_TOKEN, hass.url));
  await look("wrong token");
  await says(/does not speak https/, () => deploy(WRONG_TOKEN, hass.url.replace("http:", "https:")));
  await says(/the token is one word/, () => deploy(`Bearer ${WRONG_TOKEN}`, hass.url));
  await look("token that cannot be");

  for (const { where, text } of seen) {
    for (const secret of secrets) expect(text.includes(secret), `${secret.slice(0, 6)}… in ${where}`).toBe(false);
  }
  // The search would find something: the credentials are where they belong.
  const kept = await readFile(join(product.folder, "user", CREDENTIALS), "utf8");
  expect(kept).toContain(WRONG_TOKEN);
  expect(kept).toContain(BROKER_PASSWORD);
  expect(seen.some(({ where, text }) => where.startsWith("/flows,") && text.includes("meterman-home-assistant"))).toBe(
    true,
  );
  expect(JSON.parse(seen.find(({ where }) => where.startsWith("/credentials"))?.text ?? "")).toEqual({
    has_token: true,
  });
});
