import type { EpochSeconds } from "../../model/index.ts";

const DAY_S = 86_400;

/** `14:20 yesterday`, in local time; further back with the date. */
export function whenInWords(at: EpochSeconds, now: EpochSeconds): string {
  const time = new Date(at * 1000);
  const day = (when: EpochSeconds) => new Date(when * 1000).toDateString();
  const clock = `${String(time.getHours()).padStart(2, "0")}:${String(time.getMinutes()).padStart(2, "0")}`;
  if (day(at) === day(now)) return `${clock} today`;
  if (new Date((now - DAY_S) * 1000).toDateString() === day(at)) return `${clock} yesterday`;
  return `${clock} on ${time.getFullYear()}-${String(time.getMonth() + 1).padStart(2, "0")}-${String(time.getDate()).padStart(2, "0")}`;
}
