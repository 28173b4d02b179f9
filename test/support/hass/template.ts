import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../product.ts";
import { Mosquitto } from "./broker.ts";
import { type Answer, HassClient } from "./client.ts";
import { Clock } from "./clock.ts";
import { writeConfiguration } from "./configuration.ts";
import { oneStartAtATime, withLock } from "./lock.ts";
import { makeAdmin, setUpMqtt } from "./onboarding.ts";
import { homeOf } from "./places.ts";
import { HassProcess } from "./process.ts";
import { running } from "./running.ts";

/** Before every time that a test may choose: a token is not valid before the moment at which it was made. */
const longAgo = Date.UTC(2020, 0, 1);

/** Onboards one Home Assistant and keeps what it remembers of that: users, the token and the MQTT integration. */
async function make(version: string, folder: string): Promise<void> {
  const port = await freePort();
  const broker = await Mosquitto.start();
  const hass = new HassProcess(version, folder, Clock.at(longAgo));
  const url = `http://127.0.0.1:${port}`;
  try {
    await writeConfiguration(folder, { version, port, mqtt: false, timeZone: "UTC", extra: {} });
    await oneStartAtATime(async () => {
      await hass.start();
      await running(hass, url);
    });
    const token = await makeAdmin(url);
    const client = new HassClient(url, token);
    await running(hass, url, token);
    await setUpMqtt(client, version, broker.port);
    client.close();
    await hass.end("SIGTERM");
    await writeFile(join(folder, "token"), token);
    // The other questions (where is the house …) would set up integrations that ask the internet.
    await edit(join(folder, ".storage", "onboarding"), (data) => {
      data.done = ["user", "core_config", "analytics", "integration"];
    });
    // The port and the history are those of one start.
    for (const name of [
      ".storage/http",
      "home-assistant_v2.db",
      "home-assistant_v2.db-wal",
      "home-assistant_v2.db-shm",
    ])
      await rm(join(folder, name), { force: true });
  } finally {
    await hass.end("SIGKILL");
    await broker.remove();
  }
}

/** Copies an onboarded configuration folder to `folder`, which it makes once per version. Answers the token. */
export async function copyTemplate(version: string, folder: string): Promise<string> {
  const home = homeOf(version);
  const sources = ["template.ts", "onboarding.ts"].map((name) => readFile(join(import.meta.dirname, name)));
  const key = createHash("sha256")
    .update(Buffer.concat(await Promise.all(sources)))
    .digest("hex")
    .slice(0, 12);
  const template = join(home, `template-${key}`);
  await withLock(join(home, "template.lock"), async () => {
    if (!existsSync(template)) {
      // What others left half made, and what an earlier form of this file made.
      for (const name of await readdir(home))
        if (/^(making|template)-/.test(name)) await rm(join(home, name), { recursive: true });
      const fresh = await mkdtemp(join(home, "making-"));
      await make(version, fresh);
      await rename(fresh, template);
    }
    await mkdir(folder, { recursive: true });
    await cp(template, folder, { recursive: true });
  });
  return (await readFile(join(folder, "token"), "utf8")).trim();
}

/** Points the MQTT integration of a copied folder to a broker, or leaves it out. */
export function adjustMqtt(folder: string, port: number | undefined): Promise<void> {
  return edit(join(folder, ".storage", "core.config_entries"), (data) => {
    const entries: { domain: string; data: object }[] = data.entries;
    const others = entries.filter((entry) => entry.domain !== "mqtt");
    const mqtt = entries.filter((entry) => entry.domain === "mqtt");
    data.entries =
      port === undefined ? others : [...others, ...mqtt.map((entry) => ({ ...entry, data: { ...entry.data, port } }))];
  });
}

/** Changes a file of a Home Assistant that does not run. */
async function edit(path: string, change: (data: Answer) => void): Promise<void> {
  const file = JSON.parse(await readFile(path, "utf8"));
  change(file.data);
  await writeFile(path, JSON.stringify(file));
}
