import { integrate, pulses } from "./energy.ts";
import { print } from "./lines.ts";
import { arrives, askTime, gatewayClock, log, nodeClock, touch } from "./radio.ts";
import { type Device, NEVER, type SimulatorState } from "./state.ts";
import { account, beginEntry, flushHeld } from "./updates.ts";

const CLOCK_EVERY_S = 900;
/** The clock is set when it is off by more. */
const CLOCK_TOLERANCE_S = 3;
export const POLL_EVERY_S = 600;

/** The register restarts elsewhere: what the lines showed of the old stretch is final. */
export function closeAccount(device: Device): void {
  const a = device.account;
  a.closedWh += (a.last ?? 0) - (a.first ?? 0);
  a.first = null;
  a.last = null;
}

/** Time or register basis changed: entries start anew from here, and MREB says so. */
export function rebase(state: SimulatorState, device: Device): void {
  integrate(state, state.now);
  flushHeld(state, device);
  device.pending = [];
  device.aligned = false;
  device.sentAt = state.now;
  device.due.update = NEVER;
  device.baseAt = state.now;
  beginEntry(device, state.now);
  device.baseRegister = device.entryRegister;
  sendRebase(state, device, nodeClock(device, state.now), device.entryRegister);
}

function sendRebase(state: SimulatorState, device: Device, time: number, registerWh: number): void {
  const text = `MREB,${time},${registerWh}`;
  const arrived = arrives(state, device) && !device.loseRebase;
  device.loseRebase = false;
  let whole = false;
  if (arrived) {
    log(state, device, text);
    const known = touch(state, device.settings.node);
    known.lastFinish = time;
    known.lastRegister = registerWh;
    whole = print(state, `G>S:MREB;${device.settings.node},${text}`, true);
  }
  if (whole) account(device, registerWh, registerWh);
  else device.account.hiddenRebases += 1;
}

/** Power off and on: register 0, no clock, nothing of what was not sent yet. */
export function reboot(state: SimulatorState, device: Device): void {
  integrate(state, state.now);
  flushHeld(state, device);
  device.bootedAt = null;
  device.pending = [];
  Object.assign(device.due, {
    boot: state.now + 5,
    hello: NEVER,
    close: NEVER,
    update: NEVER,
    poll: NEVER,
    clock: NEVER,
  });
}

/** The node asks for the time until it gets it, and counts from then on. */
export function boot(state: SimulatorState, device: Device): void {
  const deaf = state.now < device.darkUntil || state.typed !== "";
  if (deaf || !askTime(state, device, 0)) {
    device.due.boot = state.now + 10;
    return;
  }
  integrate(state, state.now);
  closeAccount(device);
  device.offset = gatewayClock(state) - state.now;
  device.pulsesStart = pulses(device);
  device.registerStart = 0;
  device.intervalS = device.settings.intervalS;
  device.pollUntil = 0;
  device.bootedAt = state.now;
  device.aligned = false;
  device.baseAt = state.now;
  device.baseRegister = 0;
  device.sentAt = state.now;
  beginEntry(device, state.now);
  const { due } = device;
  due.boot = NEVER;
  due.hello = state.now + 3;
  due.poll = state.now + POLL_EVERY_S;
  due.clock = state.now + CLOCK_EVERY_S;
}

/** The two messages that follow a boot. */
export function hello(state: SimulatorState, device: Device): void {
  device.due.hello = NEVER;
  const { node } = device.settings;
  const text = "BOOT v10. Flags: 1";
  if (arrives(state, device)) {
    log(state, device, `GMSG,${text}`);
    touch(state, node);
    print(state, `INFO: Got bcast from node ${node}: GMSG,${text}`);
    // ⚠ v10 leaves garbage of its buffer behind the text.
    print(state, `G>S:GMSG;${node},GMSG,${text} R_FLG 0xC0 UN`);
    print(state, "");
  }
  sendRebase(state, device, nodeClock(device, device.bootedAt ?? state.now), 0);
}

/**
 * Sets the register as the node does on MVAI. ⚠ v10 keeps the value as a 32-bit float, and ignores 3e9 and more
 * although the gateway had acknowledged it.
 */
export function setRegister(state: SimulatorState, device: Device, registerWh: number): void {
  if (registerWh >= 3e9) return;
  integrate(state, state.now);
  closeAccount(device);
  device.pulsesStart = pulses(device);
  device.registerStart = Math.fround(registerWh);
  rebase(state, device);
}

/** Lets intervals of a new length begin; also repairs a node that interval 0 had silenced. */
export function changeInterval(state: SimulatorState, device: Device, intervalS: number): void {
  integrate(state, state.now);
  const broken = device.intervalS === 0;
  device.intervalS = intervalS;
  if (broken) rebase(state, device);
  else if (intervalS === 0) device.due.close = NEVER;
}

/** The regular look at the clock. */
export function checkClock(state: SimulatorState, device: Device): void {
  device.due.clock = state.now + CLOCK_EVERY_S;
  if (!arrives(state, device) || !askTime(state, device, nodeClock(device, state.now))) return;
  const drift = gatewayClock(state) - nodeClock(device, state.now);
  if (Math.abs(drift) <= CLOCK_TOLERANCE_S) return;
  device.offset += drift;
  rebase(state, device);
}
