import { never } from "../../model/index.ts";
import { rebase, reboot } from "./basis.ts";
import { bootGateway } from "./gateway.ts";
import { type Device, NEVER, type SimulatorState } from "./state.ts";

export const FAULT_KINDS = [
  "loss",
  "duplicates",
  "splice",
  "reorder",
  "node-reboot",
  "gateway-reboot",
  "clock-jump",
  "dark",
  "mreb-lost",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault on request. Without `node` it happens to every node. */
export interface Fault {
  readonly kind: FaultKind;
  readonly node?: number;
  /** `loss`, `duplicates`, `splice`: share of frames or lines from now on, 0…1. */
  readonly share?: number;
  /** `loss`: that many of the node's next frames instead. */
  readonly count?: number;
  /** `clock-jump`: how far (may be negative, default 3600). `dark`: how long (default: for good). */
  readonly seconds?: number;
}

function strike(state: SimulatorState, device: Device, fault: Fault): void {
  switch (fault.kind) {
    case "loss":
      if (fault.count === undefined) state.share.loss = fault.share ?? 1;
      else device.loseNext += fault.count;
      return;
    case "reorder":
      device.swapNext = true;
      return;
    case "node-reboot":
      reboot(state, device);
      return;
    case "clock-jump":
      if (device.bootedAt === null) return;
      device.offset += fault.seconds ?? 3600;
      rebase(state, device);
      return;
    case "dark":
      device.darkUntil = fault.seconds === undefined ? NEVER : state.now + fault.seconds;
      return;
    case "mreb-lost":
      device.loseRebase = true;
      return;
    case "duplicates":
    case "splice":
    case "gateway-reboot":
      return;
    default:
      never(fault.kind);
  }
}

/** Makes the fault happen at the moment the simulation stands at. */
export function causeFault(state: SimulatorState, fault: Fault): void {
  if (fault.kind === "gateway-reboot") bootGateway(state);
  if (fault.kind === "duplicates") state.share.duplicates = fault.share ?? 1;
  if (fault.kind === "splice") state.share.splice = fault.share ?? 1;
  for (const device of state.devices) {
    if (fault.node === undefined || fault.node === device.settings.node) strike(state, device, fault);
  }
}
