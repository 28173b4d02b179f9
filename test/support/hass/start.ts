// `node scripts/home-assistant.mjs start`: a Home Assistant with the loads of the bench, for looking at it.
import { startHomeAssistant } from "./home-assistant.ts";
import { admin } from "./onboarding.ts";

const [version, port] = process.argv.slice(2);
const hass = await startHomeAssistant({ ...(version && { version }), ...(port && { port: Number(port) }) });
console.log(`Home Assistant ${hass.version}
  url       ${hass.url}
  user      ${admin.username}
  password  ${admin.password}
  token     ${hass.token}
  broker    mqtt://127.0.0.1:${hass.broker?.port}
  folder    ${hass.folder} (removed at the end; Ctrl-C ends it)`);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => void hass.remove().then(() => process.exit(0)));
