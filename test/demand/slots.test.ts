import fc from "fast-check";
import { expect, it } from "vitest";
import { addParts, allSlots, dropSlot, noSlots, slotAt } from "../../nodes/demand/slots.ts";
import { epochSeconds, wh } from "../../nodes/model/index.ts";

it("energy by steps is that of a plain map, whatever is added late or dropped", () => {
  const change = fc.record({ hour: fc.nat(11), energy: fc.option(fc.nat(100), { freq: 3 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      let slots = noSlots;
      const plain = new Map<number, number>();
      for (const { hour, energy } of changes) {
        const step = epochSeconds(hour * 3600);
        if (energy === null) {
          slots = dropSlot(slots, step);
          plain.delete(step);
        } else {
          slots = addParts(slots, [{ step, energy: wh(energy) }]);
          plain.set(step, (plain.get(step) ?? 0) + energy);
        }
        expect(slotAt(slots, step)).toBe(plain.get(step));
        const sorted = [...plain].sort(([a], [b]) => a - b);
        expect(allSlots(slots).map((one) => [one.step, one.energy])).toEqual(sorted);
      }
    }),
  );
});
