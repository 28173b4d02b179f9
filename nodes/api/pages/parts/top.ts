import { type Child, h, type Piece } from "./tree.ts";

/** Every page and view, with its address relative to any of them. */
const PLACES = [
  { name: "Energy", href: "./#energy" },
  { name: "Corrections", href: "./#corrections" },
  { name: "Health", href: "./#health" },
  { name: "Demand", href: "demand" },
] as const;
export type Place = (typeof PLACES)[number]["name"];

/** The head of every page: where one is and may go, how fresh it is, and whether it is unlocked. */
export function top(here: Place, pulse: Child, lock: Child): Piece {
  return h(
    "header",
    { class: "top" },
    h("h1", {}, here),
    h(
      "nav",
      { "aria-label": "Pages of meterman" },
      ...PLACES.map(({ name, href }) => h("a", { href, "aria-current": name === here && "page" }, name)),
    ),
    pulse,
    lock,
  );
}

/** @param age of what is shown, or why there is nothing fresh */
export function pulse(isFresh: boolean, age: string): Piece {
  return h(
    "span",
    { class: `pulse ${isFresh ? "live" : ""}` },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h("span", { class: "age" }, age),
  );
}

/** Opens the dialog of the token. */
export function unlock(text: string, isOpen = false): Piece {
  const look = { class: isOpen ? "token open" : "token", title: "Enter or forget a token" };
  return h("button", { type: "button", ...look, "data-act": "token" }, lock(isOpen), h("span", {}, text));
}

/** What stands in place of a page that its reader may not see. */
export function locked(hasToken: boolean, why: string): Piece {
  return h(
    "section",
    { class: "card locked" },
    h("h2", {}, hasToken ? "This token does not open the page" : "This page asks for a token"),
    h("p", { role: "alert" }, why),
    unlock(hasToken ? "Enter another token" : "Enter a token"),
  );
}

function lock(isOpen: boolean): Piece {
  return h(
    "svg",
    { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
    h("path", { d: isOpen ? "M4.5 7V4.5a3.5 3.5 0 0 1 6.9-.8" : "M4.5 7V5a3.5 3.5 0 0 1 7 0v2" }),
    h("rect", { x: 3, y: 7, width: 10, height: 7, rx: 1.8, class: "body" }),
  );
}
