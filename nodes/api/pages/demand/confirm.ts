import { make, show } from "../parts/dialogs.ts";
import { h } from "../parts/tree.ts";

/** Whether the user wants real switching to begin. */
export async function confirmLive(loads: readonly string[]): Promise<boolean> {
  const names = loads.length === 0 ? "its loads" : loads.join(", ");
  const dialog = make("live-dialog", "End the dry run?", [
    h("p", {}, "From now on meterman switches ", h("b", {}, names), " for real, as the decisions say."),
    h(
      "div",
      { class: "buttons" },
      h("span", {}),
      h("button", { type: "button", "data-close": "", class: "quiet", autofocus: true }, "Keep the dry run"),
      h("button", { value: "ok", class: "main" }, "Switch for real"),
    ),
  ]);
  const choice = await show(dialog);
  dialog.remove();
  return choice === "ok";
}
