import { logTime, print } from "./lines.ts";
import { gatewayClock } from "./radio.ts";
import { NEVER, type Registration, type SimulatorState } from "./state.ts";

/** What a v10 gateway believes before it is told the time: 2017-01-01. */
const FACTORY_TIME = 1_483_228_800;

/** Power on: banner, question for the time; every node and waiting instruction is forgotten. */
export function bootGateway(state: SimulatorState): void {
  state.registry.length = 0;
  state.typed = "";
  state.clockOffset = state.clockHeld ? 0 : FACTORY_TIME - state.now;
  state.clockSet = state.clockHeld;
  state.bootedAt = gatewayClock(state);
  for (const line of ["", "", "=BOOT=", "R_FLG 0x1 PO", "INFO: Read ROM", "DEBUG: Radio Init"]) print(state, line);
  print(state, "G>S:GMSG;1,GMSG,BOOT v10. Flags: 1 R_FLG 0x0");
  print(state, "");
  print(state, "DEBUG: RTC Init");
  print(state, `DEBUG: Time=${logTime(gatewayClock(state))}`);
  print(state, "G>S:GTIME");
}

/**
 * STIME. ⚠ It makes the gateway forget when it last heard its nodes, which hides a dead one for 600 s. While the past
 * is played the command is acknowledged, but simulated time stays: the server's now lies in its future.
 */
export function setTime(state: SimulatorState, to: number): void {
  if (!state.clockHeld) {
    state.clockOffset = to - state.now;
    if (!state.clockSet) state.bootedAt = to;
    state.clockSet = true;
    for (const known of state.registry) {
      known.lastSeen = 4_294_967_295;
      if (known.darkAt !== NEVER) known.darkAt = state.now + 601;
    }
  }
  const shown = logTime(gatewayClock(state));
  print(state, `DEBUG: Time=${shown}`);
  print(state, "G>S:STIME_ACK");
  print(state, `DEBUG: Set time on svr inst=${shown}`);
}

/** GGWSNAP. The key is the firmware's published default. */
export function gatewaySnapshot(state: SimulatorState): void {
  const { network } = state.settings;
  const now = gatewayClock(state);
  print(state, `G>S:GWSNAP;1,${state.bootedAt},398,${now},DEBUG,CHANGE_ME_PLEASE,${network},19`);
}

function columns(state: SimulatorState, known: Registration): string {
  const [mv = 0, up = 0, slept = 0, ram = 0, , rate = 0, ms = 0, interval = 0, impulses = 0] = known.ginr ?? [];
  const rssi = state.devices.find((device) => device.settings.node === known.node)?.rssi ?? 0;
  const { node, lastSeen, drift, lastFinish, lastRegister } = known;
  return [
    node,
    mv,
    up,
    slept,
    ram,
    lastSeen,
    drift,
    interval,
    impulses,
    lastFinish,
    lastRegister,
    "0.00",
    rate,
    ms,
    rssi,
  ].join(",");
}

/** GNOSNAP: one node, or 254 for all. ⚠ Every node after the first has a line of its own without the prefix. */
export function nodeSnapshot(state: SimulatorState, node: number): void {
  const wanted = state.registry.filter((known) => node === 254 || known.node === node);
  if (wanted.length === 0 && node !== 254) {
    print(state, `G>S:GNOSNAP_NACK;${node}`);
    return;
  }
  if (wanted.length === 0) print(state, "G>S:NOSNAP");
  for (const [index, known] of wanted.entries()) {
    print(state, `${index === 0 ? "G>S:NOSNAP" : ""};${columns(state, known)}`);
  }
  print(state, "");
}

/** Nodes that were silent too long, once each. */
export function reportDark(state: SimulatorState): void {
  for (const known of state.registry) {
    if (known.darkAt > state.now) continue;
    known.darkAt = NEVER;
    print(state, `G>S:NDARK;${known.node},${known.lastSeen}`);
  }
}
