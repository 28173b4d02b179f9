import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { resolveTarget } from "../../nodes/runtime/meterman-home-assistant/target.ts";
import type { EntityState } from "../../nodes/runtime/services.ts";
import { Connection } from "../support/connection.ts";
import { type HomeAssistant, startHomeAssistant } from "../support/hass/home-assistant.ts";
import { freePort, pause, until } from "../support/product.ts";
import { Supervisor } from "../support/supervisor.ts";
import { Wire } from "../support/wire.ts";

const LOAD = "input_boolean.pool_pump";
const LOGIN_FAILED = "with invalid authentication";

let hass: HomeAssistant;
let token: string;
const connections: Connection[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

function open(url: string, options: { token?: string; timeoutS?: number } = {}): Connection {
  const connection = new Connection({ url, token, ...options });
  connections.push(connection);
  return connection;
}
const failedLogins = () => hass.log.split(LOGIN_FAILED).length - 1;
const portOf = (url: string) => Number(new URL(url).port);

/** A token that can be taken back without locking the bench out. */
async function newToken(name: string): Promise<string> {
  return hass.request({ type: "auth/long_lived_access_token", client_name: name, lifespan: 1 });
}
async function revoke(name: string): Promise<void> {
  const tokens: { id: string; client_name?: string }[] = await hass.request({ type: "auth/refresh_tokens" });
  const found = tokens.find((one) => one.client_name === name);
  await hass.request({ type: "auth/delete_refresh_token", refresh_token_id: found?.id });
}

/** The processes of Home Assistant, whatever it is started with. */
function processes(): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  const found = new Set(pids.filter((pid) => read(pid, "cmdline").includes(hass.folder)));
  for (const pid of pids) if (found.has(/^PPid:\s*(\d+)/m.exec(read(pid, "status"))?.[1] ?? "")) found.add(pid);
  return [...found].map(Number);
}

beforeAll(async () => {
  process.on("unhandledRejection", note);
  const port = await freePort();
  const http = { server_host: "127.0.0.1", server_port: port, ip_ban_enabled: true, login_attempts_threshold: 5 };
  hass = await startHomeAssistant({ port, extra: { http } });
  token = await newToken("first");
});
afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  expect(unhandled).toEqual([]);
});
afterAll(async () => {
  await hass?.remove();
  process.off("unhandledRejection", note);
});

describe("with a good token", () => {
  it("is connected, says to what, and works both ways", async () => {
    const connection = open(hass.url);
    await connection.ready();
    expect(connection.told).toEqual(["connecting…", `connected to ${hass.version}`]);
    expect(connection.status).toMatchObject({ kind: "ready", admin: true });
    expect(await connection.service.rest("GET", "/api/config")).toMatchObject({ ok: true });
    const states: (string | null)[] = [];
    connection.service.watch(LOAD, ({ state }) => states.push(state));
    await connection.service.call("input_boolean", "turn_off", {}, LOAD);
    await until("off", () => states.at(-1) === "off");
    await connection.service.call("input_boolean", "turn_on", {}, LOAD);
    await until("on", () => states.at(-1) === "on");
  });

  it.each(["/", "/lovelace/0", "/profile/security", "/api/websocket"])(
    "understands %s after the address",
    async (path) => {
      const target = resolveTarget(
        { url: `${hass.url}${path}`, addon: false, selfSigned: false, timeoutS: 5 },
        token,
        {},
      );
      if (!target.ok || target.value === null) throw new Error("no target");
      await open(target.value.url).ready();
    },
  );

  it("says that a path leads nowhere, and comes back when it does", async () => {
    await open(`${hass.url}/cellar`).tells(/there is no Home Assistant at this URL: enter address and port only/);
  });
});

describe("a user who is no administrator", () => {
  it("is told so at once, reads and switches, and costs no failed logins by trying to publish", async () => {
    const visitor = open(hass.url, { token: await hass.makeUser() });
    await visitor.ready();
    expect(visitor.told.at(-1)).toMatch(/not as an administrator: loads work, publishing may not/);
    let state: EntityState["state"] = null;
    visitor.service.watch(LOAD, (seen) => {
      state = seen.state;
    });
    await until("a state", () => state !== null);
    expect(await visitor.service.call("input_boolean", "toggle", {}, LOAD)).toMatchObject({ ok: true });
    expect(await visitor.service.rest("GET", `/api/states/${LOAD}`)).toMatchObject({ ok: true });
    const before = failedLogins();
    const body = { state: "1" };
    expect(await visitor.service.rest("POST", "/api/states/sensor.x", body)).toMatchObject({
      error: { code: "METERMAN_HA_AUTH", message: expect.stringMatching(/not an administrator/) },
    });
    await pause(300);
    expect(failedLogins()).toBe(before);
  });
});

describe("a token that is not good (any more)", () => {
  it("is tried once and never again, with Home Assistant's words and what to do", async () => {
    const before = failedLogins();
    const connection = open(hass.url, { token: "wrong.token", timeoutS: 5 });
    expect(await connection.tells(/refused/)).toBe(
      "Home Assistant refused the token (Invalid access token or password): do this",
    );
    await until("its log", () => failedLogins() === before + 1);
    await pause(2000);
    expect(failedLogins()).toBe(before + 1);
    expect(await connection.service.rest("GET", "/api/config")).toMatchObject({ ok: false });
    expect(failedLogins()).toBe(before + 1);
  });

  it("ends a connection when it is revoked; a new one connects", async () => {
    const connection = open(hass.url, { token: await newToken("second"), timeoutS: 5 });
    await connection.ready();
    const before = failedLogins();
    await revoke("second");
    await connection.tells(/refused the token/);
    await until("its log", () => failedLogins() === before + 1);
    await open(hass.url, { token: await newToken("third") }).ready();
  });

  it("ends in a ban where Home Assistant bans, which is said, and left behind when it is lifted", async () => {
    for (let guess = 0; !existsSync(join(hass.folder, "ip_bans.yaml")); guess += 1) {
      expect(guess).toBeLessThan(20);
      await open(hass.url, { token: `guess${guess}`, timeoutS: 5 }).tells(/refused the token|banned/);
    }
    const banned = open(hass.url);
    await banned.tells(/has banned this computer: remove it from ip_bans\.yaml and restart/);
    await rm(join(hass.folder, "ip_bans.yaml"));
    await hass.restart();
    await banned.ready();
  });
});

describe("comes back by itself", () => {
  it("after a restart of Home Assistant, once it runs", async () => {
    const connection = open(hass.url);
    await connection.ready();
    const states: (string | null)[] = [];
    connection.service.watch(LOAD, ({ state }) => states.push(state));
    await until("a state", () => states.length > 0);
    await hass.call("homeassistant", "restart").catch(() => undefined);
    await connection.tells(/no connection/);
    expect(states.at(-1)).toBeNull();
    await connection.ready();
    await until("a state", () => states.at(-1) === "on" || states.at(-1) === "off");
    const kinds = connection.told.map((text) => text.replace(/:.*/s, ""));
    expect(kinds.slice(-1)).toEqual([`connected to ${hass.version}`]);
    expect(connection.told.join()).toMatch(/nothing listens at 127\.0\.0\.1:\d+: is Home Assistant running/);
  });

  it("after the host hung", async () => {
    const connection = open(hass.url);
    await connection.ready();
    for (const pid of processes()) process.kill(pid, "SIGSTOP");
    try {
      await connection.tells(/no connection: it stopped answering/);
      await connection.tells(/:\d+ does not answer$/);
    } finally {
      for (const pid of processes()) process.kill(pid, "SIGCONT");
    }
    await connection.ready();
  });

  it("after the network lost everything, swallowed everything or refused everything", async () => {
    const wire = await Wire.start(portOf(hass.url));
    try {
      const connection = open(`http://127.0.0.1:${wire.port}`);
      await connection.ready();
      wire.cut();
      await connection.tells(/the connection was lost/);
      await connection.ready();
      wire.mode = "swallow";
      await connection.tells(/it stopped answering/);
      await connection.tells(/does not answer$/);
      expect(await connection.service.call("input_boolean", "turn_on", {}, LOAD)).toMatchObject({ ok: false });
      wire.mode = "pass";
      await connection.ready();
      wire.mode = "refuse";
      wire.cut();
      await connection.tells(/hung up/);
      wire.mode = "pass";
      await connection.ready();
    } finally {
      await wire.stop();
    }
  });
});

describe("as an add-on, by the supervisor's proxy", () => {
  it("connects with the add-on's token on both ways, and through restarts", async () => {
    const supervisor = await Supervisor.start({ url: hass.url, token });
    try {
      const connection = open(`${supervisor.url}/core`, { token: supervisor.token });
      await connection.ready();
      expect(connection.status).toMatchObject({ kind: "ready", admin: true, config: { version: hass.version } });
      expect(await connection.service.rest("GET", `/api/states/${LOAD}`)).toMatchObject({ ok: true });
      expect(await connection.service.rest("GET", "/api/states/switch.none")).toMatchObject({
        error: { code: "METERMAN_NOT_FOUND" },
      });
      await hass.stop();
      await connection.tells(/Home Assistant behind it does not/);
      await hass.start();
      await connection.ready();
    } finally {
      await supervisor.stop();
    }
  });

  it("says what an add-on needs that is not let in", async () => {
    const supervisor = await Supervisor.start({ url: hass.url, token });
    supervisor.permits = false;
    try {
      const connection = open(`${supervisor.url}/core`, { token: supervisor.token });
      expect(await connection.tells(/refused/)).toBe("Home Assistant refused the token (Invalid access): do this");
    } finally {
      await supervisor.stop();
    }
  });
});
