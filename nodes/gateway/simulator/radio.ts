import { print } from "./lines.ts";
import { draw, drawWhole } from "./random.ts";
import type { Device, Registration, SimulatorState } from "./state.ts";

/** The gateway reports a node that was silent for more than this. */
export const DARK_AFTER_S = 600;

/** The gateway's own clock. */
export function gatewayClock(state: SimulatorState): number {
  return state.now + state.clockOffset;
}

/** The node's own clock at simulated time `at`. */
export function nodeClock(device: Device, at: number): number {
  return at + device.offset;
}

/** Registers the node with the gateway, like every frame, and says that it was heard now. */
export function touch(state: SimulatorState, node: number): Registration {
  const heard = { lastSeen: gatewayClock(state), darkAt: state.now + DARK_AFTER_S + 1 };
  const known = state.registry.find((one) => one.node === node);
  if (known !== undefined) return Object.assign(known, heard);
  const fresh = { node, ...heard, ginr: null, drift: 0, lastFinish: 0, lastRegister: 0, queue: {} };
  state.registry.push(fresh);
  return fresh;
}

/**
 * Does a frame of this node arrive? A lost one is lost for good: v10 gives up after 4 tries. ⚠ Characters without a CR
 * on the serial line make a v10 gateway deaf.
 */
export function arrives(state: SimulatorState, device: Device): boolean {
  // The die is thrown in any case, so that one fault does not shift all later luck.
  const lucky = draw(state) >= state.share.loss;
  if (device.loseNext > 0) {
    device.loseNext -= 1;
    return false;
  }
  return lucky && state.now >= device.darkUntil && state.typed === "";
}

export function log(state: SimulatorState, device: Device, text: string): void {
  print(state, `DEBUG: Got msg: ${text}. RSSI = ${device.rssi}`);
}

/** The gateway answers a node. @returns false when the answer was lost on the air */
export function answer(state: SimulatorState, text: string): boolean {
  print(state, `DEBUG: Sending: ${text}`);
  if (draw(state) >= state.share.loss) return true;
  print(state, `WARN: Send fail: ${text}`);
  return false;
}

/** Time request and answer: remembers how far off the node was. @returns whether the node got the answer */
export function askTime(state: SimulatorState, device: Device, clock: number): boolean {
  log(state, device, `PREQ,${clock}`);
  const known = touch(state, device.settings.node);
  const now = gatewayClock(state);
  // A second or two of travel, as seen with the real devices.
  known.drift = now - clock + (clock === 0 ? 0 : drawWhole(state, 1, 3));
  return answer(state, `PRSP,${clock},${now},1,${device.rssi}`);
}
