import { failed, ok, parseMeterId } from "../model/index.ts";
import { checkJson } from "./json-body.ts";
import { badQuery } from "./problem.ts";
import type { Route } from "./route.ts";
import { METER } from "./rows.ts";
import { heard } from "./shelf.ts";

/** What a command is for the gateway node. */
const TOPICS = { register: "set-register", interval: "set-interval", led: "set-led", poll: "poll-faster" } as const;
/** What the schema CommandRequest describes. */
type Asked = { readonly command: keyof typeof TOPICS } & Readonly<Record<string, number | boolean | string>>;

export const commandRoute: Route = {
  method: "POST",
  path: "/meters/{meter}/commands",
  id: "commandMeter",
  scope: "control",
  summary: "Hands a command for a meter's node to its gateway; ask for the outcome with the id in the answer",
  parameters: [METER],
  json: "CommandRequest",
  answer: "Command",
  statuses: [202],
  async handle({ given, body, ports }) {
    const store = ports.store();
    if (!store.ok) return store;
    const meter = parseMeterId(given.meter);
    if (!meter.ok) return badQuery(meter.error.message, "meter");
    const known = heard(store.value, meter.value);
    if (!known.ok) return known;
    if (body?.kind !== "json") return failed("METERMAN_BAD_MESSAGE", "the body is missing");
    const asked = checkJson<Asked>("CommandRequest", body.value);
    if (!asked.ok) return asked;
    const { command, ...fields } = asked.value;
    const taken = ports.command(meter.value, TOPICS[command], fields);
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
