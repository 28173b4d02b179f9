import type { NodeAPI } from "node-red";
import type { Failure } from "../../../model/index.ts";
import type { PublishService } from "../../services.ts";
import { parseEnergyRequest } from "./input.ts";

/** Below the editor's own address: what the edit dialog of a deployed publish node asks for. */
const PATH = "/meterman-publish/:id/energy-dashboard";

/** As much of an answer as the dialog shows. */
type Reply = { readonly status: number; readonly body: object };
const refused = (status: number, { code, message }: Pick<Failure, "code" | "message">): Reply => ({
  status,
  body: { code, message },
});

/**
 * GET gives the meters that the node publishes, POST `{meter, as}` puts one into the Energy dashboard. Users of the
 * editor need the permission for it; nobody can post but with JSON, so a form of another page cannot.
 */
export function serveDialog(RED: NodeAPI): void {
  const { httpAdmin } = RED;
  httpAdmin.get(PATH, RED.auth.needsPermission("meterman-publish.read"), ({ params }, response) => {
    const service = serviceOf(RED, params.id);
    const reply = service === undefined ? UNDEPLOYED : { status: 200, body: { meters: service.meters() } };
    response.status(reply.status).json(reply.body);
  });
  httpAdmin.post(PATH, RED.auth.needsPermission("meterman-publish.write"), (request, response) => {
    const asked = request.is("json") === "json" ? add(serviceOf(RED, request.params.id), request.body) : NOT_JSON;
    Promise.resolve(asked)
      .catch(() => refused(500, { code: "METERMAN_INTERNAL", message: "a fault in meterman: see Node-RED's log" }))
      .then(({ status, body }) => response.status(status).json(body));
  });
}

const UNDEPLOYED = refused(404, {
  code: "METERMAN_NOT_FOUND",
  message: "deploy this node first; if it is, see its status",
});
const NOT_JSON = refused(415, { code: "METERMAN_UNSUPPORTED", message: "the body must be application/json" });

async function add(service: PublishService | undefined, body: unknown): Promise<Reply> {
  if (service === undefined) return UNDEPLOYED;
  const request = parseEnergyRequest(body);
  if (!request.ok) return refused(400, request.error);
  const answer = await service.addToEnergyDashboard(request.value);
  return answer.ok ? { status: 200, body: answer.value } : refused(409, answer.error);
}

/** Services are on node objects; a node of another type that has one of this kind does not exist. */
function serviceOf(RED: NodeAPI, id: unknown): PublishService | undefined {
  const service: unknown = Reflect.get(Object(RED.nodes.getNode(String(id))), "service");
  return isPublish(service) ? service : undefined;
}

function isPublish(service: unknown): service is PublishService {
  return typeof service === "object" && service !== null && "kind" in service && service.kind === "publish";
}
