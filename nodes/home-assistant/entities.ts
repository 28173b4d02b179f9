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

/**
 * Why an entity has no state: nothing was heard since the connection was made, Home Assistant has no such entity (it was
 * renamed, removed or disabled), or its device or integration is away.
 */
export type Absence = "unheard" | "missing" | "unavailable";

/** `state` is null, and `absent` is not, while the entity does not exist or is unavailable. */
export interface EntityView {
  readonly state: string | null;
  readonly absent: Absence | null;
  readonly attributes: Attributes;
}
export const UNSEEN: EntityView = { state: null, absent: "unheard", attributes: {} };
const MISSING: EntityView = { state: null, absent: "missing", attributes: {} };

const present = (state: string): Pick<EntityView, "state" | "absent"> =>
  state === "unavailable" ? { state: null, absent: "unavailable" } : { state, absent: null };

/** What is known of `entity` after `event`; the same object when the event is about something else. */
export function evolveEntity(view: EntityView, entity: string, event: EntitiesEvent): EntityView {
  if (event.r?.includes(entity)) return MISSING;
  const added = event.a?.[entity];
  if (added !== undefined) return { ...present(added.s), attributes: added.a ?? {} };
  // The first event after subscribing lists everything that is there.
  if (event.a !== undefined && view.absent === "unheard") return MISSING;
  const change = event.c?.[entity];
  if (change === undefined) return view;
  const gone = new Set(change["-"]?.a ?? []);
  const kept = Object.entries(view.attributes).filter(([name]) => !gone.has(name));
  return {
    ...(change["+"]?.s === undefined ? view : present(change["+"].s)),
    attributes: { ...Object.fromEntries(kept), ...change["+"]?.a },
  };
}
