import { failed, type MeterId, ok, type Result } from "../../../model/index.ts";
import type { HomeAssistantService, PublishService } from "../../services.ts";
import type { Message, Shell } from "../../shell/index.ts";
import type { Publisher } from "../publisher.ts";
import type { Registry } from "../registry.ts";
import { EnergyDashboard } from "./energy.ts";
import { asksForEnergy, parseEnergyRequest } from "./input.ts";

const NO_PATH = failed(
  "METERMAN_HA_UNREACHABLE",
  "nothing is published at the moment: see the status of the publish node",
);
const NO_CONNECTION = failed(
  "METERMAN_HA_UNREACHABLE",
  "the Energy dashboard needs a connection to Home Assistant: choose one in the publish node",
);

/** What of Home Assistant is needed; absent where the node knows only an MQTT broker. */
interface Connection {
  readonly service: HomeAssistantService;
  readonly registry: Registry;
}

export interface EnergyRequests {
  /** For messages with topic "energy": undefined for every other message. The answer goes to output 1. */
  input(message: Message): Promise<Result<unknown>> | undefined;
  readonly service: Omit<PublishService, "importHistory">;
}

/** The ways in which a publish node is asked for the Energy dashboard: by message here, by dialog and REST through `service`. */
export function energyRequests(
  { send, after }: Pick<Shell<unknown>, "send" | "after">,
  publisher: Publisher,
  connection: Connection | undefined,
): EnergyRequests {
  const nameOf = (meter: MeterId) => publisher.meters().find(({ id }) => id === meter)?.name;
  const told = (payload: object) => send(0, { topic: "energy", payload });
  const dashboard =
    connection === undefined
      ? undefined
      : new EnergyDashboard({
          service: connection.service,
          nameOf,
          entityOf: (meter, sensor) => entityOf(publisher, connection, meter, sensor),
          after: (delayS, job) => void after(delayS, job),
          told,
        });
  const add: PublishService["addToEnergyDashboard"] = async (request) =>
    dashboard === undefined ? NO_CONNECTION : dashboard.add(request);
  const ask = async (message: Message): Promise<Result<unknown>> => {
    const request = parseEnergyRequest(message.payload);
    if (!request.ok) return request;
    const answer = await add(request.value);
    if (answer.ok) told(answer.value);
    else told({ ...request.value, code: answer.error.code, reason: answer.error.message });
    return answer;
  };
  return {
    service: { kind: "publish", meters: () => publisher.meters(), addToEnergyDashboard: add },
    input: (message) => (asksForEnergy(message) ? ask(message) : undefined),
  };
}

async function entityOf(
  publisher: Publisher,
  { service, registry }: Connection,
  meter: MeterId,
  sensor: "energy" | "power",
): Promise<Result<string>> {
  const identity = publisher.identity(meter, sensor);
  if (identity === undefined) return NO_PATH;
  if (!("entityId" in identity)) return registry.find(identity);
  // States over REST are in no registry.
  const state = await service.rest("GET", `/api/states/${identity.entityId}`);
  if (state.ok) return ok(identity.entityId);
  return state.error.code === "METERMAN_NOT_FOUND"
    ? failed("METERMAN_HA_ENTITY", "Home Assistant has no such sensor of this meter yet: wait for its first reading")
    : state;
}
