import { isRemembered } from "./keep.ts";
import { patch } from "./patch.ts";
import { type Child, h } from "./tree.ts";

export interface TokenWish {
  /** null: forget it. */
  readonly token: string | null;
  readonly onDevice: boolean;
}

/** Which scopes the page has a use for, in a sentence of its dialog: `["read", "shows this page"]`. */
export type ScopeWords = readonly (readonly [scope: string, use: string])[];

/** @returns what the user wants, or null when the dialog is put away */
export async function askToken(hasToken: boolean, words: ScopeWords): Promise<TokenWish | null> {
  const dialog = make("token-dialog", "Enter a token", [
    h(
      "p",
      {},
      "Tokens are made in Node-RED, in the dialog of the api node. One with the scope ",
      ...words.map(([scope, use], index) => [index === 0 ? "" : ", one with ", h("b", {}, scope), ` ${use}`]),
      ".",
    ),
    h("label", { for: "token-secret" }, "Token"),
    h("input", { id: "token-secret", type: "password", autocomplete: "off", spellcheck: "false", placeholder: "mm_…" }),
    h(
      "label",
      { class: "check" },
      h("input", { id: "token-remember", type: "checkbox" }),
      " Remember it on this device",
    ),
    h("p", { class: "note" }, "Otherwise it is forgotten with this tab."),
    h(
      "div",
      { class: "buttons" },
      hasToken && h("button", { type: "button", "data-close": "forget", class: "quiet" }, "Forget it"),
      h("span", {}),
      h("button", { type: "button", "data-close": "", class: "quiet" }, "Cancel"),
      h("button", { value: "ok", class: "main" }, "Use it"),
    ),
  ]);
  const field = (id: string) => dialog.querySelector<HTMLInputElement>(`#${id}`);
  const remember = field("token-remember");
  if (remember !== null) remember.checked = isRemembered();
  const choice = await show(dialog);
  const token = field("token-secret")?.value.trim() ?? "";
  const onDevice = remember?.checked ?? false;
  dialog.remove();
  if (choice === "forget") return { token: null, onDevice: false };
  return choice === "ok" && token !== "" ? { token, onDevice } : null;
}

/** A dialog with a title and a form; `show` opens it, and whoever made it removes it. */
export function make(id: string, title: string, content: readonly Child[]): HTMLDialogElement {
  document.getElementById(id)?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = id;
  dialog.setAttribute("aria-labelledby", `${id}-title`);
  patch(dialog, [h("form", { method: "dialog" }, h("h2", { id: `${id}-title` }, title), ...content)]);
  document.body.append(dialog);
  return dialog;
}

/** @returns the value of the button that closed it: a submit button's `value`, or another one's `data-close` */
export function show(dialog: HTMLDialogElement): Promise<string> {
  dialog.returnValue = "";
  // Not submit buttons: Enter in a field means the main one.
  for (const button of dialog.querySelectorAll<HTMLButtonElement>("[data-close]")) {
    button.onclick = () => dialog.close(button.dataset.close);
  }
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
