/** A simulated v10 gateway with its meters: bytes out, commands and faults in, and the truth to compare with. */
export { FAULT_KINDS, type Fault, type FaultKind } from "./faults.ts";
export { LOAD_NAMES, type LoadName } from "./house.ts";
export { PROFILES, type Profile } from "./profile.ts";
export { advance, command, createSimulator, fault, holdClock, receive, setBehaviour, want } from "./simulator.ts";
export type { MeterSettings, SimulatorSettings, SimulatorState } from "./state.ts";
export { loadStates, type MeterTruth, type SimulatedLoad, truth } from "./truth.ts";
