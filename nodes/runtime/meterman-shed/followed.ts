import { type EntityView, UNSEEN } from "../../home-assistant/index.ts";
import type { HomeAssistantService } from "../services.ts";

/** One entity of Home Assistant as it was last heard, also under another id. */
export class Followed {
  readonly #service: HomeAssistantService;
  readonly #heard: () => void;
  #id: string;
  #view: EntityView = UNSEEN;
  #stop: () => void = () => undefined;

  constructor(service: HomeAssistantService, id: string, heard: () => void) {
    this.#service = service;
    this.#id = id;
    this.#heard = heard;
  }

  get id(): string {
    return this.#id;
  }

  get view(): EntityView {
    return this.#view;
  }

  start(): void {
    this.#stop = this.#service.watch(this.#id, (state) => {
      this.#view = state;
      this.#heard();
    });
  }

  rename(id: string): void {
    this.#stop();
    this.#id = id;
    this.#view = UNSEEN;
    this.start();
  }

  stop(): void {
    this.#stop();
  }
}
