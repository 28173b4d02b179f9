/** An independent reading of a gateway's bytes: register arithmetic on the text, no code shared with the product. */
export interface Expected {
  wh: number;
  register: number | undefined;
  updates: number;
}

/** Energy per node of a capture in order, without wraps or impossible times. */
export function expectedEnergy(bytes: Uint8Array): Map<number, Expected> {
  const meters = new Map<number, Expected>();
  const of = (node: number) => {
    const found = meters.get(node) ?? { wh: 0, register: undefined, updates: 0 };
    meters.set(node, found);
    return found;
  };
  for (const line of Buffer.from(bytes).toString("latin1").split("\r\n")) {
    const rebase = /^G>S:MREB;(\d+),MREB,\d+,(\d+)$/.exec(line);
    if (rebase !== null) of(Number(rebase[1])).register = Number(rebase[2]);
    const update = /^G>S:MUP[_C];(\d+),MUP[_C],\d+,(\d+)((?:;[\d.,]+)+)$/.exec(line);
    if (update === null) continue;
    const meter = of(Number(update[1]));
    const base = Number(update[2]);
    const entries = (update[3] ?? "").slice(1).split(";");
    const end = entries.reduce((sum, entry) => sum + Number(entry.split(",")[1]), base);
    meter.register ??= base;
    meter.updates += 1;
    if (end > meter.register) {
      meter.wh += end - meter.register;
      meter.register = end;
    }
  }
  return meters;
}
