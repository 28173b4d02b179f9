import { simulator } from "../../gateway/index.ts";
import { epochSeconds, never, ok } from "../../model/index.ts";
import { defineNode, type Running, type Shell, userFolder } from "../shell/index.ts";
import { begin } from "./begin.ts";
import { cutter } from "./chunks.ts";
import { type Config, parseConfig, settingsOf } from "./config.ts";
import { parseWish } from "./messages.ts";
import { savedWorld } from "./saved.ts";
import { whenInWords } from "./words.ts";

/** The simulation plays the past while it is further behind than this. */
const BEHIND_S = 5;
/** At most this much work before Node-RED's other nodes have their turn, and at most this much time at once. */
const WORK_MS = 10;
const SLICE_S = 900;
const SAVE_EVERY_S = 30;
const TELL_AGAIN_S = 15;

export default defineNode<Config>({ type: "meterman-simulator", config: parseConfig, start });

function start(shell: Shell<Config>): Running {
  const { RED, config } = shell;
  const utcOffsetS = -new Date(shell.now() * 1000).getTimezoneOffset() * 60;
  const world = savedWorld(userFolder(RED), shell.id);
  const left = world.load();
  if (left !== undefined && left.state === undefined) {
    shell.log("the simulated house of an older version cannot go on: a new one begins, its registers at 0");
  }
  const state = begin(settingsOf(config, utcOffsetS), config.playS, left, shell.now());
  const cut = cutter(config.seed);
  const told = new Map<string, string>();
  let playing = shell.now() - state.now > BEHIND_S;
  let stopped = false;
  /** Of the pace: real and simulated time at which playing began. */
  let origin = { real: performance.now(), simulated: state.now };

  const send = (bytes: Uint8Array) => {
    for (const payload of cut(bytes)) shell.send(0, { payload });
  };
  let isKept = true;
  const keep = () => {
    try {
      world.save(state);
      isKept = true;
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      const message = `a restart would begin the simulated house anew: ${why}`;
      if (isKept) shell.report({ code: "METERMAN_STORE_WRITE", message });
      isKept = false;
    }
  };

  function advance(): void {
    const now = shell.now();
    if (!playing && now - state.now > BEHIND_S + 60) {
      // The computer slept: what it missed is played like any past.
      playing = true;
      origin = { real: performance.now(), simulated: state.now };
    }
    simulator.holdClock(state, playing);
    const paced = origin.simulated + ((performance.now() - origin.real) / 1000) * config.speed;
    const target = playing && config.speed > 0 ? Math.min(now, Math.floor(paced)) : now;
    const until = performance.now() + WORK_MS;
    do {
      send(simulator.advance(state, epochSeconds(Math.min(target, state.now + SLICE_S))));
    } while (state.now < target && performance.now() < until);
    if (playing && state.now >= now) {
      playing = false;
      simulator.holdClock(state, false);
      keep();
    }
  }

  function tellLoads(): void {
    for (const payload of simulator.loadStates(state)) {
      const known = JSON.stringify(payload);
      if (told.get(payload.load) === known) continue;
      told.set(payload.load, known);
      shell.send(1, { topic: "load", payload });
    }
  }

  function show(): void {
    if (playing) {
      shell.status("busy", `playing ${whenInWords(state.now, shell.now())}`);
      return;
    }
    const meters = simulator.truth(state);
    // What is fed in is taken off.
    const isExport = (node: number) => config.meters.some((one) => one.node === node && one.profile === "export");
    const power = meters.reduce((sum, { node, watts }) => sum + (isExport(node) ? -watts : watts), 0);
    shell.status("ok", `${meters.length} ${meters.length === 1 ? "meter" : "meters"} · real time · ${power} W`);
  }

  function turn(): void {
    if (stopped) return;
    advance();
    if (!playing) tellLoads();
    shell.after(playing ? (config.speed > 0 ? 0.1 : 0.005) : 1, turn);
  }

  // Before the flow is complete there is nobody who hears the banner.
  const go = () => {
    keep();
    turn();
    show();
    shell.every(1, show);
    shell.every(SAVE_EVERY_S, keep);
    // Whoever was deployed alone has heard of no load yet.
    shell.every(TELL_AGAIN_S, () => told.clear());
  };
  RED.events.once("flows:started", go);
  shell.status("idle", "waiting for the flow to start");

  return {
    input(message) {
      const wish = parseWish(message);
      if (!wish.ok) return wish;
      switch (wish.value.kind) {
        case "bytes":
          send(simulator.receive(state, wish.value.bytes));
          break;
        case "fault":
          send(simulator.fault(state, wish.value.fault));
          break;
        case "load":
          simulator.command(state, wish.value.load, wish.value.level);
          break;
        case "behaviour":
          simulator.setBehaviour(state, wish.value.load, wish.value.behaviour);
          break;
        case "want":
          simulator.want(state, wish.value.load);
          break;
        case "nothing":
          return wish;
        default:
          never(wish.value);
      }
      // What was commanded survives a crash; time that passed since is played again.
      keep();
      return ok(undefined);
    },
    health: () => ({
      playing,
      simulatedTime: state.now,
      meters: simulator.truth(state).map(({ node, pulses, registerWh, shownWh, hiddenRebases, watts }) => {
        return { node, pulses, registerWh, shownWh, hiddenRebases, watts };
      }),
    }),
    close(ending) {
      stopped = true;
      RED.events.removeListener("flows:started", go);
      if (ending === "deleted") world.remove();
      else keep();
    },
  };
}
