import type { Draft } from "./draft.ts";

/**
 * Puts into the controls what the state says. What a person types is in the draft at once, so that this touches only
 * what the page itself changed, or made anew.
 */
export function fill(host: HTMLElement, draft: Draft, meter: string, kind: string): void {
  for (const control of host.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
    const { name } = control;
    if (name === "undo-why") continue;
    const value = name === "meter" ? meter : name === "kind" ? kind : (draft[name] ?? "");
    if (control instanceof HTMLSelectElement) {
      const wanted = [...control.options].some((option) => option.value === value) ? value : control.options[0]?.value;
      if (wanted !== undefined && control.value !== wanted) control.value = wanted;
    } else if (control.type === "radio") control.checked = control.value === value;
    else if (control.type === "checkbox") control.checked = value === "on";
    else if (control.value !== value) control.value = value;
  }
}

/** What the draft holds for a control. */
export function textOf(control: HTMLInputElement | HTMLSelectElement): string {
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked ? "on" : "";
  return control.value;
}

/** A control or a section that was just drawn. */
export function focusOn(host: HTMLElement, id: string): void {
  const found = host.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
  found?.focus();
  found?.scrollIntoView({ block: "nearest" });
}
