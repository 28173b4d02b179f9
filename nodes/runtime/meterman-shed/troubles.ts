import type { LoadTrouble } from "../../home-assistant/index.ts";
import type { EpochSeconds, Failure } from "../../model/index.ts";

interface Row {
  /** In the status line, before the names. */
  readonly label: string;
  readonly code: Failure["code"];
  /** How long it must have lasted to be an error; null: it never is one, for the connection's own node says it. */
  readonly graceS: number | null;
  /** Nobody but the owner can mend it: it comes first in the status. */
  readonly isFault: boolean;
}

/** A device that is out of reach for a moment is everyday, and so are the seconds in which an entity is renamed. */
export const TROUBLES: Readonly<Record<LoadTrouble["kind"], Row>> = {
  missing: { label: "not in Home Assistant", code: "METERMAN_HA_ENTITY", graceS: 3, isFault: true },
  unfit: { label: "does not fit", code: "METERMAN_BAD_CONFIG", graceS: 3, isFault: true },
  unavailable: { label: "unavailable", code: "METERMAN_HA_ENTITY", graceS: 60, isFault: false },
  unknown: { label: "state unknown", code: "METERMAN_HA_ENTITY", graceS: 60, isFault: false },
  assumed: { label: "not verified", code: "METERMAN_HA_ENTITY", graceS: 3, isFault: false },
  unmeasured: { label: "no use of its power sensor", code: "METERMAN_HA_ENTITY", graceS: 3, isFault: false },
  unheard: { label: "no word from Home Assistant", code: "METERMAN_HA_UNREACHABLE", graceS: null, isFault: false },
};

interface Entry {
  readonly trouble: LoadTrouble | null;
  /** null while the connection is away: that time does not count. */
  readonly since: EpochSeconds | null;
  readonly isReported: boolean;
}

type LoadFailure = Failure & { readonly load: string };

function failureOf(load: string, { kind, words }: LoadTrouble): LoadFailure {
  return { load, code: TROUBLES[kind].code, message: `${load}: ${words}` };
}

/** Remembers which loads cannot be driven and why, so that each reason is told once. */
export class Troubles {
  readonly #entries = new Map<string, Entry>();

  /** @returns whether that is news to be told */
  hear(load: string, trouble: LoadTrouble | null, now: EpochSeconds): boolean {
    const before = this.#entries.get(load);
    if (trouble?.kind === "unheard") {
      if (before !== undefined) this.#entries.set(load, { ...before, since: null });
      return false;
    }
    if (before !== undefined && before.trouble?.words === trouble?.words) {
      if (before.since === null) this.#entries.set(load, { ...before, since: now });
      return false;
    }
    this.#entries.set(load, { trouble, since: now, isReported: false });
    return before !== undefined || trouble !== null;
  }

  /** The troubles that have lasted; each is told once. */
  due(now: EpochSeconds): readonly LoadFailure[] {
    return [...this.#entries].flatMap(([load, entry]): LoadFailure[] => {
      if (entry.trouble === null || entry.since === null || entry.isReported) return [];
      const { graceS } = TROUBLES[entry.trouble.kind];
      if (graceS === null || now - entry.since < graceS) return [];
      this.#entries.set(load, { ...entry, isReported: true });
      return [failureOf(load, entry.trouble)];
    });
  }

  /** Those that were told and are not over. */
  get lasting(): readonly LoadFailure[] {
    return [...this.#entries].flatMap(([load, { trouble, isReported }]) =>
      trouble === null || !isReported ? [] : [failureOf(load, trouble)],
    );
  }
}
