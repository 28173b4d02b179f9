import type { LoadRow } from "./rows.ts";
import { field, line, pick, tick, type Words } from "./widgets.ts";

const WHEN_STALE = ["auto", "hold", "minimum", "restore"];

/** What is set in the fold, so that nothing is hidden by it: `off for 300 s at least · switch.boiler`. */
function summary(load: LoadRow, words: Words): string {
  const times = (["minOnS", "minOffS", "maxOffS"] as const)
    .filter((name) => !["", "0"].includes(load[name]))
    .map((name) => `${words(`set.${name}`)} ${load[name]} s`);
  const flags = (["critical", "offPeakOnly", "surplus"] as const)
    .filter((name) => load[name])
    .map((name) => words(`load.${name}`));
  const stale = load.whenStale === "auto" ? [] : [words(`whenStale.${load.whenStale}`)];
  return [...flags, ...times, load.phases, ...stale, load.entity, load.powerEntity]
    .filter((text) => text !== "")
    .join(" · ");
}

/** Adds the fold with what a plain load can do without. `show` brings its title up to date. */
export function addMore(row: JQuery, load: LoadRow, words: Words): { show(now: LoadRow): void } {
  const fold = $("<details/>", { class: "meterman-more" }).appendTo(row);
  const title = $("<summary/>").appendTo(fold);
  const heading = (key: string) => $("<div/>", { class: "meterman-heading", text: words(`heading.${key}`) });
  fold.append(heading("may"));
  const flags = line(fold);
  tick(flags, "critical", load.critical, words);
  tick(flags, "offPeakOnly", load.offPeakOnly, words);
  tick(flags, "surplus", load.surplus, words);
  const times = line(fold);
  field(times, "minOnS", String(load.minOnS), "1 1 80px", words);
  field(times, "minOffS", String(load.minOffS), "1 1 80px", words);
  field(times, "maxOffS", String(load.maxOffS), "1 1 80px", words);
  const wiring = line(fold);
  field(wiring, "phases", load.phases, "1 1 100px", words);
  pick(wiring, "whenStale", load.whenStale, WHEN_STALE, "2 1 180px", words);
  fold.append(heading("entities"));
  const entities = line(fold);
  field(entities, "entity", load.entity, "1 1 180px", words);
  field(entities, "powerEntity", load.powerEntity, "1 1 180px", words);
  return {
    show(now) {
      const set = summary(now, words);
      title.text(set === "" ? words("heading.more") : `${words("heading.more")}: ${set}`);
    },
  };
}
