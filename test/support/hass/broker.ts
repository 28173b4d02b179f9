import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "../product.ts";

/** A real mosquitto on a free loopback port. What is retained survives a restart, as on a real machine. */
export class Mosquitto {
  readonly port: number;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #closed: Promise<void> = Promise.resolve();

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async start(): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), "meterman-mqtt-"));
    const broker = new Mosquitto(await freePort(), folder);
    const settings = [
      `listener ${broker.port} 127.0.0.1`,
      "allow_anonymous true",
      "persistence true",
      `persistence_location ${folder}/`,
      // Started as root it would change to a user who may not write here.
      "user root",
      "set_tcp_nodelay true",
    ];
    await writeFile(join(folder, "mosquitto.conf"), `${settings.join("\n")}\n`);
    await broker.start().catch(async (error) => {
      await broker.remove();
      throw error;
    });
    return broker;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it again on the same port, with what was retained. */
  async start(): Promise<void> {
    if (this.running) throw new Error("this broker runs already");
    const path = `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin`;
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "mosquitto", "-c", join(this.#folder, "mosquitto.conf")], {
      stdio: "ignore",
      env: { ...process.env, PATH: path },
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => {
      child.once("error", () => resolve());
      child.once("exit", () => {
        this.#child = undefined;
        resolve();
      });
    });
    await until("the broker", () => {
      if (this.#child === undefined) throw new Error("mosquitto ended: is it installed, and is its port free?");
      return listens(this.port);
    });
  }

  /** SIGTERM lets it write what is retained. */
  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    await this.#closed;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#closed;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Whether somebody listens on a port of this machine. */
export const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
