import { describe, expect, it } from "vitest";
import { commandIn, NO_COMMANDS, noteOutcome, type Outcome } from "../../nodes/gateway/index.ts";
import { epochSeconds, type MeterId } from "../../nodes/model/index.ts";

const AT = 1_783_000_000;
const METER = "0.0.1.1.2" as MeterId;
const step = (state: Outcome["state"], at: number, more: Partial<Outcome> = {}): Outcome => {
  return { id: "a", command: "set-interval", meter: METER, state, final: false, at: epochSeconds(at), ...more };
};
const told = (...steps: Outcome[]) => {
  const book = steps.reduce(noteOutcome, NO_COMMANDS);
  return commandIn(book, "a", epochSeconds(AT + 100));
};

describe("the book of commands", () => {
  it("follows a command from the queue to its effect, and keeps when it was asked for", () => {
    expect(told(step("queued", AT), step("sent", AT + 1), step("acknowledged", AT + 2))).toEqual({
      ...{ id: "a", command: "set-interval", meter: METER, state: "taken", at: AT, changedAt: AT + 2, error: null },
    });
    expect(told(step("queued", AT), step("confirmed", AT + 9))).toMatchObject({
      state: "confirmed",
      changedAt: AT + 9,
    });
  });

  it.each(["refused", "timeout", "unconfirmed"] as const)("says why a command that was %s has failed", (state) => {
    const error = { code: "METERMAN_COMMAND_TIMEOUT", message: "no answer" } as const;
    const failed = told(step("queued", AT), step(state, AT + 3, { error }));
    expect(failed).toMatchObject({ state: "failed", error: { code: "METERMAN_COMMAND_TIMEOUT", detail: "no answer" } });
  });

  it("says that a later command took the place of one", () => {
    expect(told(step("queued", AT), step("replaced", AT + 3))?.error?.detail).toMatch(/took its place/);
  });

  it("knows nothing of a command that is a day old, and of no more than the last 200", () => {
    let book = noteOutcome(NO_COMMANDS, step("confirmed", AT));
    expect(commandIn(book, "a", epochSeconds(AT + 86_400))).toBeUndefined();
    for (let i = 0; i < 250; i += 1) book = noteOutcome(book, step("queued", AT + i, { id: `${i}` }));
    expect(book.size).toBe(200);
    expect(commandIn(book, "249", epochSeconds(AT + 300))).toBeDefined();
    expect(commandIn(book, "40", epochSeconds(AT + 300))).toBeUndefined();
    book = noteOutcome(book, step("queued", AT + 90_000, { id: "late" }));
    expect([...book.keys()]).toEqual(["late"]);
  });
});
