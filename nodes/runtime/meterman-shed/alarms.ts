import type { AlarmReport, EpochSeconds } from "../../model/index.ts";

/** What is the matter now, in words that stay the same while it lasts; without `since` it is as old as it has been found. */
export type Finding = Omit<AlarmReport, "since"> & { readonly since?: EpochSeconds };

/** An alarm as it is told: when it comes, and with `active: false` when it is over. */
export type AlarmNotice = AlarmReport & { readonly active: boolean };

/** Remembers what is the matter, so that each change of it is told once. */
export class Alarms {
  #present: ReadonlyMap<string, AlarmReport> = new Map();

  /** Takes what is the matter now for what was. @returns what has gone and come since */
  look(findings: readonly Finding[], now: EpochSeconds): readonly AlarmNotice[] {
    const before = this.#present;
    const present = new Map(
      findings.map((one): [string, AlarmReport] => {
        const key = `${one.code} ${one.load ?? ""} ${one.message}`;
        return [key, { ...one, since: one.since ?? before.get(key)?.since ?? now }];
      }),
    );
    this.#present = present;
    const gone = [...before].filter(([key]) => !present.has(key)).map(([, one]) => ({ ...one, active: false }));
    const come = [...present].filter(([key]) => !before.has(key));
    return [...gone, ...come.map(([, one]) => ({ ...one, active: true }))];
  }

  get present(): readonly AlarmReport[] {
    return [...this.#present.values()];
  }
}
