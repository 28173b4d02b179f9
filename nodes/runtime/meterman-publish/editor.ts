import { energyDashboardSection } from "../editor/energy-dashboard.ts";
import { COLOR } from "../editor/index.ts";

interface Ways {
  readonly homeAssistant: string;
  readonly broker: string;
}

/** Either of the two leads into Home Assistant. */
function hasWay(this: Ways): boolean {
  return [this.homeAssistant, this.broker].some((id) => typeof id === "string" && id !== "" && id !== "_ADD_");
}

RED.nodes.registerType("meterman-publish", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-publish.svg",
  paletteLabel: "publish",
  defaults: {
    name: { value: "" },
    homeAssistant: { value: "", type: "meterman-home-assistant", required: false, validate: hasWay },
    broker: { value: "", type: "mqtt-broker", required: false },
    path: { value: "auto" },
    store: { value: "", type: "meterman-store", required: false },
  },
  inputs: 1,
  outputs: 1,
  inputLabels() {
    return this._("port.input");
  },
  outputLabels() {
    return this._("port.output");
  },
  oneditprepare() {
    energyDashboardSection($("#meterman-energy-dashboard"), this.id, (key) => this._(key));
  },
  label() {
    return this.name || this._("label.node");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
});
