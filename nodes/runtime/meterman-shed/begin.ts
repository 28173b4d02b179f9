import { fromLedger, type Held, highest, noShedding, type Shedding } from "../../demand/index.ts";
import type { Failure } from "../../model/index.ts";
import type { Shell } from "../shell/index.ts";
import type { ShedSettings } from "./config.ts";
import type { Kept } from "./saved.ts";

/** Catch nodes hear nothing that is said before the whole flow has been made. */
export function reportLater(shell: Shell<ShedSettings>, failure: Failure): void {
  shell.after(0, () => shell.report(failure));
}

/** The state after a restart, from what was kept, without loads that are not in the table any more. */
export function begin(shell: Shell<ShedSettings>, kept: Kept | null | undefined): Shedding {
  if (kept === null) {
    const message =
      "what was shed before the restart cannot be read and is set aside: look whether a load is still off";
    reportLater(shell, { code: "METERMAN_BAD_CONFIG", message });
  }
  if (kept === undefined || kept === null) return noShedding(shell.now());
  const state = fromLedger(kept.ledger, shell.now());
  const known = new Map(shell.config.loads.map((load) => [load.name, load]));
  const lost = [...state.held.keys()].filter((load) => !known.has(load));
  if (lost.length > 0) {
    const message = `${lost.join(", ")} was shed and is not in the table any more: switch it on yourself`;
    reportLater(shell, { code: "METERMAN_BAD_CONFIG", message });
  }
  const present = <V>(map: ReadonlyMap<string, V>) => new Map([...map].filter(([load]) => known.has(load)));
  const held = [...present(state.held)].map(([name, one]): [string, Held] => {
    const load = known.get(name);
    // The load's steps may be others by now: what it had before can be more than there is.
    const top = load === undefined ? one.fromLevel : highest(load);
    return [name, { ...one, fromLevel: Math.min(one.fromLevel, top), level: Math.min(one.level, top) }];
  });
  const { seen, learned, overrides, spared } = state;
  // What the owner sets in the editor counts more than an earlier switch by message or page.
  const isSet = kept.configuredDryRun !== null && kept.configuredDryRun !== shell.config.dryRun;
  return {
    ...state,
    dryRun: isSet ? null : state.dryRun,
    held: new Map(held),
    seen: present(seen),
    learned: present(learned),
    overrides: present(overrides),
    spared: present(spared),
  };
}
