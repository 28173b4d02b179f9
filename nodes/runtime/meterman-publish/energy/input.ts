import {
  ENERGY_ROLES,
  type EnergyRequest,
  type EnergyRole,
  failed,
  ok,
  parseMeterId,
  type Result,
} from "../../../model/index.ts";
import { type Message, parser } from "../../shell/index.ts";

interface Wish {
  readonly meter: string;
  readonly as: EnergyRole;
}

/** `{meter, as}`, from a message or from the edit dialog. */
const wishOf = parser<Wish>(
  {
    type: "object",
    required: ["meter", "as"],
    properties: { meter: { type: "string", maxLength: 64 }, as: { enum: ENERGY_ROLES } },
    additionalProperties: false,
  },
  "METERMAN_BAD_MESSAGE",
);

export function parseEnergyRequest(payload: unknown): Result<EnergyRequest> {
  const wish = wishOf(payload);
  if (!wish.ok) {
    const { code, message, field } = wish.error;
    return failed(code, `${message}: the payload is {meter, as}, where as is grid or device`, field);
  }
  const meter = parseMeterId(wish.value.meter);
  return meter.ok ? ok({ meter: meter.value, as: wish.value.as }) : meter;
}

/** Whether a message asks for the Energy dashboard; the live power of a meter that is named "energy" does not. */
export function asksForEnergy({ topic, power }: Message): boolean {
  return topic === "energy" && power === undefined;
}
