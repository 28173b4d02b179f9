import { LOAD_WISHES, ok, type Result } from "../model/index.ts";
import type { ApiPorts } from "./http.ts";
import type { Parameter } from "./parameters.ts";
import { badQuery } from "./problem.ts";
import type { Answer, Route } from "./route.ts";

const LONGEST_WISH_S = 31 * 86_400;
const WISH = "auto (as the rules say), on or off";

const SHED: Parameter = {
  name: "shed",
  in: "path",
  required: true,
  description: "the id of a shed node; GET demand lists them",
  schema: { type: "string", minLength: 1, maxLength: 64 },
};

/** `scopes` are the caller's own: a page knows by them what it may offer. */
export const demandRoute: Route = {
  method: "GET",
  path: "/demand",
  id: "getDemand",
  scope: "read",
  summary: "Every demand node with its window, months and last day; every shed node with its loads and decisions",
  parameters: [],
  answer: "Demand",
  async handle({ ports, caller: { scopes } }) {
    return ok({ body: { demand: ports.demands(), shed: ports.sheds(), scopes } });
  },
};

export const overrideRoute: Route = {
  method: "POST",
  path: "/demand/{shed}/overrides",
  id: "overrideLoad",
  scope: "control",
  summary: "Switches a load by hand, or gives it back to the rules; the answer is the shed node after that",
  parameters: [
    SHED,
    {
      name: "load",
      in: "body",
      required: true,
      description: "the name of a load of that shed node",
      schema: { type: "string", minLength: 1, maxLength: 200 },
    },
    { name: "mode", in: "body", required: true, description: WISH, schema: { enum: LOAD_WISHES } },
    {
      name: "forS",
      in: "body",
      description: `a whole number from 1 to ${LONGEST_WISH_S}: for how many seconds; without it, until it is changed`,
      schema: { type: "integer", minimum: 1, maximum: LONGEST_WISH_S },
    },
  ],
  answer: "Shed",
  async handle({ given, ports }) {
    const wish = LOAD_WISHES.find((one) => one === given.mode);
    if (wish === undefined) return badQuery(`mode must be ${WISH}`, "mode");
    const forS = typeof given.forS === "number" ? given.forS : null;
    const shed = String(given.shed);
    return afterwards(ports, shed, ports.overrideLoad(shed, String(given.load), wish, forS));
  },
};

export const dryRunRoute: Route = {
  method: "POST",
  path: "/demand/{shed}/dry-run",
  id: "setDryRun",
  scope: "control",
  summary: "Begins or ends a dry run: everything is decided and told, nothing is switched",
  parameters: [
    SHED,
    {
      name: "on",
      in: "body",
      required: true,
      description: "true or false",
      schema: { type: "boolean" },
    },
  ],
  answer: "Shed",
  async handle({ given, ports }) {
    const shed = String(given.shed);
    return afterwards(ports, shed, ports.setDryRun(shed, given.on === true));
  },
};

function afterwards(ports: ApiPorts, shed: string, done: Result<void>): Result<Answer> {
  if (!done.ok) return done;
  const report = ports.sheds().find(({ id }) => id === shed);
  return report === undefined ? unknownShed() : ok({ body: report });
}

export function unknownShed(): Result<never> {
  return {
    ok: false,
    error: { code: "METERMAN_NOT_FOUND", message: "no shed node has that id; GET demand lists them", field: "shed" },
  };
}
