import { rmSync } from "node:fs";
import { type DecisionReport, EPOCH_SCHEMA } from "../../model/index.ts";
import { nodeFile, parser, readJsonFile, writeDurably } from "../shell/index.ts";

const FORMAT = 1;
/** A day of a busy house. */
const MOST = 100;
const text = { type: "string", maxLength: 2000 } as const;
const parse = parser<{ readonly decisions: readonly DecisionReport[] }>(
  {
    type: "object",
    required: ["format", "decisions"],
    properties: {
      format: { const: FORMAT },
      decisions: {
        type: "array",
        maxItems: MOST,
        items: {
          type: "object",
          required: ["time", "load", "action", "level", "rule", "limit", "reason", "formula", "inputs", "dryRun"],
          properties: {
            time: EPOCH_SCHEMA,
            load: text,
            action: { enum: ["off", "on", "set"] },
            level: { type: "number" },
            rule: text,
            limit: { ...text, nullable: true },
            reason: text,
            formula: text,
            inputs: { type: "object", additionalProperties: { type: ["number", "null"] } },
            dryRun: { type: "boolean" },
          },
        },
      },
    },
  },
  "METERMAN_BAD_CONFIG",
);

/**
 * The last decisions, newest first, also those before a restart. They have a file of their own, written only when
 * something was decided: the ledger beside it changes far more often, and is small.
 */
export class DecisionLog {
  readonly #file: string | undefined;
  #decisions: readonly DecisionReport[] = [];

  /** A log that cannot be read begins anew: nothing is done by it. */
  constructor(folder: string, id: string) {
    this.#file = nodeFile(folder, "meterman-shed", id, ".decisions");
    if (this.#file === undefined) return;
    try {
      const parsed = parse(readJsonFile(this.#file));
      if (parsed.ok) this.#decisions = parsed.value.decisions;
    } catch {
      // What is on disk there is no log.
    }
  }

  get newestFirst(): readonly DecisionReport[] {
    return this.#decisions;
  }

  /** @param decisions oldest first. Throws when the disk does not take them; they are remembered all the same */
  add(decisions: readonly DecisionReport[]): void {
    if (decisions.length === 0) return;
    this.#decisions = [...decisions.toReversed(), ...this.#decisions].slice(0, MOST);
    if (this.#file === undefined) return;
    writeDurably(this.#file, JSON.stringify({ format: FORMAT, decisions: this.#decisions }));
  }

  remove(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true });
  }
}
