import fc from "fast-check";
import type { MeterFact } from "../../nodes/meter/index.ts";
import { rebase, T0, update } from "./support.ts";

/**
 * A meter as it behaves, and a radio as it behaves: what was used, what was sent, what arrived. The truth is kept
 * beside it, by registers alone and without any code of the product.
 */
export type Action =
  | { readonly do: "run"; readonly energies: readonly number[]; readonly duration: number; readonly lost: boolean }
  | { readonly do: "reboot"; readonly clockUnset: boolean; readonly announced: boolean }
  | { readonly do: "clock"; readonly offsetS: number; readonly announced: boolean }
  | { readonly do: "register"; readonly wh: number; readonly announced: boolean }
  | { readonly do: "wrap" };

/** A frame that arrived, with what the register says in it; `era`: between two changes of the register. */
interface Sent {
  readonly make: (receivedAt: number) => MeterFact;
  readonly era: number;
  readonly registers: readonly number[];
  readonly sentAt: number;
}

const run = (min: number) =>
  fc.record({
    do: fc.constant("run" as const),
    energies: fc.array(fc.integer({ min, max: 60 }), { minLength: 1, maxLength: 4 }),
    duration: fc.constantFrom(15, 30, 60),
    lost: fc.boolean(),
  });
const reboot = fc.record({
  do: fc.constant("reboot" as const),
  clockUnset: fc.boolean(),
  announced: fc.boolean(),
});
const clock = fc.record({
  do: fc.constant("clock" as const),
  offsetS: fc.constantFrom(-86_400, -3600, -200, -5, 0, 0, 4, 90, 3600),
  announced: fc.boolean(),
});
const register = fc.record({
  do: fc.constant("register" as const),
  wh: fc.constantFrom(500_000, 18_829_392, 900_000_000),
  announced: fc.boolean(),
});
const wrap = fc.constant({ do: "wrap" as const });

/** @param min least energy of an interval: when nothing is used, a clock that went back looks like a frame seen again */
export const actions = (special: readonly Action["do"][], min = 0) =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: run(min) },
      ...[reboot, clock, register, wrap]
        .map((arbitrary, i) => ({ arbitrary, name: (["reboot", "clock", "register", "wrap"] as const)[i] }))
        .filter(({ name }) => name !== undefined && special.includes(name))
        .map(({ arbitrary }) => ({ weight: 1, arbitrary: arbitrary as fc.Arbitrary<Action> })),
    ),
    { minLength: 3, maxLength: 40 },
  );

export const WRAP = 4_200_000_000;

/**
 * @param first register of the meter when we first hear it
 * @param careful frames beside a reboot or a change of the clock arrive
 */
export function send(script: readonly Action[], first: number, careful = false): Sent[] {
  const sent: Sent[] = [];
  let now = T0;
  let offsetS = 0;
  let meterWh = first;
  let era = 0;
  const announce = () => {
    const [time, at, e] = [now + offsetS, meterWh, era];
    sent.push({ make: (receivedAt) => rebase(time, at, receivedAt), era: e, registers: [at], sentAt: now });
  };
  script.forEach((action, i) => {
    switch (action.do) {
      case "run": {
        // What surrounds an unannounced change arrives: otherwise nobody could tell that there was one.
        const isTold = (near: Action | undefined) =>
          near === undefined || near.do === "run" || (!careful && near.do !== "wrap" && near.announced);
        const lost = action.lost && now + offsetS > T0 - 100_000 && isTold(script[i - 1]) && isTold(script[i + 1]);
        const [base, from] = [now + offsetS - 1, meterWh];
        const entries = action.energies.map((energy) => [action.duration, energy] as const);
        const registers = [meterWh];
        for (const energy of action.energies) {
          now += action.duration;
          meterWh += energy;
          registers.push(meterWh);
        }
        if (!lost)
          sent.push({ make: (receivedAt) => update(base, from, entries, receivedAt), era, registers, sentAt: now });
        break;
      }
      case "reboot":
        now += 20;
        meterWh = 0;
        era += 1;
        // 2017 as after every start of a gateway, but never to the very same second: that could not be told apart.
        if (action.clockUnset) offsetS = 1_483_228_805 + 7 * era - now;
        if (action.announced) announce();
        break;
      case "clock":
        now += 20;
        offsetS = action.offsetS;
        if (action.announced) announce();
        break;
      case "register":
        now += 20;
        era += 1;
        meterWh = action.wh + 50_000 * era;
        if (action.announced) announce();
        break;
      case "wrap":
        if (meterWh < WRAP - 100_000) break;
        era += 1;
        meterWh = 1000 * era;
        announce();
        break;
    }
  });
  return sent;
}

/** Neighbours change places, and frames come again: `swaps` and `again` are positions. */
export function transmit(
  sent: readonly Sent[],
  swaps: readonly number[],
  again: readonly (readonly [number, number])[],
): MeterFact[] {
  const order = sent.map((_, i) => i);
  for (const at of swaps) {
    const [a, b] = [order[at], order[at + 1]];
    if (a !== undefined && b !== undefined) {
      order[at] = b;
      order[at + 1] = a;
    }
  }
  for (const [what, later] of again) {
    const frame = order[what];
    if (frame !== undefined) order.splice(Math.min(order.length, what + 1 + later), 0, frame);
  }
  let clockS = 0;
  return order.flatMap((i) => {
    const frame = sent[i];
    if (frame === undefined) return [];
    clockS = Math.max(clockS + 1, frame.sentAt + 3);
    return [frame.make(clockS)];
  });
}

/** Σ over eras of the highest register that arrived minus the lowest: all that anybody could know. */
export function truth(sent: readonly Sent[]): number {
  const eras = new Map<number, readonly number[]>();
  for (const { era, registers } of sent) eras.set(era, [...(eras.get(era) ?? []), ...registers]);
  return [...eras.values()].reduce((sum, all) => sum + Math.max(...all) - Math.min(...all), 0);
}

/**
 * Clocks that were never set say 2017 at every boot. Two such times cannot be told apart by anybody unless they are
 * announced, and a stream with two of them cannot be told from itself when it is fed again. The same holds for small
 * registers after several resets of which nothing was said.
 */
export function tellable(script: readonly Action[], unsetBoots: number, lostAnnouncements = 99): Action[] {
  let boots = 0;
  let silent = 0;
  return script.map((action) => {
    if (action.do === "run" || action.do === "wrap") return action;
    let next = action;
    if (!action.announced) silent += 1;
    if (silent > lostAnnouncements) next = { ...next, announced: true };
    if (next.do !== "reboot" || !next.clockUnset) return next;
    boots += 1;
    return boots <= unsetBoots ? { ...next, announced: true } : { ...next, clockUnset: false };
  });
}
