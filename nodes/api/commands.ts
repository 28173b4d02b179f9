import { failed, ok, parseMeterId } from "../model/index.ts";
import type { Parameter } from "./parameters.ts";
import { badQuery } from "./problem.ts";
import type { Route } from "./route.ts";
import { METER } from "./rows.ts";
import { heard } from "./shelf.ts";

/** What a command is for the gateway node, and which fields it takes. */
const COMMANDS = {
  register: { topic: "set-register", fields: ["registerWh", "soon"] },
  interval: { topic: "set-interval", fields: ["intervalS", "soon"] },
  led: { topic: "set-led", fields: ["rate", "ms", "soon"] },
  poll: { topic: "poll-faster", fields: ["pollS", "forS"] },
} as const;
const NAMES = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
const WORDS = "register, interval, led or poll";

function whole(name: string, minimum: number, maximum: number, what: string): Parameter {
  const description = `a whole number from ${minimum} to ${maximum}: ${what}`;
  return { name, in: "body", description, schema: { type: "integer", minimum, maximum } };
}

export const commandRoute: Route = {
  method: "POST",
  path: "/meters/{meter}/commands",
  id: "commandMeter",
  scope: "control",
  summary: "Hands a command for a meter's node to its gateway; ask for the outcome with the id in the answer",
  parameters: [
    METER,
    { name: "command", in: "body", required: true, description: WORDS, schema: { enum: NAMES } },
    whole("registerWh", 0, 2_999_999_999, "what register sets"),
    whole("intervalS", 1, 254, "the seconds between two readings, what interval sets"),
    whole("rate", 0, 254, "every how many impulses the light blinks, what led sets"),
    whole("ms", 0, 3000, "for how long it blinks, what led sets"),
    whole("pollS", 10, 600, "the seconds between two questions of the node, what poll sets"),
    whole("forS", 10, 3600, "for how many seconds poll holds"),
    {
      name: "soon",
      in: "body",
      description: "true or false: whether the node is asked to poll faster, so that it happens sooner",
      schema: { type: "boolean" },
    },
  ],
  answer: "Command",
  statuses: [202],
  async handle({ given, ports }) {
    const store = ports.store();
    if (!store.ok) return store;
    const meter = parseMeterId(given.meter);
    if (!meter.ok) return badQuery(meter.error.message, "meter");
    const known = heard(store.value, meter.value);
    if (!known.ok) return known;
    const { meter: _, command, ...rest } = given;
    const name = NAMES.find((one) => one === command);
    if (name === undefined) return badQuery(`command must be ${WORDS}`, "command");
    const { topic, fields } = COMMANDS[name];
    const stranger = Object.keys(rest).find((field) => !fields.some((one) => one === field));
    if (stranger !== undefined) return badQuery(`${name} takes ${fields.join(", ")}`, stranger);
    const taken = ports.command(meter.value, topic, rest);
    return taken.ok ? ok({ status: 202, body: taken.value }) : taken;
  },
};

export const outcomeRoute: Route = {
  method: "GET",
  path: "/commands/{id}",
  id: "getCommand",
  scope: "read",
  summary:
    "What became of a command: queued, sent, taken by the gateway, confirmed by what the node sent later, or failed",
  parameters: [
    {
      name: "id",
      in: "path",
      required: true,
      description: "the id in the answer to the command",
      schema: { type: "string", minLength: 1, maxLength: 64 },
    },
  ],
  answer: "Command",
  async handle({ given, ports }) {
    const found = ports.outcome(String(given.id));
    if (found !== undefined) return ok({ body: found });
    return failed(
      "METERMAN_NOT_FOUND",
      "no command of the last day has that id, or Node-RED was restarted since",
      "id",
    );
  },
};
