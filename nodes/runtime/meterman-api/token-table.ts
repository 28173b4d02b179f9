import type { NewToken, Scope, Token } from "../../api/index.ts";

/** The table of tokens in the edit dialog. A new one is made by the server, and its secret shown until the dialog ends. */
const URL = "meterman-api/tokens";
/** As in the API's own list: the editor's bundle has no use for the rest of that room. */
const SCOPES: readonly Scope[] = ["read", "adjust", "control"];

type Row = Token & { readonly secret?: string };
type Words = (key: string) => string;

export function tokenTable(list: JQuery, tokens: readonly Token[], words: Words): void {
  list.css({ "min-height": "230px", "min-width": "420px" }).editableList({
    addButton: false,
    removable: true,
    addItem: (row: JQuery, _index: number, token: Row) => addRow(row, token, words),
  });
  for (const token of tokens) list.editableList("addItem", token);
}

/** Asks the server for a new token and adds it; `fail` hears why there is none. */
export function addToken(list: JQuery, fail: (text: string) => void, words: Words): void {
  $.ajax({ url: URL, type: "POST", contentType: "application/json", data: "{}" })
    .done((made: NewToken) => {
      const scopes: readonly Scope[] = ["read", "control"];
      list.editableList("addItem", { ...made, name: "", scopes });
      fail("");
    })
    .fail(({ status }) => fail(words(status === 401 || status === 403 ? "forbidden" : "failed")));
}

/** What is saved of the rows: never a secret. */
export function readTokens(list: JQuery): Token[] {
  const tokens: Token[] = [];
  list.editableList("items").each((_index: number, item: HTMLElement) => {
    const row = $(item);
    // ⚠ A row that was removed fades out for a while, and is still in the list.
    if (row.closest("li").hasClass("red-ui-editableList-item-deleting")) return;
    const { id, hash, created }: Row = row.data("data");
    const name = String(row.find("[data-field=name]").val() ?? "").trim();
    const scopes = SCOPES.filter((scope) => row.find(`[data-field=${scope}]`).prop("checked") === true);
    tokens.push({ id, name, scopes, hash, created });
  });
  return tokens;
}

/** True, or what is wrong. Node-RED takes a text from validators with two arguments. */
export function judgeTokens(tokens: unknown, _options: unknown): true | string {
  const all = Array.isArray(tokens) ? (tokens as Partial<Token>[]) : [];
  const idle = all.find(({ scopes }) => (scopes ?? []).length === 0);
  return idle === undefined || `token ${idle.name ?? ""} may do nothing: tick what it is for, or remove it`;
}

function addRow(row: JQuery, token: Row, words: Words): void {
  const line = $("<div/>", { style: "display:flex; flex-wrap:wrap; gap:4px 12px; align-items:center;" }).appendTo(row);
  const title = words("name");
  const field = { type: "text", "data-field": "name", placeholder: title, title, "aria-label": title, maxlength: 100 };
  $("<input/>", { ...field, style: "flex:1 1 120px; width:auto;" })
    .val(token.name)
    .appendTo(line);
  for (const scope of SCOPES) {
    const style = "width:auto; margin:0; white-space:nowrap;";
    const label = $("<label/>", { style, title: words(`${scope}What`) }).appendTo(line);
    $("<input/>", { type: "checkbox", "data-field": scope, style: "width:auto; margin:0 4px 0 0;" })
      .prop("checked", token.scopes.includes(scope))
      .appendTo(label);
    label.append(document.createTextNode(words(scope)));
  }
  const day = new Date(token.created * 1000).toISOString().slice(0, 10);
  $("<span/>", { text: day, style: "color:var(--red-ui-secondary-text-color); font-size:.9em;" }).appendTo(line);
  if (token.secret !== undefined) showSecret(row, token.secret, words);
}

function showSecret(row: JQuery, secret: string, words: Words): void {
  const box = $("<div/>", { style: "margin-top:6px; display:flex; flex-wrap:wrap; gap:6px;" }).appendTo(row);
  const field = { type: "text", readonly: "readonly", "data-field": "secret", "aria-label": words("secret") };
  const input = $("<input/>", { ...field, style: "flex:1 1 260px; width:auto; font-family:monospace; color:inherit;" })
    .val(secret)
    .appendTo(box);
  const copy = $("<button/>", { type: "button", class: "red-ui-button", text: words("copy") }).appendTo(box);
  copy.on("click", () => {
    input.trigger("select");
    // ⚠ Without a secure connection there is no clipboard API.
    if (document.execCommand("copy")) copy.text(words("copied"));
  });
  $("<div/>", { text: words("once"), style: "flex-basis:100%; color:var(--red-ui-text-color-warning);" }).appendTo(box);
  setTimeout(() => input.trigger("focus").trigger("select"), 0);
}
