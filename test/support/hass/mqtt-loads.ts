/**
 * Heat pump and boiler over MQTT. One of each obeys: it says on the topic on which it is told, so the broker answers for it.
 * The deaf one is told on a topic that nobody reads.
 */
const kinds = {
  climate: {
    names: ["heat_pump", "deaf_heat_pump"],
    modes: ["off", "heat", "cool"],
    initial: { mode: "heat", temperature: "21" },
  },
  water_heater: {
    names: ["boiler", "deaf_boiler"],
    modes: ["off", "eco", "performance"],
    initial: { mode: "eco", temperature: "55" },
  },
} as const;

const topic = (name: string, what: string) => `bench/${name}/${what}`;
const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

function entity(name: string, modes: readonly string[]): object {
  const command = (what: string) => topic(name, name.startsWith("deaf_") ? `${what}/set` : what);
  return {
    ...{ name: title(name), unique_id: `bench_${name}`, modes, retain: true, min_temp: 5, max_temp: 80 },
    mode_command_topic: command("mode"),
    mode_state_topic: topic(name, "mode"),
    temperature_command_topic: command("temperature"),
    temperature_state_topic: topic(name, "temperature"),
  };
}

/** The `mqtt:` part of the configuration. */
export const mqttConfiguration = () => ({
  mqtt: Object.entries(kinds).map(([kind, { names, modes }]) => ({ [kind]: names.map((name) => entity(name, modes)) })),
});

/** What they say before anybody told them anything: topic → retained payload. */
export const mqttInitial: readonly (readonly [topic: string, payload: string])[] = Object.values(kinds).flatMap(
  ({ names, initial }) =>
    names.flatMap((name) => Object.entries(initial).map(([what, value]) => [topic(name, what), value] as const)),
);
