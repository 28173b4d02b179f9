import { JSON_TYPE, offered, taken } from "./media.ts";
import type { JsonSchema, Parameter } from "./parameters.ts";
import type { Route } from "./route.ts";
import { SCHEMAS } from "./schemas.ts";
import { ref } from "./shapes.ts";

const VERSION = "1.0.0";

const SUCCESSES = { 200: "The answer", 201: "It was made", 202: "It was taken: what becomes of it is told later" };

const REFUSALS: Readonly<Record<string, string>> = {
  400: "A parameter is missing, unknown or out of range",
  401: "The token is missing or not known",
  403: "The caller may not do this",
  404: "Nothing has that id",
  406: "No media type that the caller accepts is offered",
  414: "The address is longer than 2048 characters",
  429: "Too many requests",
  500: "A fault in meterman itself",
  503: "The store is not open, or Home Assistant cannot be reached",
};

const REFUSALS_OF_POST: Readonly<Record<string, string>> = {
  409: "It does not go together with how things are now",
  413: "The body is too long",
  415: "The body is of another media type or charset, or compressed",
  502: "Home Assistant refused",
};

const TOKEN = {
  type: "http",
  scheme: "bearer",
  description:
    "Made in the api node's dialog, with the scopes read, adjust and control. Without one, only the machine of " +
    "Node-RED itself may read and adjust, as long as there is no token with the scope read, or with the one that is needed.",
};

/** The OpenAPI 3.1 document of a table of routes. Its server is relative, so it is right below any root. */
export function openApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const item = paths[route.path] ?? {};
    item[route.method.toLowerCase()] = operation(route);
    paths[route.path] = item;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "meterman",
      version: VERSION,
      description: "Energy readings of smart meters. Times are epoch seconds; the end of a span is exclusive.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "." }],
    security: [{ token: [] }, {}],
    paths,
    components: { schemas: SCHEMAS, securitySchemes: { token: TOKEN } },
  };
}

function operation(route: Route): object {
  const post = route.method === "POST";
  const content = contentOf(route);
  const statuses = route.statuses ?? [200];
  const problem = { "application/problem+json": { schema: ref("Problem") } };
  const possible = { ...REFUSALS, ...(post ? REFUSALS_OF_POST : {}) };
  const refusals = Object.entries(possible).map(([status, description]) => [status, { description, content: problem }]);
  return {
    operationId: route.id,
    summary: route.summary,
    description: [route.description, `Scope: ${route.scope}.`].filter(Boolean).join("\n\n"),
    security: route.scope === "control" ? [{ token: [route.scope] }] : [{ token: [route.scope] }, {}],
    parameters: route.parameters.filter((parameter) => parameter.in !== "body").map(parameterOf),
    ...(post ? { requestBody: { required: true, content: bodiesOf(route) } } : {}),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, { description: SUCCESSES[status], content }])),
      ...(post ? {} : { 304: { description: "The answer still has the ETag that was sent in If-None-Match" } }),
      ...Object.fromEntries(refusals),
    },
  };
}

function parameterOf({ name, in: place, required, description, schema }: Parameter): object {
  return { name, in: place, required: required === true, description, schema };
}

function contentOf(route: Route): Record<string, object> {
  const schema = typeof route.answer === "string" ? ref(route.answer) : route.answer;
  return Object.fromEntries(
    offered(route).map((type) => [type, { schema: type === JSON_TYPE ? schema : { type: "string" } }]),
  );
}

function bodiesOf(route: Route): Record<string, object> {
  const json = route.json === undefined ? bodySchema(route) : ref(route.json);
  return Object.fromEntries(
    taken(route).map((type) => [type, { schema: type === JSON_TYPE ? json : { type: "string" } }]),
  );
}

function bodySchema({ parameters }: Route): JsonSchema {
  const fields = parameters.filter((parameter) => parameter.in === "body");
  return {
    type: "object",
    required: fields.filter(({ required }) => required === true).map(({ name }) => name),
    properties: Object.fromEntries(fields.map(({ name, description, schema }) => [name, { ...schema, description }])),
    additionalProperties: false,
  };
}
