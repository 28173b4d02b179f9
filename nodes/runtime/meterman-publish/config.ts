import { PATHS, type WantedPath } from "../../home-assistant/index.ts";
import { parser } from "../shell/index.ts";

export interface PublishConfig {
  /** Ids of configuration nodes; empty: none. */
  readonly homeAssistant: string;
  readonly broker: string;
  readonly store: string;
  readonly path: WantedPath;
}

const id = { type: "string", default: "" };
export const config = parser<PublishConfig>(
  {
    type: "object",
    properties: { homeAssistant: id, broker: id, store: id, path: { enum: ["auto", ...PATHS], default: "auto" } },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);
