import { COLOR } from "../editor/index.ts";

const QUERY: string = "readings";

RED.nodes.registerType("meterman-history", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-history.svg",
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: "" },
    store: { value: "", type: "meterman-store", required: true },
    query: { value: QUERY },
    meter: { value: "", validate: (value: string) => value === "" || /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value) },
    resolution: { value: "raw" },
    hours: { value: 24, validate: (value: number | string) => Number(value) > 0 && Number(value) <= 876_000 },
  },
  paletteLabel: "history",
  label() {
    return this.name || (this.query === "meters" ? "meters" : `${this.query} ${this.meter}`.trim());
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const query = $("#node-input-query");
    const show = () => {
      $(".meterman-history-span").toggle(!["meters", "adjustments"].includes(String(query.val())));
      $(".meterman-history-resolution").toggle(query.val() === "readings");
    };
    query.on("change", show);
    show();
  },
});
