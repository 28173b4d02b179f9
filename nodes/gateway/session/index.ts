export { type CommandBook, commandIn, NO_COMMANDS, noteOutcome } from "./commands-book.ts";
export { decide as decideSession, quietFor } from "./decide.ts";
export { evolve as evolveSession } from "./evolve.ts";
export { bytesOf, type Outcome, outcomeOf } from "./outcome.ts";
export { grantedNames } from "./promises.ts";
export * from "./state.ts";
