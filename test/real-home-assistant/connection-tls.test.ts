import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Certificate, makeCertificate } from "../support/certificate.ts";
import { Connection } from "../support/connection.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { Product, until } from "../support/product.ts";
import { Wire } from "../support/wire.ts";

let hass: HomeAssistant;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  hass = await startHomeAssistant({ mqtt: false });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => hass?.remove());

/** Home Assistant behind a TLS front with this certificate. */
async function front(certificate: Certificate): Promise<string> {
  const wire = await Wire.start(Number(new URL(hass.url).port), certificate);
  ends.push(() => wire.stop());
  return `127.0.0.1:${wire.port}`;
}
function open(url: string, selfSigned: boolean): Connection {
  const connection = new Connection({ url, token: hass.token, selfSigned });
  ends.push(() => connection.close());
  return connection;
}

describe("https", () => {
  it("with a self-signed certificate says which box to tick, and works with it for websocket and REST", async () => {
    const at = await front(await makeCertificate("IP:127.0.0.1"));
    await open(`https://${at}`, false).tells(/self-signed.*tick “Accept a self-signed certificate”$/);
    const accepting = open(`https://${at}`, true);
    await accepting.ready();
    expect(await accepting.service.rest("GET", "/api/config")).toMatchObject({ ok: true });
  });

  it("is suggested where http finds only it, and http where only that is spoken", async () => {
    const at = await front(await makeCertificate("IP:127.0.0.1"));
    await open(`http://${at}`, false).tells(/begin the URL with https:\/\/$/);
    await open(hass.url.replace("http:", "https:"), false).tells(/does not speak https: begin the URL with http:\/\/$/);
  });

  // What Node trusts besides its own authorities is read when it starts, so Node-RED is a process of its own here.
  it.each([
    ["for another name", "DNS:ha.example", 0, /its certificate is not for 127\.0\.0\.1: enter the name/],
    ["that has expired", "IP:127.0.0.1", 30, /its certificate has expired: renew it/],
    ["of an authority that the user trusts", "IP:127.0.0.1", 0, /connected to \d+\.\d+/],
  ])("with a certificate %s", async (_which, name, agoDays, words) => {
    const certificate = await makeCertificate(name, agoDays);
    const product = await Product.create({ METERMAN_HA_URL: `https://${await front(certificate)}` });
    ends.push(() => product.remove());
    const trusted = join(product.folder, "trusted.pem");
    await writeFile(trusted, certificate.cert);
    Object.assign(product.env, { METERMAN_HA_TOKEN: hass.token, NODE_EXTRA_CA_CERTS: trusted });
    await product.start();
    await until(`${words}`, () => words.test(product.output));
    expect(product.output).not.toContain(hass.token);
  });
});
