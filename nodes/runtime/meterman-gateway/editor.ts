import { COLOR, wholeNumber } from "../editor/index.ts";

const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const isNetwork = (value: string) => (OCTETS.exec(value)?.slice(1) ?? [256]).every((octet) => Number(octet) <= 255);

RED.nodes.registerType("meterman-gateway", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-gateway.svg",
  defaults: {
    name: { value: "" },
    network: { value: "0.0.1.1", required: true, validate: isNetwork },
    silentAfterS: { value: 300, required: true, validate: wholeNumber(30, 86_400) },
    diagnostics: { value: "warnings", required: true },
  },
  inputs: 1,
  outputs: 3,
  inputLabels() {
    return this._("meterman-gateway.labels.input");
  },
  outputLabels(index: number) {
    return this._(`meterman-gateway.labels.output${index + 1}`);
  },
  label() {
    return this.name || this._("meterman-gateway.label");
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  paletteLabel: "gateway",
});
