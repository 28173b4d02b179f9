/** The room every other room may enter: units, results, identities, facts, readings and the questions between rooms. */
export * from "./adjustments.ts";
export * from "./demand-report.ts";
export * from "./energy-dashboard.ts";
export * from "./errors.ts";
export * from "./fact-schemas.ts";
export * from "./facts.ts";
export * from "./gateway-report.ts";
export * from "./identity.ts";
export * from "./live.ts";
export * from "./ports.ts";
export * from "./query.ts";
export * from "./reading.ts";
export * from "./result.ts";
export * from "./schemas.ts";
export * from "./snapshots.ts";
export * from "./units.ts";
export * from "./zone.ts";
