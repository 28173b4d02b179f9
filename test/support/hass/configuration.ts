import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadsConfiguration } from "./loads.ts";
import { mqttConfiguration } from "./mqtt-loads.ts";

export interface Wanted {
  readonly version: string;
  readonly port: number;
  readonly mqtt: boolean;
  readonly timeZone: string;
  /** More top-level keys of the configuration; they replace those of the bench. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Writes configuration.yaml. JSON is YAML, so nothing is gained by writing it any other way. */
export async function writeConfiguration(folder: string, wanted: Wanted): Promise<void> {
  const empty = ["api", "websocket_api", "config", "onboarding", "history", "logbook", "energy", "sensor", "frontend"];
  const configuration = {
    homeassistant: {
      ...{ name: "Bench", time_zone: wanted.timeZone, country: "DE", currency: "EUR", unit_system: "metric" },
      ...{ latitude: 52.5, longitude: 13.4, elevation: 34 },
    },
    http: { server_host: "127.0.0.1", server_port: wanted.port },
    recorder: { commit_interval: 1 },
    ...Object.fromEntries(empty.map((name) => [name, {}])),
    automation: [],
    ...loadsConfiguration(wanted.version),
    ...(wanted.mqtt && mqttConfiguration()),
    ...wanted.extra,
  };
  await writeFile(join(folder, "configuration.yaml"), JSON.stringify(configuration, null, 2));
}
