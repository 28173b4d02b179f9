import { type EpochSeconds, type GatewayReport, longWords } from "../model/index.ts";

const CLOCK_OFF_S = 60;
/** So many lines that cannot be read are more than a plug that was pulled once. */
const REJECTED_PERCENT = 1;
const ENOUGH_LINES = 200;
/** The stack needs what is left: below this the gateway is about to start anew. */
const LOW_RAM_BYTES = 100;

/** What is wrong with a gateway, in words that say what to do. @returns empty when nothing is */
export function gatewayTroubles(report: Omit<GatewayReport, "troubles">, now: EpochSeconds): string[] {
  const { lastHeard, silent, lines, rejectedPercent, clockDriftS, freeRamBytes } = report;
  const troubles: string[] = [];
  if (lastHeard === null) {
    troubles.push("Nothing was heard from the gateway yet: check the cable and the serial port.");
  } else if (silent) {
    const long = longWords(now - lastHeard);
    troubles.push(`Nothing was heard from the gateway for ${long}: check its power, the cable and the serial port.`);
  }
  if (lines >= ENOUGH_LINES && rejectedPercent > REJECTED_PERCENT) {
    const share = `${rejectedPercent} % of its lines cannot be read`;
    troubles.push(`${share}: check the cable, and that nothing else uses the port.`);
  }
  if (clockDriftS !== null && Math.abs(clockDriftS) > CLOCK_OFF_S) {
    const off = `${Math.abs(clockDriftS)} s ${clockDriftS > 0 ? "ahead" : "behind"}`;
    troubles.push(`Its clock is ${off}. It is set every 10 minutes: check that the node's second output reaches it.`);
  }
  if (freeRamBytes !== null && freeRamBytes < LOW_RAM_BYTES) {
    troubles.push(
      `Only ${freeRamBytes} bytes of its memory are free: switch it off and on, or use fewer nodes with it.`,
    );
  }
  return troubles;
}
