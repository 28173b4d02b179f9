// The first start of a new Home Assistant: it installs what the parts of this configuration still ask for, so that no later
// start needs the network.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const configuration = (
  port,
) => `homeassistant: {name: First start, time_zone: UTC, country: DE, currency: EUR, unit_system: metric}
http: {server_host: 127.0.0.1, server_port: ${port}}
recorder: {commit_interval: 1}
api:
websocket_api:
config:
onboarding:
history:
logbook:
energy:
sensor:
logger: {default: warning, logs: {homeassistant.bootstrap: info}}
frontend:
mqtt: {}
template: []
automation: []
script: {}
climate: {platform: generic_thermostat, name: Warm, heater: input_boolean.heat, target_sensor: sensor.warm}
input_boolean: {heat: {}}
input_number: {warm: {min: 0, max: 1}}
`;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts it, waits until it is up and its page answers, and stops it. */
export async function firstStart(run, version, env, limitMs = 600_000) {
  const port = await freePort();
  writeFileSync(join(run.folder, "configuration.yaml"), configuration(port));
  const child = spawn(run.path, [run.folder, "hass", "-c", ".", "--log-no-color"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const keep = (chunk) => {
    log = `${log}${chunk}`.slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    for (const deadline = Date.now() + limitMs; !log.includes("Home Assistant initialized"); ) {
      if (child.exitCode !== null) throw new Error(`Home Assistant ${version} ended at its first start:\n${log}`);
      if (Date.now() > deadline)
        throw new Error(`Home Assistant ${version} was not up after ${limitMs / 1000} s:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // Parts whose packages could not be installed are left out with an error in the log: no stamp for such a build.
    const missing = log
      .split("\n")
      .filter((line) => /Requirements for .* not found|Unable to install package|Setup failed for /.test(line));
    if (missing.length > 0) throw new Error(`Home Assistant ${version} lacks packages:\n${missing.join("\n")}`);
    const page = await fetch(`http://127.0.0.1:${port}/manifest.json`);
    if (!page.ok) throw new Error(`the frontend of Home Assistant ${version} answered ${page.status}:\n${log}`);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
