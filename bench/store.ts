import { type Measurement, say } from "./store-common.ts";
import { delay } from "./store-delay.ts";
import { speed } from "./store-speed.ts";
import { wear } from "./store-wear.ts";
import { years } from "./store-years.ts";

/**
 * The store beside its peers on the machine it runs on: SQLite as Node brings it (WAL, synchronous=FULL), lowdb with one
 * document, and a raw append. Ratios against the goals; figures of one run only.
 * @returns the measurements, part by part; `--quick` measures less, for a look, `--wear` and so on only that part
 */
export async function* run(
  options: { readonly quick?: boolean; readonly only?: string } = {},
): AsyncGenerator<Measurement> {
  for (const part of [wear, speed, years, delay]) {
    if (options.only !== undefined && options.only !== part.name) continue;
    say(`store: ${part.name}`);
    yield* await part(options.quick === true);
  }
}

if (import.meta.main) {
  const flags = process.argv.slice(2).map((flag) => flag.replace(/^--/, ""));
  const only = flags.find((flag) => flag !== "quick");
  const options = { quick: flags.includes("quick"), ...(only === undefined ? {} : { only }) };
  for await (const measurement of run(options)) console.log(JSON.stringify(measurement));
}
