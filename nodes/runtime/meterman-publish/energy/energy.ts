import {
  CONFIG_SCHEMA,
  ENERGY_PREFS_SCHEMA,
  ENERGY_VALIDATION_SCHEMA,
  type EnergyPrefs,
  type EnergyUpdate,
  type EnergyValidation,
  energyIssues,
  energyWords,
  type HomeAssistantConfig,
  mergePrefs,
  placeOf,
} from "../../../home-assistant/index.ts";
import {
  type EnergyAnswer,
  type EnergyIssue,
  type EnergyRequest,
  failed,
  type MeterId,
  ok,
  type Result,
} from "../../../model/index.ts";
import type { HomeAssistantService } from "../../services.ts";
import { parser, SerialQueue } from "../../shell/index.ts";

const configOf = parser<HomeAssistantConfig>(CONFIG_SCHEMA, "METERMAN_HA_CALL");
const prefsOf = parser<EnergyPrefs>(ENERGY_PREFS_SCHEMA, "METERMAN_HA_ENERGY");
const validationOf = parser<EnergyValidation>(ENERGY_VALIDATION_SCHEMA, "METERMAN_HA_ENERGY");

/** Home Assistant makes its first statistics of a new sensor within five minutes. */
export const LOOK_AGAIN_S = 330;

export interface EnergyParts {
  readonly service: HomeAssistantService;
  /** Name of a meter that Home Assistant was told of; undefined of any other. */
  nameOf(meter: MeterId): string | undefined;
  /** Entity id of a sensor now; METERMAN_HA_ENTITY when Home Assistant has none. */
  entityOf(meter: MeterId, sensor: "energy" | "power"): Promise<Result<string>>;
  after(delayS: number, job: () => Promise<void>): void;
  /** What was found when it looked again. */
  told(answer: EnergyAnswer): void;
}

/**
 * One request at a time for each Home Assistant, whichever node asks: reading, merging and saving belong together. All
 * publish nodes are in one bundle, so a variable is enough.
 */
const queues = new WeakMap<HomeAssistantService, SerialQueue>();

/** Puts meters into Home Assistant's Energy dashboard, only when somebody asks. */
export class EnergyDashboard {
  readonly #parts: EnergyParts;
  readonly #queue: SerialQueue;

  constructor(parts: EnergyParts) {
    this.#parts = parts;
    this.#queue = queues.get(parts.service) ?? new SerialQueue();
    queues.set(parts.service, this.#queue);
  }

  /**
   * Adds a meter beside everything that is there, reads it back and has Home Assistant check it.
   * @returns METERMAN_UNKNOWN_METER, METERMAN_HA_ENTITY (not published yet), METERMAN_HA_ENERGY, METERMAN_HA_AUTH
   * (the token's user is no administrator), METERMAN_HA_UNREACHABLE or METERMAN_HA_CALL
   */
  async add(request: EnergyRequest): Promise<Result<EnergyAnswer>> {
    let result: Result<EnergyAnswer> = failed("METERMAN_INTERNAL", "the request was not carried out");
    await this.#queue.push(async () => {
      result = await this.#add(request);
    });
    if (result.ok && result.value.issues.some(({ passing }) => passing)) this.#lookAgain(result.value);
    return result;
  }

  async #add({ meter, as }: EnergyRequest): Promise<Result<EnergyAnswer>> {
    const name = this.#parts.nameOf(meter);
    if (name === undefined) {
      return failed("METERMAN_UNKNOWN_METER", "no meter with that id is published to Home Assistant", "meter");
    }
    const answered = await this.#parts.service.request({ type: "get_config" });
    const config = answered.ok ? configOf(answered.value) : answered;
    if (!config.ok) return config;
    const energy = await this.#parts.entityOf(meter, "energy");
    if (!energy.ok) return energy;
    // A meter whose power nobody heard of yet has no such sensor: it is completed when asked for again.
    const power = await this.#parts.entityOf(meter, "power");
    const found = power.ok ? { power: power.value } : {};

    const before = await this.#read();
    if (!before.ok) return before;
    const wanted = { as, energy: energy.value, name, ...found };
    const update = mergePrefs(before.value, wanted, config.value.version);
    if (!update.ok) return update;
    const saved = await this.#save(update.value, energy.value, as);
    if (!saved.ok) return saved;

    const was = before.value === null ? undefined : placeOf(before.value, energy.value);
    const change = was === undefined ? "added" : Object.keys(update.value).length > 0 ? "completed" : "none";
    const powerEntity = power.ok ? power.value : null;
    const issues = await this.#issues(energy.value, powerEntity);
    if (!issues.ok) return issues;
    const answer = { meter, as, change, energyEntity: energy.value, powerEntity, issues: issues.value } as const;
    return ok({ ...answer, text: energyWords(name, answer) });
  }

  /** null where nothing was ever saved. */
  async #read(): Promise<Result<EnergyPrefs | null>> {
    const answer = await this.#parts.service.request({ type: "energy/get_prefs" });
    if (answer.ok) return prefsOf(answer.value);
    if (answer.error.code === "METERMAN_NOT_FOUND") return ok(null);
    if (answer.error.code !== "METERMAN_UNSUPPORTED") return answer;
    return failed(
      "METERMAN_HA_ENERGY",
      "Home Assistant runs without its Energy part: add `energy:` to its configuration",
    );
  }

  async #save(update: EnergyUpdate, energy: string, as: EnergyRequest["as"]): Promise<Result<void>> {
    if (Object.keys(update).length === 0) return ok(undefined);
    const saved = await this.#parts.service.request({ type: "energy/save_prefs", ...update });
    if (!saved.ok) return saved;
    const after = await this.#read();
    if (!after.ok) return after;
    if (after.value !== null && placeOf(after.value, energy)?.kind === as) return ok(undefined);
    return failed("METERMAN_HA_ENERGY", "somebody else changed the Energy dashboard at the same moment: ask again");
  }

  async #issues(energy: string, power: string | null): Promise<Result<readonly EnergyIssue[]>> {
    const answer = await this.#parts.service.request({ type: "energy/validate" });
    const validation = answer.ok ? validationOf(answer.value) : answer;
    return validation.ok ? ok(energyIssues(validation.value, power === null ? [energy] : [energy, power])) : validation;
  }

  /** Statistics of a new sensor are not there yet: whether they came is told without being asked again. */
  #lookAgain(answer: EnergyAnswer): void {
    this.#parts.after(LOOK_AGAIN_S, async () => {
      const issues = await this.#issues(answer.energyEntity, answer.powerEntity);
      if (!issues.ok) return;
      const again = { ...answer, change: "none" as const, issues: issues.value };
      const name = this.#parts.nameOf(answer.meter) ?? answer.meter;
      this.#parts.told({ ...again, text: energyWords(name, again) });
    });
  }
}
