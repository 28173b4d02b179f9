import type { EnergyAnswer, EnergyIssue } from "../model/index.ts";
import { ROLE_WORDS } from "./energy.ts";

/** `energy/validate`: by list and entry, what is wrong with which statistics. */
export type EnergyValidation = Readonly<Record<string, readonly (readonly RawIssue[])[]>>;
interface RawIssue {
  readonly type: string;
  /** Pairs of an id and a detail. */
  readonly affected_entities: readonly (readonly unknown[])[];
}
export const ENERGY_VALIDATION_SCHEMA = {
  type: "object",
  additionalProperties: {
    type: "array",
    items: {
      type: "array",
      items: {
        type: "object",
        required: ["type", "affected_entities"],
        properties: {
          type: { type: "string", maxLength: 100 },
          affected_entities: { type: "array", items: { type: "array" } },
        },
      },
    },
  },
} as const;

interface Meaning {
  readonly text: string;
  readonly passing?: true;
}

/** homeassistant/components/energy/validate.py: every issue of a statistic that is an entity. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>(
  Object.entries({
    statistics_not_defined: { text: "no statistics yet; the first come within five minutes", passing: true },
    entity_unavailable: { text: "no value at the moment; it comes when the meter is heard of", passing: true },
    entity_not_defined: { text: "does not exist; check that the publish node runs and shows no error" },
    recorder_untracked: { text: "not recorded: take it out of `exclude` in the recorder's settings" },
    entity_state_non_numeric: { text: "a value that is not a number: something else writes to it" },
    entity_negative_state: { text: "a negative value: something else writes to it" },
    entity_unexpected_device_class: { text: "another device class: undo that in Home Assistant's settings" },
    entity_unexpected_state_class: { text: "another state class: undo that in Home Assistant's settings" },
    entity_unexpected_unit_energy: { text: "a unit that is none of energy: undo that in the entity's settings" },
    entity_unexpected_unit_power: { text: "a unit that is none of power: undo that in the entity's settings" },
  }),
);

/** The issues of `validation` that are about `entities`, each in words. An issue that is new to us says its type. */
export function energyIssues(validation: EnergyValidation, entities: readonly string[]): readonly EnergyIssue[] {
  const found = new Map<string, EnergyIssue>();
  for (const { type, affected_entities: affected } of Object.values(validation).flat(2)) {
    for (const [entity] of affected) {
      if (typeof entity !== "string" || !entities.includes(entity)) continue;
      const { text, passing } = MEANINGS.get(type) ?? { text: `Home Assistant says: ${type.replaceAll("_", " ")}` };
      found.set(`${type} ${entity}`, { type, entity, text, passing: passing === true });
    }
  }
  return [...found.values()];
}

const CHANGES: Readonly<Record<EnergyAnswer["change"], (role: string) => string>> = {
  added: (role) => `is in the Energy dashboard now, as ${role}`,
  completed: (role) => `was in the Energy dashboard as ${role}, and got what it lacked there`,
  none: (role) => `is in the Energy dashboard, as ${role}`,
};

/** What became of a request, for the person who made it. */
export function energyWords(name: string, { change, as, issues }: Omit<EnergyAnswer, "text">): string {
  const done = `${name} ${CHANGES[change](ROLE_WORDS[as])}.`;
  const about = (trouble: string) => issues.flatMap(({ text, entity }) => (text === trouble ? [entity] : []));
  const troubles = [...new Set(issues.map(({ text }) => text))].map((text) => `${about(text).join(", ")}: ${text}.`);
  return [done, ...troubles].join(" ");
}
