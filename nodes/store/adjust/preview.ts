import { type AdjustmentKind, type AdjustmentPreview, epochSeconds } from "../../model/index.ts";
import { consumptionOf } from "../consumption.ts";
import type { Days } from "../views.ts";
import type { Desk } from "./desk.ts";
import type { Plan } from "./plan.ts";
import { countReadings } from "./registers.ts";

/** What a span without end is looked at up to: no reading is later. */
const LAST_S = 4_102_444_800;

/** What a plan does to the span that it touches. */
export async function previewOf(
  desk: Desk,
  meter: string,
  kind: AdjustmentKind,
  { from, to, ops, sheet, leftOut }: Plan,
): Promise<AdjustmentPreview> {
  const span = { from: from === null ? null : epochSeconds(from), to: to === null ? null : epochSeconds(to) };
  const look = async (days: Days) => {
    const [start, end] = [span.from ?? epochSeconds(0), span.to ?? epochSeconds(LAST_S)];
    if (ops.length === 0) return { energy: 0, readings: 0 };
    const { wh } = await consumptionOf(days, start, end);
    return { energy: wh, readings: await countReadings(days, start, end) };
  };
  const [before, after] = [await look(desk.days(meter)), await look(desk.with(meter, ops, sheet))];
  return {
    kind,
    ...span,
    beforeWh: before.energy,
    afterWh: after.energy,
    readingsBefore: before.readings,
    readingsAfter: after.readings,
    leftOut,
  };
}
