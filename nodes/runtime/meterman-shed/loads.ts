import type { Decision } from "../../demand/index.ts";
import type { LoadTrouble } from "../../home-assistant/index.ts";
import type { EpochSeconds } from "../../model/index.ts";
import type { HomeAssistantStatus } from "../services.ts";
import type { Shell } from "../shell/index.ts";
import type { Finding } from "./alarms.ts";
import { reportLater } from "./begin.ts";
import type { ShedSettings } from "./config.ts";
import { Driver } from "./driver.ts";
import { Troubles } from "./troubles.ts";
import { awayWords, type TroubleOf } from "./words.ts";

type Hear = (load: string, level: number | null, watts: number | null) => void;

/** The loads that are entities of Home Assistant: what they say, what they are told, and what is the matter with them. */
export class EntityLoads {
  readonly #shell: Shell<ShedSettings>;
  readonly #modes: ReadonlyMap<string, string>;
  readonly #troubles = new Troubles();
  /** Why Home Assistant refused the last call for a load. */
  readonly #refusals = new Map<string, string>();
  #driver: Driver | undefined;
  #connection: HomeAssistantStatus = { kind: "unconfigured" };

  /** @param modes what loads were last on with, by load: from before a restart */
  constructor(shell: Shell<ShedSettings>, modes: ReadonlyMap<string, string>) {
    this.#shell = shell;
    this.#modes = modes;
  }

  /** @param changed the connection did */
  start(hear: Hear, changed: () => void): void {
    const { driven, homeAssistant } = this.#shell.config;
    if (driven.size === 0) return;
    const service = this.#shell.service(homeAssistant, "home-assistant");
    if (service !== undefined) {
      this.#driver = new Driver(service, driven, this.#modes, {
        connection: (status) => {
          this.#connection = status;
          changed();
        },
        heard: (load, level, watts) => {
          this.#tellTrouble(load);
          hear(load, level, watts);
        },
        renamed: (load, from, to) => {
          const message = `${load}: ${from} is called ${to} now: write that in the table before the next restart`;
          this.#shell.report({ code: "METERMAN_HA_ENTITY", message });
        },
      });
      this.#driver.start();
    }
    if (this.#connection.kind !== "unconfigured") return;
    const remedy = service === undefined ? "choose one" : "enter URL and token in the one that is chosen";
    const message = `loads with an entity need a Home Assistant connection: ${remedy}`;
    reportLater(this.#shell, { code: "METERMAN_BAD_CONFIG", message, field: "homeAssistant" });
  }

  /** What climate and water heaters were last on with, by load: to be kept on disk. */
  get modes(): ReadonlyMap<string, string> {
    return this.#driver?.modes ?? this.#modes;
  }

  readonly trouble: TroubleOf = (load): LoadTrouble | null => this.#driver?.trouble(load) ?? null;

  /** What is the matter with the connection, if some load needs one. */
  get away(): ReturnType<typeof awayWords> {
    return this.#shell.config.driven.size === 0 ? null : awayWords(this.#connection);
  }

  /** Commands the load if it has an entity. */
  command(decision: Decision): void {
    const driver = this.#driver;
    if (driver?.has(decision.load) !== true) return;
    this.#refusals.delete(decision.load);
    // A refusal is no more believed than a success: if the load does not follow, it is the reason that is told.
    driver.command(decision).then((answer) => {
      if (answer.ok) return;
      this.#refusals.set(decision.load, answer.error.message);
      this.#shell.log(`${decision.load}: ${answer.error.message}`);
    });
  }

  /** What is told of a load that did not follow. */
  whyDeaf(load: string): string {
    return `${load} was asked twice and did not follow: ${this.#refusals.get(load) ?? "look at its plug or relay"}`;
  }

  /** Tells Catch nodes of the troubles that have lasted. */
  tick(now: EpochSeconds): void {
    for (const { load: _, ...failure } of this.#troubles.due(now)) this.#shell.report(failure);
  }

  /** What is the matter with entities, and has been for a while. */
  get findings(): readonly Finding[] {
    return this.#troubles.lasting;
  }

  close(): void {
    this.#driver?.close();
  }

  /** Why an entity says nothing is told once. */
  #tellTrouble(load: string): void {
    const trouble = this.trouble(load);
    if (!this.#troubles.hear(load, trouble, this.#shell.now())) return;
    const payload = { load, trouble: trouble?.kind ?? null, message: trouble?.words ?? "it says how it is again" };
    this.#shell.send(1, { topic: "entity", payload });
  }
}
