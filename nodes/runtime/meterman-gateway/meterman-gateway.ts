import { defineNode } from "../shell/index.ts";
import { config, type GatewayConfig } from "./config.ts";
import { parseInput } from "./input.ts";
import { GatewayLink } from "./link.ts";

/** Nodes wired behind this one may not exist yet when it starts: its first words wait a moment. */
const FIRST_WORDS_AFTER_S = 0.25;

export default defineNode<GatewayConfig>({
  type: "meterman-gateway",
  config,
  start(shell) {
    const link = new GatewayLink(shell);
    shell.status("busy", "waiting for the gateway");
    shell.after(FIRST_WORDS_AFTER_S, () => link.open());
    shell.every(1, () => link.tick());
    return {
      input(message) {
        const input = parseInput(message, shell.config.network);
        if (!input.ok) return input;
        const error = link.take(input.value);
        return error === undefined ? undefined : { ok: false, error };
      },
      health: () => link.health(),
      service: {
        kind: "gateway",
        report: () => link.report(),
        command: (topic, payload) => link.command(topic, payload),
        outcome: (id) => link.outcome(id),
      },
    };
  },
});
