import type { Resolution } from "../../../../model/index.ts";
import type { App, Span } from "../app.ts";

/** Saves what is seen, as the server writes it, with the meter in front of each row. */
export class Saver {
  readonly #app: App;
  readonly #changed: () => void;
  isSaving = false;
  /** Why the last one could not be saved. */
  trouble: string | null = null;

  constructor(app: App, changed: () => void) {
    this.#app = app;
    this.#changed = changed;
  }

  async save(meters: readonly string[], span: Span, resolution: Resolution): Promise<void> {
    this.isSaving = true;
    this.#changed();
    this.trouble = await saveCsv(this.#app, meters, span, resolution);
    this.isSaving = false;
    if (this.trouble !== null) this.#app.announce(this.trouble);
    this.#changed();
  }
}

/** @returns why there is none, or null */
async function saveCsv(
  app: App,
  meters: readonly string[],
  { from, to }: Span,
  resolution: Resolution,
): Promise<string | null> {
  const span = { from: String(Math.round(from)), to: String(Math.round(to)), resolution };
  let text = "";
  for (const meter of meters) {
    const path = `meters/${encodeURIComponent(meter)}/readings?${new URLSearchParams(span)}`;
    const got = await app.send(path, { headers: { accept: "text/csv" } });
    if (!got.ok) return got.trouble.text;
    text += withMeter(await got.value.text(), meter, text === "");
  }
  const day = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
  save(text, `meterman ${meters.join(" ")} ${day(from)} ${day(to - 1)} ${resolution}.csv`);
  return null;
}

/** An id of a meter has nothing in it that CSV would quote. */
export function withMeter(csv: string, meter: string, isFirst: boolean): string {
  const [head = "", ...rows] = csv.split("\r\n").filter((line) => line !== "");
  const lines = [...(isFirst ? [`meter,${head}`] : []), ...rows.map((row) => `${meter},${row}`)];
  return lines.map((line) => `${line}\r\n`).join("");
}

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
