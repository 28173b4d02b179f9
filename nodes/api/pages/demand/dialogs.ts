import { isRemembered } from "./keep.ts";

/** The two dialogs of index.html. Each settles with what the user wants, or null when it is put away. */
function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page lacks ${id}`);
}

export interface TokenWish {
  /** null: forget it. */
  readonly token: string | null;
  readonly onDevice: boolean;
}

export async function askToken(hasToken: boolean): Promise<TokenWish | null> {
  const secret = byId("token-secret", HTMLInputElement);
  const remember = byId("token-remember", HTMLInputElement);
  secret.value = "";
  remember.checked = isRemembered();
  byId("token-forget", HTMLButtonElement).hidden = !hasToken;
  const choice = await show("token-dialog");
  const token = secret.value.trim();
  secret.value = "";
  if (choice === "forget") return { token: null, onDevice: false };
  return choice === "ok" && token !== "" ? { token, onDevice: remember.checked } : null;
}

/** Whether the user wants real switching to begin. */
export async function confirmLive(loads: readonly string[]): Promise<boolean> {
  byId("live-loads", HTMLElement).textContent = loads.length === 0 ? "its loads" : loads.join(", ");
  return (await show("live-dialog")) === "ok";
}

function show(id: string): Promise<string> {
  const dialog = byId(id, HTMLDialogElement);
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
