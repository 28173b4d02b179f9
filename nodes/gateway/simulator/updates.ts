import { centiamps, integrate, register } from "./energy.ts";
import { ampsText, print } from "./lines.ts";
import { arrives, log, nodeClock, touch } from "./radio.ts";
import { draw, drawWhole } from "./random.ts";
import { type ClosedEntry, type Device, NEVER, type SimulatorState } from "./state.ts";

/** v10 sends an update with fewer than 4 entries when this long has passed since the last one. */
const UPDATE_AFTER_S = 300;
/** A radio message has room for this many characters. */
const TEXT_LIMIT = 59;

/** Notes which registers the lines that left the gateway whole have shown. */
export function account(device: Device, first: number, last: number): void {
  const a = device.account;
  a.first = Math.min(a.first ?? first, first);
  a.last = Math.max(a.last ?? last, last);
}

/** End of the open entry; the first entries after a rebase are cut so that later ones end at full minutes. */
function entryEnd(device: Device): number {
  if (device.bootedAt === null || device.intervalS === 0) return NEVER;
  const end = device.entryStart + device.intervalS;
  if (device.aligned) return end;
  const start = nodeClock(device, device.entryStart);
  return Math.min(end, device.entryStart + 60 - (start % 60));
}

export function beginEntry(device: Device, at: number): void {
  device.entryStart = at;
  device.entryRegister = register(device);
  device.due.close = entryEnd(device);
}

/** An interval is over. */
export function closeEntry(state: SimulatorState, device: Device): void {
  const end = device.due.close;
  integrate(state, end);
  const wh = register(device) - device.entryRegister;
  device.pending.push({ s: end - device.entryStart, wh, centiamps: centiamps(device) });
  device.aligned ||= nodeClock(device, end) % 60 === 0;
  beginEntry(device, end);
  scheduleUpdate(state, device);
}

function scheduleUpdate(state: SimulatorState, device: Device): void {
  if (device.pending.length === 0) return;
  const full = device.pending.length >= (device.settings.current === true ? 2 : 4);
  const at = full ? state.now : Math.max(state.now, device.sentAt + UPDATE_AFTER_S);
  if (device.due.update > at + 4) device.due.update = at + drawWhole(state, 1, 4);
}

function updateText(device: Device, entries: readonly ClosedEntry[]): string {
  const current = device.settings.current === true;
  const list = entries.map((e) => (current ? `;${e.s},${e.wh},${ampsText(e.centiamps)}` : `;${e.s},${e.wh}`));
  const verb = current ? "MUPC" : "MUP_";
  return `${verb},${nodeClock(device, device.baseAt) - 1},${device.baseRegister}${list.join("")}`;
}

/** Sends the oldest closed entries, as many as a message holds. */
export function sendUpdate(state: SimulatorState, device: Device): void {
  device.due.update = NEVER;
  const entries = device.pending.slice(0, device.settings.current === true ? 2 : 4);
  while (entries.length > 1 && updateText(device, entries).length > TEXT_LIMIT) entries.pop();
  const text = updateText(device, entries);
  const first = device.baseRegister;
  device.pending.splice(0, entries.length);
  for (const entry of entries) {
    device.baseAt += entry.s;
    device.baseRegister += entry.wh;
  }
  device.sentAt = state.now;
  scheduleUpdate(state, device);
  const arrived = arrives(state, device);
  const twice = draw(state) < state.share.duplicates;
  if (!arrived) return;
  const known = touch(state, device.settings.node);
  known.lastFinish = nodeClock(device, device.baseAt) - 1;
  known.lastRegister = device.baseRegister;
  const frame = { text, first, last: device.baseRegister };
  if (device.swapNext && device.held === null) {
    device.swapNext = false;
    device.held = frame;
    return;
  }
  show(state, device, frame);
  if (twice) show(state, device, frame);
  flushHeld(state, device);
}

function show(state: SimulatorState, device: Device, frame: NonNullable<Device["held"]>): void {
  log(state, device, frame.text);
  const line = `G>S:${frame.text.slice(0, 4)};${device.settings.node},${frame.text}`;
  if (print(state, line, true)) account(device, frame.first, frame.last);
}

/** The update that was held back to arrive in the wrong order. */
export function flushHeld(state: SimulatorState, device: Device): void {
  if (device.held !== null) show(state, device, device.held);
  device.held = null;
}
