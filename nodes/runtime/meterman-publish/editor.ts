import { energyDashboardSection } from "../editor/energy-dashboard.ts";
import { COLOR } from "../editor/index.ts";

const isChosen = (id: unknown) => typeof id === "string" && id !== "" && id !== "_ADD_";

/** Either of the two leads into Home Assistant. In the open dialog the broker that is chosen there counts. */
function hasWay(this: { readonly broker: string }, homeAssistant: string): boolean {
  return isChosen(homeAssistant) || isChosen($("#node-input-broker").val() ?? this.broker);
}

RED.nodes.registerType("meterman-publish", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-publish.svg",
  paletteLabel: "publish",
  defaults: {
    name: { value: "" },
    homeAssistant: { value: "", type: "meterman-home-assistant", validate: hasWay },
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
