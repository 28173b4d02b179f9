import { Link } from "../../nodes/runtime/meterman-home-assistant/link.ts";
import { Rest } from "../../nodes/runtime/meterman-home-assistant/rest.ts";
import { connectedService, Traffic } from "../../nodes/runtime/meterman-home-assistant/service.ts";
import type { Target } from "../../nodes/runtime/meterman-home-assistant/target.ts";
import { words } from "../../nodes/runtime/meterman-home-assistant/words.ts";
import type { HomeAssistantService, HomeAssistantStatus } from "../../nodes/runtime/services.ts";
import { until } from "./product.ts";

/** The connection as the node makes it, without Node-RED around it. */
export class Connection {
  readonly service: HomeAssistantService;
  /** Every status so far, in the words that people see, each once in a row. */
  readonly told: string[] = [];
  readonly logs: string[] = [];
  status: HomeAssistantStatus = { kind: "connecting" };
  readonly #link: Link;
  readonly #rest: Rest;

  constructor(target: Partial<Target> & { readonly url: string; readonly token: string }) {
    const full: Target = { selfSigned: false, timeoutS: 1, remedy: "do this", ...target };
    this.#link = new Link(full, (text) => this.logs.push(text), 100);
    this.#rest = new Rest(full);
    this.service = connectedService(this.#link, this.#rest, new Traffic());
    this.service.onStatus((status) => {
      this.status = status;
      const [, text] = words(status);
      if (this.told.at(-1) !== text) this.told.push(text);
    });
    this.#link.start();
  }

  /** Waits until it is ready and answers. */
  async ready(limitMs = 60_000): Promise<void> {
    await until("a connection", () => this.status.kind === "ready", limitMs);
    await until("an answer", async () => (await this.service.request({ type: "get_config" })).ok, limitMs);
  }

  /** Waits until the words of a status match; only what is told from now on counts, and what is told now. */
  async tells(what: RegExp, limitMs = 60_000): Promise<string> {
    const from = Math.max(0, this.told.length - 1);
    const seen = () => this.told.slice(from).find((text) => what.test(text));
    return until(`${what}`, seen, limitMs).catch((error: Error) => {
      throw new Error(`${error.message}; told: ${this.told.join(" | ")}`);
    });
  }

  async close(): Promise<void> {
    await this.#link.stop();
    this.#rest.close();
  }
}
