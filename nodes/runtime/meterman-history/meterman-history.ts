import { type Failure, RESOLUTIONS, type Resolution } from "../../model/index.ts";
import { defineNode, parser, type Running } from "../shell/index.ts";
import { answer, QUERIES, type QueryKind } from "./ask.ts";

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
    const defaults = { query, meter, resolution, spanS: Math.ceil(hours * 3600), zone: service.zone };
    return {
      async input(message) {
        const store = await service.ready;
        if (!store.ok) return store;
        const result = await answer(message, defaults, store.value, shell.now());
        if (!result.ok) {
          shell.status("error", result.error.message);
          return result;
        }
        const { payload, next } = result.value;
        const many = Array.isArray(payload) ? `${payload.length} ${result.value.query}` : result.value.query;
        shell.status("ok", next === null ? many : `${many}, more to come`);
        shell.send(0, { ...message, topic: result.value.query, payload, next });
        return undefined;
      },
    };
  },
});
