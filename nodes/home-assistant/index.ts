/** What to say to Home Assistant, how, when, and what its answers mean. */
export {
  atLeast,
  COMPANION_EVENT_SCHEMA,
  CONFIG_SCHEMA,
  type CompanionEvent,
  type ConfigEntry,
  ENTRIES_SCHEMA,
  ENTRY_CHANGES_SCHEMA,
  type EntryChanges,
  explain,
  type HomeAssistantConfig,
  REFUSAL_SCHEMA,
  type Refusal,
  refusalCode,
  TOPIC_EVENT_SCHEMA,
  type TopicEvent,
} from "./answers.ts";
export { keysFor, kwh, SENSOR_KEYS, SENSORS, type Sensor, type SensorKey, sensor, stateText } from "./components.ts";
export { decide } from "./decide.ts";
export { REPEAT_S } from "./due.ts";
export { type EnergyMeter, mergePrefs, ROLE_WORDS } from "./energy.ts";
export { ENERGY_VALIDATION_SCHEMA, type EnergyValidation, energyIssues, energyWords } from "./energy-issues.ts";
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
export { evolve, evolveAll } from "./evolve.ts";
export { DEVICE_KINDS, type DeviceKind, PATHS, type Path, type WantedPath } from "./kinds.ts";
export {
  type LoadTrouble,
  loadCall,
  loadEntityFault,
  powerEntityFault,
  powerTrouble,
  REGISTRY_EVENT_SCHEMA,
  type RegistryEvent,
  readLoad,
  readWatts,
} from "./loads.ts";
export type { LoadKind } from "./loads-domains.ts";
export { discovery } from "./mqtt.ts";
export { deviceSlug, entityId, type Identity, identityOf, topics, uniqueId } from "./naming.ts";
export { type Choice, choosePath, type Offers, STRATEGIES } from "./paths.ts";
export {
  type DevicePlan,
  EMPTY_PLAN,
  type Heard,
  METER_LIMIT,
  type Plan,
  type PlanEvent,
  type PlanInput,
} from "./plan.ts";
export { entityIn, REGISTRY_SCHEMA, type RegistryEntry } from "./registry.ts";
export { ATTRIBUTION } from "./rest.ts";
export type { About, Request, Say, Value } from "./say.ts";
export {
  HOUR_S,
  judgedFrom,
  planRepair,
  type Repair,
  type RepairOptions,
  type Series,
  type StatisticsRow,
  startOfHour,
  type Truth,
} from "./statistics.ts";
export {
  BOOKED_EVENT,
  CLOCK,
  METADATA_SCHEMA,
  type MetadataAnswer,
  RECORDER_INFO_SCHEMA,
  type RecorderInfo,
  repairMessage,
  STATISTICS_SCHEMA,
  type StatisticsAnswer,
  statisticsQuery,
  statisticsRows,
  unitIn,
} from "./statistics-wire.ts";
