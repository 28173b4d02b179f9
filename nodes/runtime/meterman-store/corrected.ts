import type { Adjustments, Directory, MeterSummary } from "../../model/index.ts";

/** The list of meters with what people have corrected: names, registers, and which meters go on as another one. */
export function correctedDirectory(directory: Directory, adjustments: Adjustments): Directory {
  const corrected = (meter: MeterSummary): MeterSummary => {
    const { id, name, registerWh } = meter;
    const mergedInto = adjustments.mergedInto(id);
    return {
      ...meter,
      name: adjustments.nameOf(id) ?? name,
      registerWh: registerWh === null ? null : adjustments.registerOf(id, registerWh),
      ...(mergedInto === undefined ? {} : { mergedInto }),
    };
  };
  return {
    list: (now) => directory.list(now).map(corrected),
    find(id, now) {
      const meter = directory.find(id, now);
      return meter === undefined ? undefined : corrected(meter);
    },
  };
}
