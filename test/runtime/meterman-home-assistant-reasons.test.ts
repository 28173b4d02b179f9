import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createLine } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { reasonOf } from "../../nodes/runtime/meterman-home-assistant/reasons.ts";
import { Rest } from "../../nodes/runtime/meterman-home-assistant/rest.ts";
import { openLine } from "../../nodes/runtime/meterman-home-assistant/socket.ts";
import type { Target } from "../../nodes/runtime/meterman-home-assistant/target.ts";
import { HomeAssistantServer } from "../support/home-assistant-server.ts";
import { freePort } from "../support/product.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}
const serve = (answer: RequestListener) => listen(createServer(answer));

const targetOf = (url: string): Target => ({
  url,
  token: "t0ken",
  selfSigned: false,
  timeoutS: 0.5,
  remedy: "do this",
});
async function why(url: string): Promise<string> {
  const opened = await openLine(targetOf(url));
  return opened.ok ? "open" : `${opened.error.code}: ${opened.error.message}`;
}

describe("a connection that fails says why", () => {
  it.each([
    [400, /trusted_proxies/],
    [401, /a login of its own/],
    [403, /has banned this computer: .*ip_bans\.yaml/],
    [404, /no Home Assistant at this URL: enter address and port only/],
    [418, /answers HTTP 418: it is not Home Assistant/],
    [502, /Home Assistant behind it does not/],
    [503, /Home Assistant behind it does not/],
  ])("when HTTP %i comes instead of a websocket", async (status, words) => {
    const port = await serve((_request, response) => response.writeHead(status).end());
    expect(await why(`http://127.0.0.1:${port}`)).toMatch(words);
  });

  it("when it is sent elsewhere, without following", async () => {
    const port = await serve((_request, response) =>
      response.writeHead(301, { location: "https://ha.example/api/websocket?x=1" }).end(),
    );
    expect(await why(`http://127.0.0.1:${port}`)).toMatch(/leads to https:\/\/ha\.example: enter that as the URL$/);
  });

  it("when a page comes, as from any other server", async () => {
    const port = await serve((_request, response) => response.end("<html>"));
    expect(await why(`http://127.0.0.1:${port}`)).toMatch(/HTTP 200: it is not Home Assistant/);
    expect(await why(`https://127.0.0.1:${port}`)).toMatch(/does not speak https: begin the URL with http:/);
  });

  it("when nothing listens, or something that says nothing or hangs up", async () => {
    const free = await freePort();
    expect(await why(`http://localhost:${free}`)).toMatch(`nothing listens at localhost:${free}`);
    let rude = false;
    const mute = createLine((socket) => {
      socket.on("error", () => undefined);
      if (rude) socket.resetAndDestroy();
      closers.push(async () => void socket.destroy());
    });
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => mute.close(() => resolve())));
    const { port } = mute.address() as AddressInfo;
    expect(await why(`http://127.0.0.1:${port}`)).toMatch(/:\d+ does not answer$/);
    rude = true;
    expect(await why(`http://127.0.0.1:${port}`)).toMatch(/hung up; if it speaks https only/);
  });

  it("when the token is refused, in Home Assistant's words and with what to do", async () => {
    const server = await HomeAssistantServer.start();
    closers.push(() => server.stop());
    const refused = "METERMAN_HA_AUTH: Home Assistant refused the token (Invalid access token or password): do this";
    expect(await why(server.url)).toBe(refused);
  });

  it.each([
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /tick “Accept a self-signed certificate”/],
    ["CERT_HAS_EXPIRED", /expired: renew it/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /not for ha\.lan: enter the name/],
    ["ENOTFOUND", /ha\.lan is not known here: enter the IP address/],
    ["EHOSTUNREACH", /no way to ha\.lan:443/],
    ["EWHATEVER", /^EWHATEVER$/],
  ])("when Node says %s", (code, words) => {
    expect(reasonOf(Object.assign(new Error(""), { code }), "https://ha.lan")).toMatch(words);
  });

  it("whatever was thrown", () => {
    for (const thrown of [undefined, null, 3, {}])
      expect(reasonOf(thrown, "http://ha:1")).toBe("ha:1 cannot be reached");
  });
});

describe("a REST call that fails says why", () => {
  it.each([
    [401, "METERMAN_HA_AUTH"],
    [403, "METERMAN_HA_UNREACHABLE"],
    [404, "METERMAN_NOT_FOUND"],
    [405, "METERMAN_HA_CALL"],
    [502, "METERMAN_HA_UNREACHABLE"],
  ])("with a code for HTTP %i", async (status, code) => {
    const port = await serve((_request, response) => response.writeHead(status).end());
    const rest = new Rest(targetOf(`http://127.0.0.1:${port}`));
    closers.push(async () => rest.close());
    expect(await rest.request("POST", "/api/states/sensor.x", {})).toMatchObject({ ok: false, error: { code } });
  });

  it("in the same words as the websocket", async () => {
    const free = await freePort();
    const rest = new Rest(targetOf(`http://127.0.0.1:${free}`));
    expect(await rest.request("GET", "/api/")).toMatchObject({
      error: { message: expect.stringMatching(/nothing listens/) },
    });
    const mute = await serve(() => undefined);
    const late = new Rest(targetOf(`http://127.0.0.1:${mute}`));
    closers.push(async () => late.close());
    expect(await late.request("GET", "/api/")).toMatchObject({
      error: { message: expect.stringMatching(/does not answer/) },
    });
  });
});
