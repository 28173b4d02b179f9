import { effectiveDryRun, type Shedding } from "../../demand/index.ts";
import type { EpochSeconds, Failure } from "../../model/index.ts";
import type { Shell } from "../shell/index.ts";
import { type Claimant, Claims, type Rival } from "./claims.ts";
import type { ShedSettings } from "./config.ts";

/** Whether this node may act on the meters that it hears and the entities that it drives. */
export class Acting {
  readonly #shell: Shell<ShedSettings>;
  readonly #claims: Claims;
  #since: EpochSeconds | null;
  #rival: Rival | null = null;

  /** @param since when it began to act, from before a restart; null: it did not */
  constructor(shell: Shell<ShedSettings>, since: EpochSeconds | null) {
    this.#shell = shell;
    this.#claims = new Claims(shell.RED);
    this.#since = since;
  }

  get since(): EpochSeconds | null {
    return this.#since;
  }

  /** Why it decides nothing; null while it does. */
  get refused(): Failure | null {
    return this.#rival === null ? null : failureOf(this.#rival);
  }

  /** The other shed node that has this house, by name. */
  get rivalName(): string | null {
    return this.#rival === null ? null : nameOf(this.#rival.owner);
  }

  /** Claims what `state` shows to be needed. A dry run needs nothing, once all that was really shed is given back. */
  look(state: Shedding, now: EpochSeconds): void {
    const dryRun = effectiveDryRun(state, this.#shell.config);
    const owes = [...state.held.values()].some((held) => !held.dryRun);
    if (dryRun && !owes) {
      this.#claims.release(this.#shell.id);
      this.#since = null;
      this.#rival = null;
      return;
    }
    const keys = this.#keys(state);
    const since = this.#since ?? now;
    const rival = this.#claims.take(this.#me(since), keys);
    if (rival !== null) this.#since = null;
    else if (keys.length > 0) this.#since = since;
    this.#rival = dryRun ? null : rival;
  }

  /** Why it may not end its dry run; null when it may. */
  objection(state: Shedding, now: EpochSeconds): Failure | null {
    const rival = this.#claims.rival(this.#me(this.#since ?? now), this.#keys(state));
    return rival === null ? null : failureOf(rival);
  }

  /** After a deploy: nodes may have gone. */
  sweep(): void {
    this.#claims.sweep();
  }

  /** A node that is only made anew keeps what it has. */
  close(removed: boolean): void {
    if (removed) this.#claims.release(this.#shell.id);
  }

  #me(since: EpochSeconds): Claimant {
    return { id: this.#shell.id, name: this.#shell.node.name ?? "", since };
  }

  #keys(state: Shedding): readonly string[] {
    const { driven, homeAssistant } = this.#shell.config;
    const meters = [...state.demands.values()].flatMap((demand) => demand.state.meters);
    const entities = [...driven.values()].map(({ entity }) => `${entity} @${homeAssistant}`);
    return [...new Set(meters.map((meter) => `meter ${meter}`)), ...entities];
  }
}

const nameOf = ({ id, name }: Claimant) => (name === "" ? id : name);

function failureOf({ owner, key }: Rival): Failure {
  const [what] = key.split(" @");
  const message = `the shed node ${nameOf(owner)} acts on ${what} already: remove one of the two, or let this one run dry`;
  return { code: "METERMAN_SHED_TAKEN", message };
}
