/** What to say to Home Assistant, how, when, and what its answers mean. */
export {
  atLeast,
  COMPONENT_EVENT_SCHEMA,
  CONFIG_SCHEMA,
  type ComponentEvent,
  explain,
  type HomeAssistantConfig,
  type HomeAssistantServices,
  REFUSAL_SCHEMA,
  type Refusal,
  refusalCode,
  SERVICES_SCHEMA,
  TOPIC_EVENT_SCHEMA,
  type TopicEvent,
} from "./answers.ts";
export { EXPIRE_S, kwh } from "./components.ts";
export { decide, KEEP_ALIVE_S, METER_LIMIT, POWER_EVERY_S, REPEAT_S, STALE_S } from "./decide.ts";
export { type EnergyMeter, mergePrefs, ROLE_WORDS } from "./energy.ts";
export { ENERGY_VALIDATION_SCHEMA, type EnergyValidation, energyIssues } from "./energy-issues.ts";
export {
  ENERGY_PREFS_SCHEMA,
  type EnergyEntry,
  type EnergyPrefs,
  type EnergyUpdate,
  placeOf,
} from "./energy-prefs.ts";
export {
  type Absence,
  ENTITIES_EVENT_SCHEMA,
  type EntitiesEvent,
  type EntityView,
  evolveEntity,
  UNSEEN,
} from "./entities.ts";
export { evolve } from "./evolve.ts";
export { deviceSlug, entityId, type Identity, identityOf, topics, uniqueId } from "./naming.ts";
export {
  type Choice,
  choosePath,
  discovery,
  PATHS,
  type Path,
  type Request,
  type Say,
  STRATEGIES,
  type WantedPath,
} from "./paths.ts";
export { EMPTY_PLAN, type MeterPlan, type Plan, type PlanEvent, type PlanInput } from "./plan.ts";
export { WAYS, type Way } from "./say.ts";
