import { type EpochSeconds, epochSeconds } from "../../model/index.ts";
import type { Behaviour } from "../household/index.ts";
import { boot, checkClock, hello } from "./basis.ts";
import { typeText } from "./commands.ts";
import { integrate } from "./energy.ts";
import { causeFault, type Fault } from "./faults.ts";
import { bootGateway, reportDark } from "./gateway.ts";
import { behave, excite, fullLevel, type LoadName, tell } from "./house.ts";
import { poll } from "./poll.ts";
import { type Device, emptyState, NEVER, type SimulatorSettings, type SimulatorState } from "./state.ts";
import { closeEntry, sendUpdate } from "./updates.ts";

/**
 * A gateway that is switched on at `start`, its nodes a few seconds later.
 * @param playsPast the gateway knows simulated time from the start and keeps it whatever STIME says, until `holdClock(state, false)`
 */
export function createSimulator(settings: SimulatorSettings, start: EpochSeconds, playsPast = false): SimulatorState {
  const state = emptyState(settings, start);
  state.clockHeld = playsPast;
  bootGateway(state);
  return state;
}

/**
 * While held, the gateway keeps simulated time and acknowledges STIME without obeying: the server's now lies in the
 * future of what is being played. Released, STIME counts as on a real gateway.
 */
export function holdClock(state: SimulatorState, held: boolean): void {
  state.clockHeld = held;
}

function nextOf(device: Device): number {
  const { boot: on, hello: greet, close, update, poll: ask, clock } = device.due;
  return Math.min(on, greet, close, update, ask, clock);
}

function nextEvent(state: SimulatorState): number {
  let next = NEVER;
  for (const device of state.devices) next = Math.min(next, nextOf(device));
  for (const known of state.registry) next = Math.min(next, known.darkAt);
  return next;
}

/** Everything of one node that is due at this second. Entries close first: later acts see a settled register. */
function act(state: SimulatorState, device: Device): void {
  const { due } = device;
  if (due.close <= state.now) closeEntry(state, device);
  if (due.boot <= state.now) boot(state, device);
  if (due.hello <= state.now) hello(state, device);
  if (due.update <= state.now) sendUpdate(state, device);
  if (due.clock <= state.now) checkClock(state, device);
  if (due.poll <= state.now) poll(state, device);
}

function runTo(state: SimulatorState, now: number): void {
  for (let at = nextEvent(state); at <= now; at = nextEvent(state)) {
    state.now = epochSeconds(Math.max(state.now, at));
    for (const device of state.devices) if (nextOf(device) <= state.now) act(state, device);
    reportDark(state);
  }
  state.now = epochSeconds(Math.max(state.now, now));
}

function takeBytes(state: SimulatorState): Uint8Array {
  // One character per byte: what was typed comes back unchanged.
  const bytes = Uint8Array.from(state.out, (character) => character.charCodeAt(0));
  state.out = "";
  return bytes;
}

/**
 * Lets time pass until `now`; an earlier `now` changes nothing. The same bytes come out in whatever steps time passes.
 * @returns what the gateway's serial port sends meanwhile
 */
export function advance(state: SimulatorState, now: EpochSeconds): Uint8Array {
  runTo(state, now);
  return takeBytes(state);
}

/** Bytes from the server arrive at the moment the simulation stands at. @returns echo and answers */
export function receive(state: SimulatorState, bytes: Uint8Array): Uint8Array {
  typeText(state, Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return takeBytes(state);
}

/** A fault happens at the moment the simulation stands at. @returns what the gateway sends about it at once */
export function fault(state: SimulatorState, what: Fault): Uint8Array {
  causeFault(state, what);
  return takeBytes(state);
}

/**
 * Tells the named load of every household its level: 0 and 1 of a switch, amps of the car. It follows with the next slot
 * of 10 s, or as it behaves.
 * @param level absent: its highest
 */
export function command(state: SimulatorState, load: LoadName, level = fullLevel(load)): void {
  settle(state);
  for (const { house } of state.devices) if (house !== null) tell(house, load, level, state.now);
}

/** Lets something happen in every household after which the named load wants power: the car comes home, for one. */
export function want(state: SimulatorState, load: LoadName): void {
  settle(state);
  for (const { house } of state.devices) if (house !== null) excite(house, load, state.now);
}

/** How the named load of every household follows from now on; what is on its way still comes. */
export function setBehaviour(state: SimulatorState, load: LoadName, behaviour: Behaviour): void {
  for (const { house } of state.devices) if (house !== null) behave(house, load, behaviour);
}

/** Brings every meter's energy up to the present moment. */
export function settle(state: SimulatorState): void {
  integrate(state, state.now);
}
