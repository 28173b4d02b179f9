/** The state machine and the entity registry of the Home Assistant that tests talk to. */
export interface State {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly changedS: number;
}
export type Change = { readonly entity: string; readonly before: State | undefined; readonly after: State | undefined };

export interface Registered {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device: string;
}

export class States {
  readonly #states = new Map<string, State>();
  readonly #listeners = new Set<(change: Change) => void>();
  /** unique_id → entry; survives a restart, as the registry's file does. */
  readonly registry = new Map<string, Registered>();
  /** Every state an entity ever had, in order: what the recorder would have seen. */
  readonly history: State[] = [];

  get(entity: string): State | undefined {
    return this.#states.get(entity);
  }

  all(): State[] {
    return [...this.#states.values()];
  }

  set(entity: string, state: string, attributes: Readonly<Record<string, unknown>> = {}): void {
    const before = this.#states.get(entity);
    const same = before?.state === state && JSON.stringify(before.attributes) === JSON.stringify(attributes);
    // Home Assistant drops a write that changes nothing.
    if (same) return;
    const after = { entity_id: entity, state, attributes, changedS: Date.now() / 1000 };
    this.#states.set(entity, after);
    this.history.push(after);
    this.#tell({ entity, before, after });
  }

  remove(entity: string): boolean {
    const before = this.#states.get(entity);
    if (before === undefined) return false;
    this.#states.delete(entity);
    this.#tell({ entity, before, after: undefined });
    return true;
  }

  /** A restart: nothing is told, the connections are gone anyway. */
  forget(): void {
    this.#states.clear();
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The entity id for `uniqueId`: the one it always had, or the wanted one, with a number when that is taken. */
  register(uniqueId: string, wanted: string, device: string): string {
    const known = this.registry.get(uniqueId);
    if (known !== undefined) return known.entity_id;
    const taken = new Set([...this.registry.values()].map((entry) => entry.entity_id));
    let id = wanted;
    for (let n = 2; taken.has(id) || this.#states.has(id); n += 1) id = `${wanted}_${n}`;
    this.registry.set(uniqueId, { entity_id: id, unique_id: uniqueId, device });
    return id;
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
