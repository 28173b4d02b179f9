/** Randomness without a source of its own: a hash of numbers, and a generator whose whole state is one integer. */

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on nothing but its arguments: the same slot of the same day is always the same. */
export function hashed(seed: number, ...keys: readonly number[]): number {
  let x = mix(seed ^ 0x9e3779b9);
  for (const key of keys) x = mix(Math.imul(x, 31) + key + 0x6d2b79f5);
  return x / 4294967296;
}

export interface Random {
  /** 32 bits, the only state. */
  dice: number;
}

/** Draws from [0, 1) and moves the state on. */
export function draw(random: Random): number {
  random.dice = (random.dice + 0x6d2b79f5) | 0;
  return mix(random.dice) / 4294967296;
}

/** Draws a whole number from `low` to `high`, both included. */
export function drawWhole(random: Random, low: number, high: number): number {
  return low + Math.floor(draw(random) * (high - low + 1));
}
