/** The compressed states of `subscribe_entities`: added, changed, removed. */
export interface EntitiesEvent {
  readonly a?: Readonly<Record<string, { readonly s: string; readonly a?: Attributes }>>;
  readonly c?: Readonly<Record<string, EntityChange>>;
  readonly r?: readonly string[];
}
type Attributes = Readonly<Record<string, unknown>>;
interface EntityChange {
  readonly "+"?: { readonly s?: string; readonly a?: Attributes };
  readonly "-"?: { readonly a?: readonly string[] };
}

const attributes = { type: "object" } as const;
export const ENTITIES_EVENT_SCHEMA = {
  type: "object",
  properties: {
    a: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["s"],
        properties: { s: { type: "string" }, a: attributes },
      },
    },
    c: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: {
          "+": { type: "object", properties: { s: { type: "string" }, a: attributes } },
          "-": { type: "object", properties: { a: { type: "array", items: { type: "string" } } } },
        },
      },
    },
    r: { type: "array", items: { type: "string" } },
  },
} as const;

/** `state` is null while the entity does not exist or is unavailable. */
export interface EntityView {
  readonly state: string | null;
  readonly attributes: Attributes;
}
export const UNSEEN: EntityView = { state: null, attributes: {} };

const present = (state: string) => (state === "unavailable" ? null : state);

/** What is known of `entity` after `event`; the same object when the event is about something else. */
export function evolveEntity(view: EntityView, entity: string, event: EntitiesEvent): EntityView {
  if (event.r?.includes(entity)) return UNSEEN;
  const added = event.a?.[entity];
  if (added !== undefined) return { state: present(added.s), attributes: added.a ?? {} };
  const change = event.c?.[entity];
  if (change === undefined) return view;
  const gone = new Set(change["-"]?.a ?? []);
  const kept = Object.entries(view.attributes).filter(([name]) => !gone.has(name));
  return {
    state: change["+"]?.s === undefined ? view.state : present(change["+"].s),
    attributes: { ...Object.fromEntries(kept), ...change["+"]?.a },
  };
}
