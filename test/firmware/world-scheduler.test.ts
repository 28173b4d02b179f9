import { expect, test } from "vitest";
import { chance } from "./simulator/chance.ts";
import { EventQueue } from "./simulator/scheduler.ts";

test("things happen in order of time, then of booking; what is late happens now", () => {
  const queue = new EventQueue();
  const random = chance(1);
  const booked = Array.from({ length: 500 }, (_, order) => ({ at: Math.floor(random() * 50), order }));
  const seen: typeof booked = [];
  for (const one of booked)
    queue.at(one.at, () => {
      expect(queue.now).toBe(one.at);
      seen.push(one);
    });
  queue.runUntil(100);
  expect(seen).toEqual([...booked].sort((a, b) => a.at - b.at || a.order - b.order));
  let lateAt = 0;
  queue.at(20, () => {
    lateAt = queue.now;
  });
  queue.runUntil(101);
  expect(lateAt).toBe(100);
});

test("what is cancelled does not happen, whether it was first, in the middle, or cancelled by what came before", () => {
  const queue = new EventQueue();
  const seen: number[] = [];
  const cancels = [1, 2, 3, 4].map((at) => queue.at(at, () => seen.push(at)));
  cancels[0]?.();
  cancels[2]?.();
  queue.at(2, () => cancels[3]?.());
  expect(queue.next).toBe(2);
  queue.runUntil(10);
  expect(seen).toEqual([2]);
  expect(queue.next).toBe(Infinity);
  cancels[1]?.();
});

test("what books something for now is followed by it, and time never is no number", () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  queue.at(5, () => {
    seen.push("first");
    queue.at(queue.now, () => seen.push("then"));
  });
  queue.runUntil(5);
  expect(seen).toEqual(["first", "then"]);
  expect(() => queue.at(Number.NaN, () => {})).toThrow();
});
