import { isMeterFact } from "../../meter/index.ts";
import { type Fact, type Failure, failed, type Result } from "../../model/index.ts";
import { defineNode, type Running, type Shell } from "../shell/index.ts";
import { config, type MeterConfig } from "./config.ts";
import { parseInput } from "./input.ts";
import { Keeper } from "./keeper.ts";
import { statusOf } from "./words.ts";

/** Facts that wait while the store opens: minutes of a large network. */
const MAX_EARLY = 10_000;
const TICK_S = 2;

export default defineNode<MeterConfig>({ type: "meterman-meter", config, start });

function start(shell: Shell<MeterConfig>): Running {
  const store = shell.service(shell.config.store, "store");
  if (store === undefined) {
    const message = "choose a store in this node's settings, and see that it is enabled";
    shell.status("error", message);
    return { input: () => failed("METERMAN_NO_STORE", message, "store") };
  }
  let keeper: Keeper | undefined;
  let isOpen = false;
  let closed = false;
  let broken: Failure | undefined;
  const early: Fact[] = [];
  const show = () => {
    if (keeper === undefined) return;
    const { kind, text } = statusOf(keeper.list(shell.now()));
    shell.status(kind, text);
  };
  const take = (fact: Fact): Result<void> | undefined => {
    if (isMeterFact(fact)) return keeper?.take(fact);
    keeper?.takeGateway(fact);
    return undefined;
  };
  const begin = () => {
    if (isOpen) return;
    isOpen = true;
    keeper?.openOthers();
    for (const fact of early.splice(0)) {
      const taken = take(fact);
      if (taken?.ok === false) shell.report(taken.error);
    }
    show();
  };
  const retry = () => {
    if (isOpen && !closed) keeper?.retry();
  };
  shell.RED.events.on("flows:started", retry);
  shell.status("busy", "waiting for the store");
  const giveUp = (why: string) => {
    const message = `nothing is counted, the store could not be opened: ${why}`;
    broken = { code: "METERMAN_NO_STORE", message };
    shell.status("error", message);
    if (early.length > 0) shell.report({ ...broken, message: `${early.length} facts were dropped: ${message}` });
    early.length = 0;
  };
  const opening = store.ready
    .then((opened) => {
      if (!opened.ok) return giveUp(opened.error.message);
      keeper = new Keeper(shell, opened.value, store.zone);
      keeper.openListed();
      if (closed) return;
      // After all nodes of the store have taken the meters of their tables.
      shell.after(0, begin);
      shell.every(TICK_S, () => {
        keeper?.tick();
        show();
      });
    })
    // What nobody foresaw must not end Node-RED.
    .catch((thrown: unknown) => giveUp(String(thrown)));
  return {
    input(message): Result<unknown> | undefined {
      if (broken !== undefined) return { ok: false, error: broken };
      const parsed = parseInput(message, shell.now());
      if (!parsed.ok) return parsed;
      if (isOpen) return take(parsed.value);
      if (early.length >= MAX_EARLY)
        return failed("METERMAN_TOO_MANY", "the store is not open yet; a fact was dropped");
      early.push(parsed.value);
      return undefined;
    },
    async close() {
      closed = true;
      shell.RED.events.removeListener("flows:started", retry);
      await opening;
      begin();
      await keeper?.close();
    },
    health: () => keeper?.health() ?? { meters: 0, waiting: early.length },
  };
}
