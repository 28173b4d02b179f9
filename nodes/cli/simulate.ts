import { once } from "node:events";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty, ReadStream, WriteStream } from "node:tty";
import { simulator } from "../gateway/index.ts";
import { DEFAULT_NETWORK, epochSeconds, FIRST_NODE, parseNetworkId } from "../model/index.ts";
import { type Command, type Option, Typed, Usage } from "./command.ts";
import { must, now } from "./folder.ts";
import { FINDINGS, GOOD, print, say } from "./output.ts";

const OPTIONS: readonly Option[] = [
  { name: "list", about: "print the kinds of meters and end" },
  { name: "port", value: "PATH", about: "a serial port or pty to speak on; else standard output and input" },
  { name: "meters", value: "N", about: "how many meters (1)" },
  {
    name: "profile",
    value: "KIND",
    many: true,
    about: "of each meter in turn: household, flat, pump, export (household)",
  },
  { name: "watts", value: "W", about: "power of flat, the motor of a pump, what a household draws besides (200)" },
  { name: "interval", value: "S", about: "seconds between readings (15)" },
  { name: "speed", value: "X", about: "simulated seconds per second; 0: as fast as it is read (1)" },
  { name: "start", value: "TIME", about: "where simulated time begins; else now" },
  { name: "for", value: "S", about: "end after so many simulated seconds" },
  { name: "seed", value: "N", about: "of everything left to chance (1)" },
  { name: "loss", value: "SHARE", about: "share of radio messages that get lost, 0 to 1 (0)" },
  { name: "network", value: "ID", about: "the radio network, like 0.0.1.1" },
];
const ABOUT: Readonly<Record<simulator.Profile, string>> = {
  household: "a house with a boiler, a heat pump, a car, a pool and a sun that rises",
  flat: "always the same power",
  pump: "a motor that runs some minutes of every forty",
  export: "what the panels of the household above it feed in",
};
/** So much is simulated at once; commands are heard in between. */
const STEP_S = 900;
const TICK_MS = 200;

export const SIMULATE: Command = {
  name: "simulate",
  operands: "",
  about: "Speaks as a gateway with meters would, byte by byte, and follows commands as it would.",
  options: OPTIONS,
  more: [
    "Commands like S>G:GNOSNAP;2 are read from standard input or the port; each ends with a carriage return or a line break.",
    'To try a flow without hardware: "socat pty,raw,echo=0,link=/tmp/a pty,raw,echo=0,link=/tmp/b", then',
    '"meterman simulate --port /tmp/a", and start Node-RED with METERMAN_SERIAL=/tmp/b.',
  ],
  async run(args) {
    const typed = new Typed(args, OPTIONS, [0, 0]);
    if (typed.is("list")) {
      for (const name of simulator.PROFILES) await print(`${name.padEnd(11)}${ABOUT[name]}\n`);
      return GOOD;
    }
    const start = typed.time("start", "UTC") ?? now();
    const speed = typed.number("speed", 1, 0, 1_000_000, false);
    const isLive = speed === 1 && typed.text("start") === undefined;
    const state = simulator.createSimulator(settingsOf(typed), start, !isLive);
    const lengthS = typed.number("for", Number.POSITIVE_INFINITY, 1, 315_576_000);
    const port = await openPort(typed.text("port"));
    try {
      return await play(state, { start, end: start + lengthS, speed }, port);
    } finally {
      await port.close();
    }
  },
};

function settingsOf(typed: Typed): simulator.SimulatorSettings {
  const profiles = typed.list("profile").map(profileOf);
  const count = typed.number("meters", Math.max(1, profiles.length), 1, 252);
  const watts = typed.number("watts", 200, 0, 100_000);
  const intervalS = typed.number("interval", 15, 1, 254);
  const network = typed.text("network");
  const meters = Array.from({ length: count }, (_, i): simulator.MeterSettings => {
    const profile = profiles[i % profiles.length] ?? "household";
    return { node: FIRST_NODE + i, profile, watts, impulsesPerKwh: 1000, intervalS };
  });
  const [alone] = meters.filter(({ profile }) => profile === "household" || profile === "export");
  if (alone?.profile === "export")
    throw new Usage("an export meter counts for the household before it: name one first");
  return {
    seed: typed.number("seed", 1, 0, 2_147_483_647),
    meters,
    network: network === undefined ? DEFAULT_NETWORK : must(parseNetworkId(network)),
    utcOffsetS: -new Date().getTimezoneOffset() * 60,
    lossShare: typed.number("loss", 0, 0, 1, false),
    duplicateShare: 0,
    spliceShare: 0,
  };
}

function profileOf(text: string): simulator.Profile {
  const profile = simulator.PROFILES.find((one) => one === text);
  if (profile === undefined) throw new Usage(`--profile takes ${simulator.PROFILES.join(", ")}`);
  return profile;
}

interface Port {
  write(bytes: Uint8Array): Promise<void>;
  listen(hear: (bytes: Uint8Array) => void): void;
  close(): Promise<void>;
}

async function openPort(path: string | undefined): Promise<Port> {
  if (path === undefined) {
    return {
      write: (bytes) => print(bytes),
      listen: (hear) => void process.stdin.on("data", hear),
      close: async () => void process.stdin.pause(),
    };
  }
  const handle = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_CREAT).catch(
    (thrown: unknown) => {
      throw new Usage(`${path} cannot be opened (${thrown instanceof Error ? thrown.message : String(thrown)})`);
    },
  );
  // A file or a pipe has no other end that could command.
  return isatty(handle.fd) ? serialPort(path, handle) : filePort(handle);
}

function filePort(handle: FileHandle): Port {
  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten;
    },
    listen: () => undefined,
    close: () => handle.close(),
  };
}

/** ⚠ Reading a terminal as a file blocks a thread that nothing can end, not even the end of the process. */
function serialPort(path: string, handle: FileHandle): Port {
  const [input, output] = [new ReadStream(handle.fd), new WriteStream(handle.fd)];
  // Bytes as they are: no echo, no line editing.
  input.setRawMode(true);
  for (const stream of [input, output]) {
    stream.on("error", () => {
      say(`${path} has closed`);
      process.exit(FINDINGS);
    });
  }
  return {
    async write(bytes) {
      if (!output.write(bytes)) await once(output, "drain");
    },
    listen: (hear) => void input.on("data", hear),
    close: () => handle.close(),
  };
}

interface Course {
  readonly start: number;
  readonly end: number;
  readonly speed: number;
}

async function play(state: simulator.SimulatorState, { start, end, speed }: Course, port: Port): Promise<number> {
  const answers: Uint8Array[] = [];
  let before = 0;
  port.listen((bytes) => {
    // A person ends a line with a line break alone, where the gateway waits for a carriage return.
    const typed = bytes.map((byte, i) => (byte === 10 && (bytes[i - 1] ?? before) !== 13 ? 13 : byte));
    before = bytes.at(-1) ?? before;
    answers.push(simulator.receive(state, typed));
  });
  const began = performance.now();
  for (;;) {
    const target = speed === 0 ? state.now + STEP_S : start + Math.floor(((performance.now() - began) / 1000) * speed);
    const bytes = simulator.advance(state, epochSeconds(Math.min(end, target, state.now + STEP_S)));
    for (const answer of answers.splice(0)) await port.write(answer);
    if (bytes.length > 0) await port.write(bytes);
    if (state.now >= end) return GOOD;
    if (speed === 0 || state.now < target) await sleep(0);
    else await sleep(Math.min(TICK_MS, Math.max(1, 1000 / speed)));
  }
}
