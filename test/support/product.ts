import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The product as its user starts it, `npm start` without npm: own data, own user folder, a free port. */
const root = join(import.meta.dirname, "..", "..");

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function until<T>(what: string, probe: () => T | Promise<T>, limitMs = 60_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found as NonNullable<typeof found>;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms for ${what}`);
    await pause(25);
  }
}

export class Product {
  readonly folder: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  output = "";
  /** How much of the end of its output is kept. */
  outputLimit = 200_000;
  #child: ChildProcess | undefined;

  private constructor(folder: string, port: number, env: Record<string, string>) {
    this.folder = folder;
    this.port = port;
    this.env = env;
  }

  static async create(env: Record<string, string> = {}): Promise<Product> {
    return new Product(await mkdtemp(join(tmpdir(), "meterman-product-")), await freePort(), env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Lays a flow of the test where the user's own would be. */
  async lay(flow: readonly object[]): Promise<void> {
    await mkdir(join(this.folder, "user"), { recursive: true });
    await writeFile(join(this.folder, "user", "flows.json"), JSON.stringify(flow));
  }

  /** Whether the process that `start` made still runs. */
  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it and waits until REST answers: with `token`, if reading needs one. */
  async start(token?: string): Promise<void> {
    const child = spawn(process.execPath, [join(root, "scripts", "start.mjs")], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: {
        ...process.env,
        PORT: String(this.port),
        METERMAN_DATA: join(this.folder, "data"),
        METERMAN_USER_DIR: join(this.folder, "user"),
        ...this.env,
      },
    });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-this.outputLimit);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    await until("the REST API", async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${this.output.slice(-2000)}`);
      try {
        const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
        return (await fetch(`${this.url}/meterman/api/v1/meters`, { headers })).status === 200;
      } catch {
        return false;
      }
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  async get(path: string): Promise<any> {
    const answer = await fetch(`${this.url}/meterman/api/v1${path}`);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Ends the whole process group and waits for it. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.pid === undefined) return;
    const gone = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once("exit", () => resolve());
    });
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
    await gone;
    this.#child = undefined;
  }

  async remove(): Promise<void> {
    await this.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}
