import { actionWords } from "./log.ts";
import type { Answer } from "./state.ts";

/** What to say aloud that was not so a moment ago: decisions and alarms. Empty when there is nothing new. */
export function news(before: Answer | null, after: Answer): string {
  if (before === null) return "";
  const said: string[] = [];
  for (const shed of after.shed) {
    const earlier = before.shed.find(({ id }) => id === shed.id);
    if (earlier === undefined) continue;
    const latest = earlier.decisions[0]?.time ?? 0;
    for (const one of shed.decisions) {
      if (one.time > latest) said.push(`${actionWords(one)}: ${one.reason}`);
    }
    for (const alarm of shed.alarms) {
      const isKnown = earlier.alarms.some(({ code, load }) => code === alarm.code && load === alarm.load);
      if (!isKnown) said.push(alarm.message);
    }
    if (shed.dryRun !== earlier.dryRun) said.push(shed.dryRun ? "Dry run begins" : "Dry run ends: loads are switched");
  }
  return said.slice(0, 5).join(". ");
}
