import { energyDashboardSection } from "../editor/energy-dashboard.ts";
import { COLOR } from "../editor/index.ts";

RED.nodes.registerType("meterman-publish", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-publish.svg",
  paletteLabel: "publish",
  defaults: {
    name: { value: "" },
    homeAssistant: { value: "", type: "meterman-home-assistant", required: true },
    path: { value: "auto" },
  },
  inputs: 1,
  outputs: 1,
  outputLabels: ["what was published"],
  oneditprepare() {
    energyDashboardSection($("#meterman-energy-dashboard"), this.id, (key) => this._(key));
  },
  label() {
    return this.name || "publish";
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
});
