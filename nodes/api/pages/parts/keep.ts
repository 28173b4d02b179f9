/** Where the token is kept: for this tab, or on this device when the user says so. Browsers may forbid either. */
const NAME = "meterman.token";

export function keptToken(): string | null {
  return read("session") ?? read("local");
}

export function isRemembered(): boolean {
  return read("local") !== null;
}

/** @param token null forgets it everywhere */
export function keepToken(token: string | null, onDevice: boolean): void {
  write("session", onDevice ? null : token);
  write("local", onDevice ? token : null);
}

function storage(kind: "session" | "local"): Storage {
  return kind === "session" ? window.sessionStorage : window.localStorage;
}

function read(kind: "session" | "local"): string | null {
  try {
    return storage(kind).getItem(NAME);
  } catch {
    return null;
  }
}

function write(kind: "session" | "local", token: string | null): void {
  try {
    if (token === null) storage(kind).removeItem(NAME);
    else storage(kind).setItem(NAME, token);
  } catch {
    // It then lasts as long as the page.
  }
}
