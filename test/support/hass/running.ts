import { pause, until } from "../product.ts";
import type { HassProcess } from "./process.ts";

/** Waits until Home Assistant is up: without a token until it serves its onboarding, with one until it says RUNNING. */
export async function running(hass: HassProcess, url: string, token?: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const probe = async () => {
    // Asked more often it would be later.
    await pause(250);
    if (!hass.running) throw new Error(`Home Assistant ended:\n${hass.log.slice(-3000)}`);
    try {
      if (token === undefined) return (await fetch(`${url}/api/onboarding`)).ok;
      const answer = await fetch(`${url}/api/config`, { headers });
      return answer.ok && (await answer.json()).state === "RUNNING";
    } catch {
      return false;
    }
  };
  try {
    await until("Home Assistant to run", probe, 120_000);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${hass.log.slice(-3000)}`);
  }
}
