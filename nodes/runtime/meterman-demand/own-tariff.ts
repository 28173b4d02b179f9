import { TARIFF_SCHEMA, type Tariff, tariffFault } from "../../demand/index.ts";
import { failed, ok, type Result } from "../../model/index.ts";
import { judge } from "../editor/judge.ts";
import { parser } from "../shell/index.ts";

const shape = parser<Tariff>(TARIFF_SCHEMA, "METERMAN_BAD_CONFIG");

/** A tariff of the owner's own, from the JSON that is saved; what is wrong with it is told in the words of the editor. */
export function ownTariff(text: string): Result<Tariff> {
  const wrong = (words: string) => failed("METERMAN_BAD_CONFIG", words, "tariffJson");
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return wrong("the tariff is not valid JSON: look for a missing comma or quote");
  }
  const parsed = shape(given);
  if (!parsed.ok) return wrong(`tariff: ${judge(TARIFF_SCHEMA, given) ?? parsed.error.message}`);
  const fault = tariffFault(parsed.value);
  return fault === null ? parsed : wrong(`tariff: ${fault}`);
}

/** A tariff on another clock than its own, where the owner names one. */
export function onClock(tariff: Tariff, zone: string): Result<Tariff> {
  return ok(zone === "" ? tariff : { ...tariff, zone });
}
