import type { ApiPorts } from "../../api/index.ts";
import { type CommandReport, failed, type MeterId, nodeOf, ok, type Result } from "../../model/index.ts";
import type { GatewayService } from "../services.ts";
import type { Shell } from "../shell/index.ts";

type GatewayPorts = Pick<ApiPorts, "gateways" | "command" | "outcome">;

/** What gateway nodes of the flow offer; they are looked up anew for each question, so any deploy is right. */
export function gatewayPorts({ RED, service }: Pick<Shell<unknown>, "RED" | "service">): GatewayPorts {
  const found = () => {
    const services: GatewayService[] = [];
    RED.nodes.eachNode(({ id }) => {
      const one = service(id, "gateway");
      if (one !== undefined) services.push(one);
    });
    return services;
  };
  return {
    gateways: () => found().map((one) => one.report()),
    outcome(id) {
      for (const one of found()) {
        const outcome = one.outcome(id);
        if (outcome !== undefined) return outcome;
      }
      return undefined;
    },
    command(meter, topic, fields): Result<CommandReport> {
      const gateway = gatewayOf(meter, found());
      if (gateway === undefined) {
        const message = "no gateway node hears this meter: wire one with the network id of the meter, and deploy";
        return failed("METERMAN_GATEWAY_SILENT", message, "meter");
      }
      const id = gateway.command(topic, { ...fields, meter });
      if (!id.ok) return id;
      const outcome = gateway.outcome(id.value);
      return outcome === undefined ? failed("METERMAN_INTERNAL", "the command left no trace") : ok(outcome);
    },
  };
}

/** Of several on one network the one that has heard the meter, and is not silent. */
function gatewayOf(meter: MeterId, services: readonly GatewayService[]): GatewayService | undefined {
  const score = (service: GatewayService) => {
    const { meters, silent } = service.report();
    return (meters.includes(meter) ? 2 : 0) + (silent ? 0 : 1);
  };
  return services
    .filter((service) => nodeOf(meter, service.report().network) !== undefined)
    .sort((a, b) => score(b) - score(a))[0];
}
