/**
 * Quantities are numbers that remember their unit: adding `Wh` to `Watts` by mistake does not compile where a
 * quantity is expected. The only cast of the house is in `quantity`.
 */
declare const unit: unique symbol;
type Quantity<Unit extends string> = number & { readonly [unit]: Unit };

/** Energy in watt-hours, always a whole number: remainders stay in the ledger. */
export type Wh = Quantity<"Wh">;
export type Watts = Quantity<"W">;
export type Amps = Quantity<"A">;
/** Seconds since 1970-01-01T00:00Z. As the `end` of a span it is exclusive. */
export type EpochSeconds = Quantity<"epoch s">;
export type Seconds = Quantity<"s">;
export type Millivolts = Quantity<"mV">;
/** Received signal strength, negative. */
export type Dbm = Quantity<"dBm">;
/** Impulses per kilowatt-hour as printed on the meter. */
export type ImpulsesPerKwh = Quantity<"imp/kWh">;

function quantity<Q extends number>(value: number): Q {
  return value as Q;
}

export const wh: (value: number) => Wh = quantity;
export const watts: (value: number) => Watts = quantity;
export const amps: (value: number) => Amps = quantity;
export const epochSeconds: (value: number) => EpochSeconds = quantity;
export const seconds: (value: number) => Seconds = quantity;
export const millivolts: (value: number) => Millivolts = quantity;
export const dbm: (value: number) => Dbm = quantity;
export const impulsesPerKwh: (value: number) => ImpulsesPerKwh = quantity;

/** Mean power of `energy` spread over `duration` (> 0). */
export function meanWatts(energy: Wh, duration: Seconds): Watts {
  return watts((energy * 3600) / duration);
}
