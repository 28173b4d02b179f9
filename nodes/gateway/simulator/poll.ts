import { never } from "../../model/index.ts";
import { changeInterval, POLL_EVERY_S, setRegister } from "./basis.ts";
import { print } from "./lines.ts";
import { answer, arrives, log, touch } from "./radio.ts";
import { type Device, type Instruction, NEVER, type Registration, type SimulatorState } from "./state.ts";

/** The order in which v10 hands out what is waiting, one instruction per poll. */
const ORDER: readonly Instruction[] = ["SGITR", "SMVAL", "SMINT", "SPLED"];

function report(state: SimulatorState, device: Device): readonly number[] {
  const up = state.now - (device.bootedAt ?? state.now);
  // Alkaline cells: from 4.495 V down by a millivolt a day.
  const mv = Math.max(3000, 4495 - Math.floor(up / 86_400));
  const { ledRate, ledMs, intervalS, settings } = device;
  return [mv, up, Math.floor(up * 0.984), 367, device.rssi + 6, ledRate, ledMs, intervalS, settings.impulsesPerKwh];
}

function next(known: Registration): { instruction: Instruction; values: readonly number[] } | undefined {
  for (const instruction of ORDER) {
    const values = known.queue[instruction];
    if (values === undefined) continue;
    // ⚠ Cleared before it is sent: an answer that gets lost takes the instruction with it.
    delete known.queue[instruction];
    return { instruction, values };
  }
  return undefined;
}

/** Names of the instructions on the air. */
const ON_AIR = { SGITR: "GITR", SMVAL: "MVAI", SMINT: "MINI", SPLED: "MPLI" } as const satisfies Record<
  Instruction,
  string
>;

function obey(state: SimulatorState, device: Device, instruction: Instruction, values: readonly number[]): void {
  const [first = 0, second = 0] = values;
  switch (instruction) {
    case "SGITR":
      device.pollS = first;
      device.pollUntil = state.now + second;
      return;
    case "SMVAL":
      setRegister(state, device, first);
      return;
    case "SMINT":
      changeInterval(state, device, first);
      return;
    case "SPLED":
      // ⚠ 255 corrupts v10's configuration, key included: the node is never heard again.
      if (first === 255) device.darkUntil = NEVER;
      device.ledRate = first;
      device.ledMs = second;
      return;
    default:
      never(instruction);
  }
}

/** GINR: the node tells about itself and takes one waiting instruction. */
export function poll(state: SimulatorState, device: Device): void {
  const period = state.now < device.pollUntil ? device.pollS : POLL_EVERY_S;
  device.due.poll = state.now + period;
  if (!arrives(state, device)) return;
  const { node } = device.settings;
  const ginr = report(state, device);
  log(state, device, `GINR,${ginr.join(",")}`);
  const known = touch(state, node);
  known.ginr = ginr;
  print(state, `INFO: Last RSSI at node=${device.rssi + 6}`);
  const waiting = next(known);
  if (waiting === undefined) {
    print(state, `INFO: Sent no-op (MNOI) to node ${node}`);
    answer(state, `MNOI,${device.rssi}`);
    return;
  }
  const { instruction, values } = waiting;
  if (!answer(state, `${ON_AIR[instruction]},${values.join(",")},${device.rssi}`)) return;
  obey(state, device, instruction, values);
  device.due.poll = state.now + (state.now < device.pollUntil ? device.pollS : POLL_EVERY_S);
}
