import { createDecoder, type Frame, simulator, toFact } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, type EpochSeconds, epochSeconds, type Fact } from "../../nodes/model/index.ts";

export const START = epochSeconds(1_783_000_000);

export function flat(
  node: number,
  watts: number,
  more: Partial<simulator.MeterSettings> = {},
): simulator.MeterSettings {
  return { node, profile: "flat", watts, impulsesPerKwh: 1000, intervalS: 15, ...more };
}

export function settings(more: Partial<simulator.SimulatorSettings> = {}): simulator.SimulatorSettings {
  return {
    seed: 7,
    meters: [flat(2, 600), flat(3, 1234, { intervalS: 30 })],
    network: DEFAULT_NETWORK,
    utcOffsetS: 0,
    lossShare: 0,
    duplicateShare: 0,
    spliceShare: 0,
    ...more,
  };
}

/** A simulated gateway with a server that answers GTIME at once, and everything that was said. */
export function world(
  given: simulator.SimulatorSettings,
  {
    answersTime = true,
    start = START,
    playsPast = false,
  }: { answersTime?: boolean; start?: EpochSeconds; playsPast?: boolean } = {},
) {
  const state = simulator.createSimulator(given, start, playsPast);
  const decoder = createDecoder();
  const frames: Frame[] = [];
  const facts: Fact[] = [];
  const rejected: string[] = [];
  let bytes = "";
  function take(chunk: Uint8Array): void {
    bytes += new TextDecoder("latin1").decode(chunk);
    for (const line of decoder.feed(chunk)) {
      if (line.kind === "rejected") rejected.push(`${line.code} ${line.frame ?? ""} ${line.field ?? ""}`.trim());
      if (line.kind !== "frame" && line.kind !== "continuation") continue;
      frames.push(line.frame);
      const fact = toFact(line.frame, DEFAULT_NETWORK, state.now);
      if (fact !== undefined) facts.push(fact);
      if (line.frame.kind === "GTIME" && answersTime) send(`S>G:STIME;${state.now}`);
    }
  }
  function send(command: string): string {
    const before = bytes.length;
    take(simulator.receive(state, new TextEncoder().encode(`${command}\r`)));
    return bytes.slice(before);
  }
  return {
    state,
    frames,
    facts,
    rejected,
    send,
    run: (forS: number, stepS = forS) => {
      const end = state.now + forS;
      take(simulator.advance(state, state.now));
      while (state.now < end) take(simulator.advance(state, epochSeconds(Math.min(end, state.now + stepS))));
    },
    fault: (what: simulator.Fault) => take(simulator.fault(state, what)),
    bytes: () => bytes,
    truth: (node: number) => {
      const found = simulator.truth(state).find((one) => one.node === node);
      if (found === undefined) throw new Error(`no meter ${node}`);
      return found;
    },
    of: <K extends Frame["kind"]>(kind: K) =>
      frames.filter((frame): frame is Extract<Frame, { kind: K }> => frame.kind === kind),
  };
}
