import type { Adjustment, AdjustmentKind, AdjustmentPreview } from "../../../../model/index.ts";
import { kwh, kwhChange } from "./kwh.ts";
import { spanWords } from "./local-time.ts";

/** Names of meters by their id; one that is not known is called by its id. */
export type NameOf = (meter: string) => string;

type Details = Adjustment["details"];

const number = (value: Details[string] | undefined) => (typeof value === "number" ? value : 0);

/** What was done, without when: "96 readings brought, where there were none". */
export function whatWords({ kind, details, readings }: Adjustment, nameOf: NameOf): string {
  switch (kind) {
    case "delete":
      return `Span deleted${tail(details)}`;
    case "upload":
      return `${count(readings, "reading")} brought${details.mode === "fill" ? ", where there were none" : ""}${tail(details)}`;
    case "generate":
      return `Energy filled in, ${shape(details)}${tail(details)}`;
    case "rebase":
      return `Register set to ${kwh(number(details.registerWh))}`;
    case "lift":
      return `Registers shifted by ${kwhChange(number(details.wh))}`;
    case "merge":
      return `Joined with ${nameOf(String(details.source))}`;
    case "rename":
      return `Renamed to “${String(details.name)}”`;
    case "check":
      return `Display read ${kwh(number(details.displayWh))}`;
    default:
      return kind satisfies never;
  }
}

/** What it does or would do, in one sentence; the figures stand below it. */
export function previewWords(preview: AdjustmentPreview, zone: string): string {
  const { kind, beforeWh, afterWh, from, to } = preview;
  const span = spanWords(from, to, zone);
  const change = afterWh - beforeWh;
  const when = span === "" ? "" : `, ${span}`;
  if (kind === "rename") return "The meter gets its new name. No reading changes.";
  if (kind === "check") return `This is kept to compare with${when}. No reading changes.`;
  if (kind === "rebase" || kind === "lift") return `Registers change${when}. The energy of the readings stays.`;
  if (change === 0) return `The energy stays at ${kwh(afterWh)}${when}.`;
  return `${kwh(Math.abs(change))} ${change < 0 ? "less" : "more"} than now${when}.`;
}

/** Said after it was done. */
export function doneWords({ kind, changeWh, from, to }: Adjustment, zone: string): string {
  const span = spanWords(from, to, zone);
  const when = span === "" ? "" : ` for ${span}`;
  return movesEnergy(kind) && changeWh !== 0 ? `Done: ${kwhChange(changeWh)}${when}.` : "Done.";
}

/** Whether before and after are worth a table. */
export function movesEnergy(kind: AdjustmentKind): boolean {
  return kind === "delete" || kind === "upload" || kind === "generate" || kind === "merge";
}

export function count(many: number, one: string): string {
  return `${many} ${many === 1 ? one : `${one}s`}`;
}

function shape({ likeDays }: Details): string {
  const days = number(likeDays);
  return days === 0 ? "evenly" : `like ${count(days, "day")} before`;
}

function tail({ lift }: Details): string {
  return lift === true ? ", later registers follow" : "";
}
