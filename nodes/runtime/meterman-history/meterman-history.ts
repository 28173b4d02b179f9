import { type Failure, ok, RESOLUTIONS, type Resolution } from "../../model/index.ts";
import { defineNode, parser, type Running } from "../shell/index.ts";
import { answer, QUERIES, type QueryKind } from "./ask.ts";
import { correct, isOrder } from "./correct.ts";

interface Config {
  readonly name: string;
  readonly store: string;
  readonly query: QueryKind;
  readonly meter: string;
  readonly resolution: Resolution;
  readonly hours: number;
}

const config = parser<Config>(
  {
    type: "object",
    required: ["store"],
    properties: {
      name: { type: "string", default: "" },
      store: { type: "string", default: "" },
      query: { enum: QUERIES, default: "readings" },
      meter: { type: "string", default: "" },
      resolution: { enum: RESOLUTIONS, default: "raw" },
      hours: { type: "number", exclusiveMinimum: 0, maximum: 876_000, default: 24 },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

const NO_STORE: Failure = {
  code: "METERMAN_NO_STORE",
  message: "the history node has no store: open it, choose or add one, and deploy",
};

export default defineNode<Config>({
  type: "meterman-history",
  config,
  start(shell): Running {
    const { query, meter, resolution, hours } = shell.config;
    const service = shell.service(shell.config.store, "store");
    if (service === undefined) {
      shell.status("error", NO_STORE.message);
      shell.report(NO_STORE);
      return { input: () => ({ ok: false, error: NO_STORE }) };
    }
    service.ready.then((opened) => {
      if (!opened.ok) shell.status("error", opened.error.message);
    });
    const who = shell.config.name === "" ? "Node-RED" : shell.config.name;
    const defaults = { query, meter, resolution, spanS: Math.ceil(hours * 3600), zone: service.zone };
    return {
      async input(message) {
        const store = await service.ready;
        if (!store.ok) return store;
        const { value } = store;
        const said = await (isOrder(message.payload)
          ? correct(message.payload, { ...defaults, who }, value)
          : answered(message, defaults, value, shell.now()));
        if (!said.ok) {
          shell.status("error", said.error.message);
          return said;
        }
        const { text, ...properties } = said.value;
        shell.status("ok", text);
        shell.send(0, { ...message, ...properties });
        return undefined;
      },
    };
  },
});

async function answered(...asked: Parameters<typeof answer>) {
  const result = await answer(...asked);
  if (!result.ok) return result;
  const { query: topic, payload, next } = result.value;
  const many = Array.isArray(payload) ? `${payload.length} ${topic}` : topic;
  return ok({ topic, payload, next, text: next === null ? many : `${many}, more to come` });
}
