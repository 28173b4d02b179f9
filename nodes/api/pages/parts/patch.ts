import type { Piece } from "./tree.ts";

const SVG = "http://www.w3.org/2000/svg";
const keys = new WeakMap<Node, string>();

/**
 * Makes the children of `parent` like `wanted` with as few changes as it takes: what stays the same keeps its focus, its
 * selection and its place on the screen. What is unfolded stays unfolded.
 */
export function patch(parent: Element, wanted: readonly (Piece | string)[]): void {
  const keyed = new Map<string, ChildNode>();
  const wantedKeys = new Set(wanted.map((want) => (typeof want === "string" ? undefined : want.key)));
  for (const child of [...parent.childNodes]) {
    const key = keys.get(child);
    if (key === undefined) continue;
    // Gone first: an element that stays then need not be moved, which would take its focus.
    if (wantedKeys.has(key)) keyed.set(key, child);
    else child.remove();
  }
  let at = parent.firstChild;
  for (const want of wanted) {
    const node = typeof want === "string" ? textAt(at, want) : elementAt(at, want, keyed, parent);
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

function textAt(at: ChildNode | null, text: string): ChildNode {
  if (!(at instanceof Text)) return document.createTextNode(text);
  if (at.data !== text) at.data = text;
  return at;
}

function elementAt(at: ChildNode | null, want: Piece, keyed: Map<string, ChildNode>, parent: Element): ChildNode {
  const there = want.key === undefined ? at : (keyed.get(want.key) ?? null);
  const fits = there instanceof Element && there.localName === want.tag && keys.get(there) === want.key;
  const element = fits ? there : create(want, parent);
  for (const [name, value] of want.attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  for (const name of element.getAttributeNames()) {
    const own = name === "open" && element.localName === "details";
    if (!want.attributes.has(name) && !own) element.removeAttribute(name);
  }
  patch(element, want.children);
  return element;
}

function create({ tag, key }: Piece, parent: Element): Element {
  const isDrawing = tag === "svg" || parent.namespaceURI === SVG;
  const element = isDrawing ? document.createElementNS(SVG, tag) : document.createElement(tag);
  if (key !== undefined) keys.set(element, key);
  return element;
}
