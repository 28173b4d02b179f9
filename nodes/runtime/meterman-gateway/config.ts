import { DEFAULT_NETWORK, NETWORK_PATTERN, type NetworkId } from "../../model/index.ts";
import { type Parser, parser } from "../shell/index.ts";

/** Which of the gateway's log lines are handed on. */
export const PASSES = ["none", "warnings", "all"] as const;

export interface GatewayConfig {
  readonly name: string;
  readonly network: NetworkId;
  /** Seconds without a line after which the gateway counts as silent. */
  readonly silentAfterS: number;
  readonly diagnostics: (typeof PASSES)[number];
}

export const config: Parser<GatewayConfig> = parser<GatewayConfig>(
  {
    type: "object",
    properties: {
      name: { type: "string", default: "" },
      network: { type: "string", pattern: NETWORK_PATTERN, default: DEFAULT_NETWORK },
      silentAfterS: { type: "integer", minimum: 30, maximum: 86_400, default: 300 },
      diagnostics: { enum: PASSES, default: "warnings" },
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);
