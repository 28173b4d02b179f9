import { HassClient } from "./client.ts";
import { type Options, startHomeAssistant } from "./home-assistant.ts";

const own = { url: process.env.METERMAN_TEST_HA_URL, token: process.env.METERMAN_TEST_HA_TOKEN };

/** True when the tests start a Home Assistant of their own, and may stop it, move its clock and leave things in it. */
export const onBench = own.url === undefined || own.url === "";

/** The title of tests that need that, with the reason why they are left out otherwise. */
export const benchOnly = (title: string): string =>
  onBench ? title : `${title} (left out: it stops, starts or changes Home Assistant, and this one is yours)`;

/** A client and the way to end it. */
export interface Any {
  readonly client: HassClient;
  readonly version: string;
  end(): Promise<void>;
}

/**
 * The Home Assistant that METERMAN_TEST_HA_URL and METERMAN_TEST_HA_TOKEN name, else one of the bench. A test that uses
 * it removes what it has made.
 */
export async function anyHomeAssistant(options: Options = {}): Promise<Any> {
  if (onBench) {
    const hass = await startHomeAssistant(options);
    return { client: hass, version: hass.version, end: () => hass.remove() };
  }
  if (!own.token)
    throw new Error("METERMAN_TEST_HA_URL is set: set METERMAN_TEST_HA_TOKEN to an administrator's token");
  const client = new HassClient(own.url ?? "", own.token);
  const { version } = await client.rest("GET", "config");
  return { client, version, end: async () => client.close() };
}
