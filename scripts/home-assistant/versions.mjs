// Which Home Assistants the tests know, and what each needs below it.

/** `python`: lowest version that fits, and the series; `suite`: the Debian whose Python is of that series. */
export const versions = {
  "2026.11.0": { python: "3.14", patch: 2, suite: "forky" },
  "2025.2.5": { python: "3.13", patch: 0, suite: "trixie" },
};

export const mainVersion = "2026.11.0";

export function requireVersion(name) {
  const found = versions[name];
  if (found === undefined)
    throw new Error(`version ${name} is not known; choose ${Object.keys(versions).join(" or ")}`);
  return { version: name, ...found };
}
