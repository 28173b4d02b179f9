import { type EnergyAnswer, type EnergyRequest, failed, type Result } from "../../model/index.ts";
import type { PublishService } from "../services.ts";
import type { Shell } from "../shell/index.ts";

/** Asks the publish node that told Home Assistant of the meter; the first one where several did. */
export async function addToEnergyDashboard(
  { RED, service }: Pick<Shell<unknown>, "RED" | "service">,
  request: EnergyRequest,
): Promise<Result<EnergyAnswer>> {
  const publishers: PublishService[] = [];
  RED.nodes.eachNode(({ id }) => {
    const found = service(id, "publish");
    if (found !== undefined) publishers.push(found);
  });
  const one = publishers.find((publisher) => publisher.meters().some(({ id }) => id === request.meter));
  if (one !== undefined) return one.addToEnergyDashboard(request);
  const isSilent = publishers.length > 0 && publishers.every((publisher) => publisher.meters().length === 0);
  const message = isSilent
    ? "Home Assistant has been told of no meter yet: the status of the publish node says why"
    : "no publish node has told Home Assistant of that meter: wire its meter node to one, and deploy";
  return failed("METERMAN_UNKNOWN_METER", message, "meter");
}
