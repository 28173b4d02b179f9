import type { NodeAPI } from "node-red";
import { createApi, type OpenArchive, TOKENS_SCHEMA, type Token } from "../../api/index.ts";
import {
  type EnergyRequest,
  type EpochSeconds,
  type Failure,
  type MeterId,
  ok,
  type Result,
} from "../../model/index.ts";
import { correctedDirectory } from "../meterman-store/corrected.ts";
import type { OpenStore } from "../services.ts";
import { defineNode, parser, type Running, type Shell } from "../shell/index.ts";
import { demandPorts } from "./demand.ts";
import { gatewayPorts } from "./gateways.ts";
import { mount, PREFIX } from "./mount.ts";
import { nodesOf } from "./nodes.ts";
import { pages } from "./pages.ts";
import { addToEnergyDashboard } from "./publishers.ts";
import { serveTokens } from "./tokens.ts";

interface Config {
  readonly name: string;
  readonly store: string;
  readonly tokens?: readonly Token[];
}

const config = parser<Config>(
  {
    type: "object",
    required: ["store"],
    properties: {
      name: { type: "string", default: "" },
      store: { type: "string", default: "" },
      tokens: TOKENS_SCHEMA,
    },
  },
  "METERMAN_BAD_CONFIG",
);

/** How often a node that found the address taken looks again: the other one may have been deleted. */
const RETRY_S = 2;
const OPENING: Failure = { code: "METERMAN_NO_STORE", message: "the store is being opened: try again in some seconds" };
const NO_STORE: Failure = {
  code: "METERMAN_NO_STORE",
  message: "the API node has no store: open it, choose or add one, and deploy",
};

const define = defineNode<Config>({ type: "meterman-api", config, start });

export default (RED: NodeAPI): void => {
  define(RED);
  serveTokens(RED);
};

function start(shell: Shell<Config>): Running {
  const { RED } = shell;
  const service = shell.service(shell.config.store, "store");
  let opened: Result<OpenArchive> = { ok: false, error: service === undefined ? NO_STORE : OPENING };
  const stop = new AbortController();
  const ports = {
    now: shell.now,
    store: () => opened,
    nodes: () => nodesOf(RED),
    addToEnergyDashboard: (request: EnergyRequest) => addToEnergyDashboard(shell, request),
    ...demandPorts(shell),
    ...gatewayPorts(shell),
    stopped: stop.signal,
    fault: ({ message }: Error) => shell.report({ code: "METERMAN_INTERNAL", message }),
  };
  const parts = {
    [PREFIX]: { api: createApi(ports, { tokens: shell.config.tokens ?? [] }) },
    ...pages(),
  };
  let mounted = mount(RED, parts);
  let closed = false;

  const show = () => {
    if (closed) return;
    if (!mounted.ok) shell.status("error", mounted.error.message);
    else if (opened.ok) shell.status("ok", PREFIX);
    else shell.status(opened.error === OPENING ? "busy" : "error", opened.error.message);
  };
  service?.ready.then((result) => {
    opened = result.ok ? ok(archiveOf(result.value, service.zone, shell.now)) : result;
    show();
  });
  if (service === undefined) shell.report(NO_STORE);
  if (!mounted.ok) {
    shell.report(mounted.error);
    const stop = shell.every(RETRY_S, () => {
      mounted = mount(RED, parts);
      if (mounted.ok) stop();
      show();
    });
  }
  show();
  return {
    health: () => ({ serves: mounted.ok ? PREFIX : null }),
    close() {
      closed = true;
      stop.abort();
      if (mounted.ok) mounted.value();
    },
  };
}

/** Meters of earlier flows have a memory in the store though no node speaks for them now. */
function archiveOf(store: OpenStore, zone: string, now: () => EpochSeconds): OpenArchive {
  const { archive, adjustments, journal, live } = store;
  const directory = correctedDirectory(store.directory, adjustments);
  const knows = (meter: MeterId) => directory.find(meter, now()) !== undefined || journal.meters().includes(meter);
  return { archive, adjustments, directory, live, zone, knows, health: () => store.health() };
}
