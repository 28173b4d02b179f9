import { randomBytes } from "node:crypto";
import type { NodeAPI } from "node-red";
import { newToken, SECRET_BYTES } from "../../api/index.ts";
import { epochSeconds } from "../../model/index.ts";

/** Below the editor's own address: where the edit dialog gets a new token from. */
const PATH = "/meterman-api/tokens";

/**
 * Makes a token for the dialog: it shows the secret once, and keeps only the hash in the node's settings. Nothing is
 * kept here, and nothing is allowed until those settings are deployed. Only JSON is taken: a form of another page
 * cannot send it.
 */
export function serveTokens(RED: NodeAPI): void {
  RED.httpAdmin.post(PATH, RED.auth.needsPermission("flows.write"), (request, response) => {
    response.set("cache-control", "no-store");
    if (request.is("json") !== "json") {
      response.status(415).json({ code: "METERMAN_UNSUPPORTED", message: "the body must be application/json" });
      return;
    }
    response.json(newToken(randomBytes(SECRET_BYTES), epochSeconds(Math.floor(Date.now() / 1000))));
  });
}
