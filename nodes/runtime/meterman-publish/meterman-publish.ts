import type { NodeAPI } from "node-red";
import { failed, ok, type Result } from "../../model/index.ts";
import type { OpenStore } from "../services.ts";
import { defineNode, type Running, type Shell, userFolder } from "../shell/index.ts";
import { openBroker } from "./broker.ts";
import { config, type PublishConfig } from "./config.ts";
import { fromDirectory } from "./directory.ts";
import { serveDialog } from "./energy/admin.ts";
import { energyRequests } from "./energy/requests.ts";
import { parseInput } from "./input.ts";
import { publishMemory } from "./memory.ts";
import { Publisher } from "./publisher.ts";
import { Registry } from "./registry.ts";
import { type StatisticsRequests, statisticsRequests } from "./statistics/requests.ts";
import { shown, told } from "./words.ts";

const TICK_S = 0.5;
/** How often the store is asked what has become of its meters. */
const LIST_S = 5;
const NO_BROKER = "the chosen MQTT broker is missing or disabled";
const UNCHOSEN = "choose a Home Assistant connection or an MQTT broker";
const LIMIT = failed("METERMAN_METER_LIMIT", "more meters than are published: check the ids in the messages");

function run(shell: Shell<PublishConfig>): Running {
  const { homeAssistant, path, store } = shell.config;
  const service = shell.service(homeAssistant, "home-assistant");
  const found = shell.RED.nodes.getNode(shell.config.broker);
  const broker = openBroker(found, shell.id, () => publisher.look());
  const missing = shell.config.broker !== "" && broker === undefined ? NO_BROKER : UNCHOSEN;
  if (missing === NO_BROKER || (service === undefined && broker === undefined)) {
    shell.status("error", missing);
    return { input: () => failed("METERMAN_BAD_CONFIG", missing) };
  }
  const memory = publishMemory(userFolder(shell.RED), shell.id);
  /** Devices whose wait was told: once per outage is enough. */
  const waiting = new Set<string>();
  const audience = {
    now: shell.now,
    published: (say: Parameters<typeof told>[0]) => shell.send(0, { topic: "published", payload: told(say) }),
    failed(say: Parameters<typeof told>[0], failure: Parameters<typeof shell.report>[0]) {
      const { value: _value, ...payload } = told(say);
      shell.send(0, { topic: "failed", payload: { ...payload, code: failure.code, reason: failure.message } });
      // The first of a streak reaches Catch nodes and the log, the rest only the output.
      if ((publisher.plan.devices.get(say.about.id)?.failures ?? 0) === 0) shell.report(failure);
    },
    removed(meter: string) {
      shell.send(0, { topic: "removed", payload: { meter, path: publisher.path } });
    },
    changed() {
      const words = shown(publisher);
      shell.status(...(statistics?.over(words) ?? words));
      if (publisher.path !== null) waiting.clear();
    },
    fault: (thrown: unknown) => shell.report({ code: "METERMAN_INTERNAL", message: String(thrown) }),
  };
  let statistics: StatisticsRequests | undefined;
  const publisher: Publisher = new Publisher({ service, broker }, path, audience, memory.load());
  publisher.start();
  // Node-RED closes broker and connection side by side with this node: what is not on its way at once is not said.
  shell.node.on("close", () => void publisher.close().catch(audience.fault));
  const connection = service === undefined ? undefined : { service, registry: new Registry(service) };
  const energy = energyRequests(shell, publisher, connection);
  shell.every(TICK_S, async () => {
    await publisher.tick();
    memory.save(publisher.kept);
  });

  const opened: Promise<Result<OpenStore>> | undefined = shell.service(store, "store")?.ready;
  statistics = statisticsRequests(shell, publisher, connection, opened, audience.changed);
  const { importHistory } = statistics;
  const list = async () => {
    const open = await opened;
    if (open?.ok) for (const meter of open.value.directory.list(shell.now())) publisher.give(fromDirectory(meter));
  };
  if (opened !== undefined) shell.every(LIST_S, list);
  shell.after(0, list);

  return {
    service: { ...energy.service, importHistory },
    input(message) {
      const asked = energy.input(message) ?? statistics?.input(message);
      if (asked !== undefined) return asked;
      const parsed = parseInput(message, shell.now());
      if (!parsed.ok || parsed.value === null) return parsed;
      const input = parsed.value;
      if (publisher.give(input).some((event) => event.kind === "refused")) return LIMIT;
      if (publisher.path === null && !waiting.has(input.device)) {
        waiting.add(input.device);
        shell.send(0, { topic: "waiting", payload: { meter: input.device, path: null, reason: shown(publisher)[1] } });
      }
      return ok(undefined);
    },
    async close(ending) {
      await statistics?.close();
      connection?.registry.close();
      await publisher.close();
      await broker?.close();
      if (ending === "deleted") memory.forget();
      else memory.save(publisher.kept);
    },
    health: () => ({
      path: publisher.path,
      why: publisher.choice?.why ?? null,
      meters: publisher.meters().length,
      statistics: statistics?.health() ?? null,
      failing: [...publisher.plan.devices.values()].filter(({ failures }) => failures > 0).length,
    }),
  };
}

const node = defineNode({ type: "meterman-publish", config, start: run });

export default (RED: NodeAPI): void => {
  node(RED);
  serveDialog(RED);
};
