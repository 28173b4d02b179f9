import * as http from "node:http";
import * as https from "node:https";
import { failed, type Json, ok, type Result } from "../../model/index.ts";
import { reasonOf, reasonOfStatus } from "./reasons.ts";
import type { Target } from "./target.ts";

/** A ban, and what a proxy says while Home Assistant behind it restarts. */
const GONE: ReadonlySet<number> = new Set([403, 502, 503, 504]);
const ANSWER_LIMIT = 8 * 1024 * 1024;

function parsed(text: string): Result<unknown> {
  try {
    return ok(text === "" ? null : (JSON.parse(text) as unknown));
  } catch {
    // What it was instead stays here: it may be anything.
    return failed("METERMAN_HA_CALL", "the answer is not JSON: it is not Home Assistant, or a proxy is in between");
  }
}

/** Home Assistant's REST API with the token of `target`. Close it to give up its idle connections. */
export class Rest {
  readonly #target: Target;
  readonly #agent: http.Agent;

  constructor(target: Target) {
    this.#target = target;
    this.#agent = target.url.startsWith("https:")
      ? new https.Agent({ keepAlive: true, rejectUnauthorized: !target.selfSigned })
      : new http.Agent({ keepAlive: true });
  }

  /** The parsed answer of a 2xx; METERMAN_HA_AUTH, METERMAN_NOT_FOUND, METERMAN_HA_CALL or METERMAN_HA_UNREACHABLE. */
  async request(method: string, path: string, body?: Json): Promise<Result<unknown>> {
    try {
      const [status, text] = await this.#exchange(method, path, body === undefined ? undefined : JSON.stringify(body));
      if (status >= 200 && status < 300) return parsed(text);
      if (status === 401) return failed("METERMAN_HA_AUTH", "Home Assistant refused the token");
      if (status === 404) return failed("METERMAN_NOT_FOUND", "Home Assistant does not know that");
      if (GONE.has(status))
        return failed("METERMAN_HA_UNREACHABLE", reasonOfStatus(status, undefined, this.#target.url));
      return failed("METERMAN_HA_CALL", `Home Assistant answered HTTP ${status} to ${method} ${path}`);
    } catch (thrown) {
      return failed("METERMAN_HA_UNREACHABLE", `Home Assistant: ${reasonOf(thrown, this.#target.url)}`);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(method: string, path: string, body: string | undefined): Promise<[number, string]> {
    const { url, token, timeoutS } = this.#target;
    const client = url.startsWith("https:") ? https : http;
    return new Promise((resolve, reject) => {
      const request = client.request(`${url}${path}`, {
        method,
        agent: this.#agent,
        signal: AbortSignal.timeout(timeoutS * 1000),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
      });
      request.on("error", reject);
      request.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
          if (text.length > ANSWER_LIMIT) request.destroy(new Error("the answer is too long"));
        });
        response.on("error", reject);
        response.on("end", () => resolve([response.statusCode ?? 0, text]));
      });
      request.end(body);
    });
  }
}
