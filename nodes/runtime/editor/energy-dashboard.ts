/** The section of the publish node's dialog that puts a meter into Home Assistant's Energy dashboard. */
interface Published {
  readonly meters: readonly { readonly id: string; readonly name: string }[];
}
interface Answer {
  readonly text: string;
  readonly issues: readonly { readonly passing: boolean }[];
}
type Words = (key: string) => string;

/**
 * Fills the section `root` (see template.html). It acts at once, on the node that is deployed under `id`.
 * @param words of the locale, below `energy.`
 */
export function energyDashboardSection(root: JQuery, id: string, words: Words): void {
  const url = `meterman-publish/${encodeURIComponent(id)}/energy-dashboard`;
  const meters = root.find("select.meterman-energy-meter");
  const role = root.find("select.meterman-energy-role");
  const button = root.find("button");
  const result = root.find(".meterman-energy-result");
  const say = (text: string, color = "inherit") => result.text(text).css("color", color);
  const enable = (on: boolean) => root.find("select, button").prop("disabled", !on);

  enable(false);
  $.getJSON(url)
    .done((published: Published) => {
      for (const meter of published.meters) {
        meters.append($("<option/>", { value: meter.id, text: `${meter.name} (${meter.id})` }));
      }
      enable(published.meters.length > 0);
      say(published.meters.length > 0 ? "" : words("energy.none"));
    })
    .fail((failure) => say(reason(failure) ?? words("energy.undeployed")));

  button.on("click", (event) => {
    event.preventDefault();
    enable(false);
    say(words("energy.busy"));
    const data = JSON.stringify({ meter: meters.val(), as: role.val() });
    $.ajax({ url, type: "POST", contentType: "application/json", data })
      .done(({ text, issues }: Answer) => {
        const trouble = issues.some(({ passing }) => !passing);
        say(text, trouble ? "var(--red-ui-text-color-warning)" : "var(--red-ui-text-color-success)");
      })
      .fail((failure) => say(reason(failure) ?? words("energy.failed"), "var(--red-ui-text-color-error)"))
      .always(() => enable(true));
  });
}

function reason(failure: JQuery.jqXHR): string | undefined {
  const message: unknown = failure.responseJSON?.message;
  return typeof message === "string" ? message : undefined;
}
