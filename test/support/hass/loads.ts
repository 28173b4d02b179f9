import { atLeast } from "./places.ts";

/** What a load does when it is told something. */
type Manner = "obeys" | "obeys late" | "never obeys";
type Row = readonly [domain: "switch" | "light" | "number", name: string, manner: Manner];

/** After this long a load that obeys late has done what it was told. */
export const lateSeconds = 3;

/**
 * The template loads. Each keeps its state in an `input_…` of the same name (`input_boolean.pool_pump` for
 * `switch.pool_pump`), with which a test can change it behind the product's back, and is unavailable while
 * `input_boolean.<name>_unplugged` is on.
 */
const rows: readonly Row[] = [
  ["switch", "pool_pump", "obeys"],
  ["switch", "slow_pump", "obeys late"],
  ["switch", "stuck_pump", "never obeys"],
  ["light", "terrace", "obeys"],
  ["light", "stuck_lamp", "never obeys"],
  ["number", "charger_current", "obeys"],
  ["number", "slow_charger_current", "obeys late"],
  ["number", "stuck_charger_current", "never obeys"],
];

const helper = (row: Row) => `input_${row[0] === "number" ? "number" : "boolean"}.${row[1]}`;
const call = (action: string, entity: string, data: object = {}) => ({ action, target: { entity_id: entity }, data });

/** What happens when a load is told something: at once, later in a script of its own (the call does not wait), or nothing. */
function told([, name, manner]: Row, action: object, what: string): object[] {
  if (manner === "obeys") return [action];
  if (manner === "never obeys") return [{ event: `told_${name}` }];
  return [
    {
      action: "script.turn_on",
      target: { entity_id: `script.${name}_${what}` },
      data: { variables: { value: "{{ value }}" } },
    },
  ];
}

const actions = (row: Row) => ({
  on: call("input_boolean.turn_on", helper(row)),
  off: call("input_boolean.turn_off", helper(row)),
  set: call("input_number.set_value", helper(row), { value: "{{ value }}" }),
});

const of = (domain: Row[0]) => rows.filter((row) => row[0] === domain);
const available = (name: string) => `{{ is_state('input_boolean.${name}_unplugged', 'off') }}`;
const isOn = (row: Row) => `{{ is_state('${helper(row)}', 'on') }}`;
const level = (row: Row) => `{{ states('input_number.${row[1]}_level') | int(0) }}`;
const setLevel = (row: Row) => [
  ...told(row, call("input_number.set_value", `input_number.${row[1]}_level`, { value: "{{ brightness }}" }), "set"),
  ...told(row, actions(row).on, "on"),
];
const title = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

/** The template entities in today's form. */
function modern(version: string): object {
  const common = ([, name]: Row) => ({ name: title(name), unique_id: `bench_${name}`, availability: available(name) });
  const numbers = of("number").map((row) => ({
    ...common(row),
    state: `{{ states('${helper(row)}') }}`,
    set_value: told(row, actions(row).set, "set"),
    ...{ min: 0, max: 32, step: 1 },
  }));
  const temperature = {
    ...{
      name: "Living room temperature",
      unit_of_measurement: "°C",
      device_class: "temperature",
      state_class: "measurement",
    },
    state: "{{ states('input_number.living_room_temperature') }}",
  };
  const always = [{ number: numbers }, { sensor: [temperature] }];
  if (!atLeast(version, 2025, 11)) return { template: always };
  const onOff = (row: Row) => ({
    ...common(row),
    state: isOn(row),
    turn_on: told(row, actions(row).on, "on"),
    turn_off: told(row, actions(row).off, "off"),
  });
  const lights = of("light").map((row) => ({ ...onOff(row), level: level(row), set_level: setLevel(row) }));
  return { template: [...always, { switch: of("switch").map(onOff) }, { light: lights }] };
}

/** Switches and lights of 2025.2, which knows them as platforms only. */
function legacy(version: string): object {
  if (atLeast(version, 2025, 11)) return {};
  const onOff = (row: Row) => ({
    ...{ friendly_name: title(row[1]), unique_id: `bench_${row[1]}` },
    value_template: isOn(row),
    turn_on: told(row, actions(row).on, "on"),
    turn_off: told(row, actions(row).off, "off"),
    availability_template: available(row[1]),
  });
  const lights = of("light").map((row) => [
    row[1],
    { ...onOff(row), level_template: level(row), set_level: setLevel(row) },
  ]);
  const switches = of("switch").map((row) => [row[1], onOff(row)]);
  return {
    switch: [{ platform: "template", switches: Object.fromEntries(switches) }],
    light: [{ platform: "template", lights: Object.fromEntries(lights) }],
  };
}

/** The scripts of the loads that obey late. */
function scripts(): object {
  const late = rows.filter((row) => row[2] === "obeys late");
  const made = late.flatMap((row) =>
    Object.entries(actions(row)).map(([what, action]) => [
      `${row[1]}_${what}`,
      { mode: "restart", sequence: [{ delay: { seconds: lateSeconds } }, action] },
    ]),
  );
  return { script: Object.fromEntries(made) };
}

/** Everything that the loads need in the configuration, without MQTT. */
export function loadsConfiguration(version: string): Record<string, unknown> {
  const range = (min: number, max: number) => ({ min, max, step: 1, mode: "box" });
  const booleans = rows.filter((row) => row[0] !== "number").map((row) => [row[1], {}]);
  const unplugged = rows.map((row) => [`${row[1]}_unplugged`, {}]);
  const numbers = of("number").map((row) => [row[1], range(0, 32)]);
  const levels = of("light").map((row) => [`${row[1]}_level`, range(0, 255)]);
  return {
    ...modern(version),
    ...legacy(version),
    ...scripts(),
    input_boolean: Object.fromEntries([...booleans, ...unplugged, ["living_room_heater", {}]]),
    input_number: Object.fromEntries([...numbers, ...levels, ["living_room_temperature", range(0, 40)]]),
    climate: [
      {
        ...{ platform: "generic_thermostat", name: "Living room", unique_id: "bench_living_room" },
        ...{ heater: "input_boolean.living_room_heater", target_sensor: "sensor.living_room_temperature" },
        ...{
          min_temp: 5,
          max_temp: 30,
          target_temp: 21,
          target_temp_step: 0.5,
          initial_hvac_mode: "heat",
          away_temp: 16,
        },
      },
    ],
  };
}
