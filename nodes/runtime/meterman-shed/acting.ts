import { effectiveDryRun, type Shedding } from "../../demand/index.ts";
import type { EpochSeconds, Failure, MeterId } from "../../model/index.ts";
import type { Ending, Shell } from "../shell/index.ts";
import { type Claimant, Claims, type Rival } from "./claims.ts";
import type { ShedSettings } from "./config.ts";

/** Since when a node acts, and on which meters. */
export interface Acted {
  readonly since: EpochSeconds;
  readonly meters: readonly MeterId[];
}

/** Whether this node may act on the meters that it hears and the entities that it drives. */
export class Acting {
  readonly #shell: Shell<ShedSettings>;
  readonly #claims: Claims;
  #since: EpochSeconds | null;
  /** Meters from before a restart, until their demand nodes have spoken. */
  #kept: readonly MeterId[];
  #meters: readonly MeterId[] = [];
  #rival: Rival | null = null;

  /** @param kept from before a restart; null: it did not act then */
  constructor(shell: Shell<ShedSettings>, kept: Acted | null) {
    this.#shell = shell;
    this.#claims = new Claims(shell.RED);
    this.#since = kept?.since ?? null;
    this.#kept = kept?.meters ?? [];
  }

  /** What a restart must know; null while it does not act. */
  get acted(): Acted | null {
    return this.#since === null ? null : { since: this.#since, meters: this.#meters };
  }

  /** Why it decides nothing; null while it does. */
  refusal(state: Shedding): Failure | null {
    if (this.#rival === null) return null;
    const { code, message } = failureOf(this.#rival);
    // It may have shed for another meter before: nobody else knows of that.
    const names = reallyHeld(state).join(", ");
    return { code, message: names === "" ? message : `${message}; what is held here (${names}) stays as it is` };
  }

  /** The other shed node that has this house, by name. */
  get rivalName(): string | null {
    return this.#rival === null ? null : nameOf(this.#rival.owner);
  }

  /** Claims what `state` shows to be needed. A dry run needs nothing, once all that was really shed is given back. */
  look(state: Shedding, now: EpochSeconds): void {
    const dryRun = effectiveDryRun(state, this.#shell.config);
    if (dryRun && reallyHeld(state).length === 0) {
      this.#claims.release(this.#shell.id);
      this.#since = null;
      this.#rival = null;
      return;
    }
    const isOver = now - state.startedAt > this.#shell.config.demandTimeoutS;
    if (isOver || (state.demands.size > 0 && state.awaited.size === 0)) this.#kept = [];
    this.#meters = [...new Set([...this.#kept, ...metersOf(state)])];
    const keys = this.#keys(this.#meters);
    const since = this.#since ?? now;
    const rival = this.#claims.take(this.#me(since), keys);
    if (rival !== null) this.#since = null;
    else if (keys.length > 0) this.#since = since;
    this.#rival = dryRun ? null : rival;
  }

  /** Why it may not end its dry run; null when it may. */
  objection(state: Shedding, now: EpochSeconds): Failure | null {
    const rival = this.#claims.rival(this.#me(this.#since ?? now), this.#keys(metersOf(state)));
    return rival === null ? null : failureOf(rival);
  }

  /** After a deploy: nodes may have gone. */
  sweep(): void {
    this.#claims.sweep();
  }

  /** A node that is only made anew keeps what it has. */
  close(ending: Ending): void {
    if (ending !== "restart") this.#claims.release(this.#shell.id);
  }

  #me(since: EpochSeconds): Claimant {
    return { id: this.#shell.id, name: this.#shell.node.name ?? "", since };
  }

  #keys(meters: readonly MeterId[]): readonly string[] {
    const { driven, homeAssistant } = this.#shell.config;
    const entities = [...driven.values()].map(({ entity }) => `${entity} @${homeAssistant}`);
    return [...meters.map((meter) => `meter ${meter}`), ...entities];
  }
}

/** The loads that are held and not only in thought, by name. */
export const reallyHeld = (state: Shedding): readonly string[] =>
  [...state.held].filter(([, held]) => !held.dryRun).map(([load]) => load);

const metersOf = (state: Shedding) => [...state.demands.values()].flatMap((demand) => demand.state.meters);

const nameOf = ({ id, name }: Claimant) => (name === "" ? id : name);

function failureOf({ owner, key }: Rival): Failure {
  const [what] = key.split(" @");
  const message = `the shed node ${nameOf(owner)} acts on ${what} already: remove one of the two, or let this one run dry`;
  return { code: "METERMAN_SHED_TAKEN", message };
}
