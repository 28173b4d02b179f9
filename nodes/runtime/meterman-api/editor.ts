import { COLOR } from "../editor/index.ts";

RED.nodes.registerType("meterman-api", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-api.svg",
  inputs: 0,
  outputs: 0,
  defaults: {
    name: { value: "" },
    store: { value: "", type: "meterman-store", required: true },
  },
  paletteLabel: "api",
  label() {
    return this.name || this._("meterman-api.label");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
});
