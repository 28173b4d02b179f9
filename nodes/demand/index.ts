/** Demand: windows on the utility's clock, tariffs as data, and the decisions that keep a window under its limit. */
export { CALENDAR_SCHEMA, type Calendar, HOLIDAY_PATTERN, inCalendar } from "./calendar.ts";
export * from "./demand.ts";
export * from "./demand-decide.ts";
export { evolveDemand } from "./demand-evolve.ts";
export * from "./grid.ts";
export { highest, isOff, type Load, type Seen, share } from "./load.ts";
export {
  averageFigure,
  type Candidate,
  figure,
  type PeriodPeak,
} from "./peaks.ts";
export * from "./projection.ts";
export { rebuildDemand } from "./rebuild.ts";
export * from "./shed/decide.ts";
export * from "./shed/events.ts";
export { evolveShed } from "./shed/evolve.ts";
export * from "./shed/ledger.ts";
export { isUnheard, type Limit, limitsOf } from "./shed/limits.ts";
export { type ReportFrame, shedReport } from "./shed/report.ts";
export * from "./shed/shedding.ts";
export type { Situation } from "./shed/situation.ts";
export { why } from "./shed/why.ts";
export * from "./state.ts";
export * from "./tariff.ts";
export { calendarWords, tariffWords } from "./tariff-words.ts";
export * from "./tariffs.ts";
export { BILLABLE_COVERAGE, type Window } from "./window.ts";
