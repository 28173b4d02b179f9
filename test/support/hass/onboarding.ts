import { type Answer, HassClient } from "./client.ts";
import { atLeast } from "./places.ts";

/** The administrator of every bench; for looking at it in a browser. */
export const admin = { username: "bench", password: "bench-password" };
const foreverDays = 36_500;

async function post(url: string, body: object | URLSearchParams): Promise<Answer> {
  const form = body instanceof URLSearchParams;
  const answer = await fetch(url, {
    method: "POST",
    ...(!form && { headers: { "content-type": "application/json" } }),
    body: form ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Exchanges the code of a login for a token of half an hour. */
async function shortToken(url: string, code: string): Promise<string> {
  const form = new URLSearchParams({ grant_type: "authorization_code", code, client_id: `${url}/` });
  return (await post(`${url}/auth/token`, form)).access_token;
}

/** Exchanges that for one that lasts. */
async function lastingToken(url: string, access_token: string): Promise<string> {
  const client = new HassClient(url, access_token);
  try {
    return await client.request({
      type: "auth/long_lived_access_token",
      client_name: "bench",
      lifespan: foreverDays,
    });
  } finally {
    client.close();
  }
}

/** Makes the administrator of a new Home Assistant, without a browser. Answers a lasting token. */
export async function makeAdmin(url: string): Promise<string> {
  const owner = { ...admin, client_id: `${url}/`, name: "Bench", language: "en" };
  const { auth_code } = await post(`${url}/api/onboarding/users`, owner);
  return lastingToken(url, await shortToken(url, auth_code));
}

/** Sets up the MQTT integration against a broker of this machine. */
export async function setUpMqtt(client: HassClient, version: string, port: number): Promise<void> {
  const flow = await client.rest("POST", "config/config_entries/flow", { handler: "mqtt" });
  const tls = { set_client_cert: false, set_ca_cert: "off", transport: "tcp" };
  const extra = atLeast(version, 2025, 11) ? { protocol: "5", other_settings: tls } : {};
  const form = { broker: "127.0.0.1", port, ...extra };
  const done = await client.rest("POST", `config/config_entries/flow/${flow.flow_id}`, form);
  if (done.type !== "create_entry") throw new Error(`MQTT was not set up: ${JSON.stringify(done)}`);
}

/** A user without administrator's rights and a lasting token of it. */
export async function makeUser(client: HassClient, name: string): Promise<string> {
  const login = { username: name, password: `${name}-password` };
  const { user } = await client.request({ type: "config/auth/create", name, group_ids: ["system-users"] });
  await client.request({ type: "config/auth_provider/homeassistant/create", user_id: user.id, ...login });
  const { url } = client;
  const client_id = `${url}/`;
  const handler = ["homeassistant", null];
  const flow = await post(`${url}/auth/login_flow`, { client_id, handler, redirect_uri: client_id });
  const { result } = await post(`${url}/auth/login_flow/${flow.flow_id}`, { client_id, ...login });
  return lastingToken(url, await shortToken(url, result));
}
