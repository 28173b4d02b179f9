import { simulator } from "../../gateway/index.ts";
import { failed, NETWORK_PATTERN, type NetworkId, type Result } from "../../model/index.ts";
import { parser } from "../shell/index.ts";

export interface Config {
  readonly name: string;
  readonly network: NetworkId;
  readonly meters: readonly simulator.MeterSettings[];
  readonly seed: number;
  /** How much of the past is played at the first start. */
  readonly playS: number;
  /** While the past is played: simulated seconds per second, 0 for as fast as possible. */
  readonly speed: number;
  readonly lossShare: number;
  readonly duplicateShare: number;
  readonly spliceShare: number;
}

const share = { type: "number", minimum: 0, maximum: 1, default: 0 };

export const METER_SCHEMA = {
  type: "object",
  required: ["node"],
  properties: {
    node: { type: "integer", minimum: 2, maximum: 253 },
    profile: { enum: simulator.PROFILES, default: "household" },
    watts: { type: "integer", minimum: 0, maximum: 100_000, default: 200 },
    impulsesPerKwh: { type: "integer", minimum: 1, maximum: 100_000, default: 1000 },
    intervalS: { type: "integer", minimum: 1, maximum: 254, default: 15 },
    current: { type: "boolean", default: false },
  },
} as const;

const parse = parser<Config>(
  {
    type: "object",
    required: ["meters"],
    properties: {
      name: { type: "string", default: "" },
      network: { type: "string", pattern: NETWORK_PATTERN, default: "0.0.1.1" },
      meters: { type: "array", minItems: 1, maxItems: 252, items: METER_SCHEMA },
      seed: { type: "integer", minimum: 0, maximum: 2_147_483_647, default: 1 },
      playS: { type: "integer", minimum: 0, maximum: 31_622_400, default: 0 },
      speed: { type: "number", minimum: 0, maximum: 1_000_000, default: 0 },
      lossShare: share,
      duplicateShare: share,
      spliceShare: share,
    },
  },
  "METERMAN_BAD_CONFIG",
  { coerce: true },
);

export function parseConfig(input: unknown): Result<Config> {
  const parsed = parse(input);
  if (!parsed.ok) return parsed;
  const numbers = parsed.value.meters.map((meter) => meter.node);
  if (new Set(numbers).size < numbers.length) {
    return failed("METERMAN_BAD_CONFIG", "two meters have the same node number: give each its own", "meters");
  }
  const [alone] = parsed.value.meters.filter(({ profile }) => profile === "household" || profile === "export");
  if (alone?.profile === "export") {
    return failed("METERMAN_BAD_CONFIG", "an export meter counts for the household above it: add one there", "meters");
  }
  return parsed;
}

export function settingsOf(config: Config, utcOffsetS: number): simulator.SimulatorSettings {
  const { seed, meters, network, lossShare, duplicateShare, spliceShare } = config;
  return {
    seed,
    // Only the known properties, in one order: saved settings are compared with these.
    meters: meters.map(({ node, profile, watts, impulsesPerKwh, intervalS, current = false }) => {
      return { node, profile, watts, impulsesPerKwh, intervalS, current };
    }),
    network,
    utcOffsetS,
    lossShare,
    duplicateShare,
    spliceShare,
  };
}
