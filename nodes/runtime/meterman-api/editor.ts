import type { Token } from "../../api/index.ts";
import { COLOR } from "../editor/index.ts";
import { addToken, judgeTokens, readTokens, tokenTable } from "./token-table.ts";

const NO_TOKENS: readonly Token[] = [];

RED.nodes.registerType("meterman-api", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-api.svg",
  inputs: 0,
  outputs: 0,
  defaults: {
    name: { value: "" },
    store: { value: "", type: "meterman-store", required: true },
    tokens: { value: NO_TOKENS, validate: judgeTokens as (tokens: unknown) => never },
  },
  paletteLabel: "api",
  label() {
    return this.name || this._("meterman-api.label");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const words = (key: string) => this._(`meterman-api.tokens.${key}`);
    const list = $("#meterman-token-list");
    tokenTable(list, this.tokens ?? NO_TOKENS, words);
    const fault = $("#meterman-token-fault");
    $("#meterman-token-new").on("click", () => addToken(list, (text) => fault.text(text), words));
  },
  oneditsave() {
    this.tokens = readTokens($("#meterman-token-list"));
  },
});
