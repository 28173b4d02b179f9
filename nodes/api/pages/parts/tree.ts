/** A piece of the page as plain data: views make it, `patch` makes the page like it. Texts can only become texts. */
export interface Piece {
  readonly tag: string;
  /** Tells pieces of one list apart, so that each keeps its element, its focus and what is unfolded. */
  readonly key: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (Piece | string)[];
}
export type Child = Piece | string | null | false | undefined | readonly Child[];
/** true is an attribute without value; false, null and undefined are none. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

export function h(tag: string, attributes: Attributes, ...children: readonly Child[]): Piece {
  const kept = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "key" || value === false || value === null || value === undefined) continue;
    kept.set(name, value === true ? "" : String(value));
  }
  const { key } = attributes;
  return { tag, key: key === undefined ? undefined : String(key), attributes: kept, children: flat(children) };
}

function flat(children: readonly Child[]): (Piece | string)[] {
  const pieces: (Piece | string)[] = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (typeof child === "string" || "tag" in child) pieces.push(child);
    else pieces.push(...flat(child));
  }
  return pieces;
}

/** All the words of a piece, as they are read. */
export function wordsOf(piece: Piece | string): string {
  return typeof piece === "string" ? piece : piece.children.map(wordsOf).join(" ");
}
