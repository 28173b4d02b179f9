import { COLOR, wholeNumber } from "../editor/index.ts";

function isTariff(this: { tariff: string }, text: string): boolean {
  if (this.tariff !== "own") return true;
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null && "windowMinutes" in given && "highest" in given;
  } catch {
    return false;
  }
}

RED.nodes.registerType("meterman-demand", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-demand.svg",
  paletteLabel: "demand",
  defaults: {
    name: { value: "" },
    meters: { value: "" },
    windowMinutes: { value: 15 },
    limitW: { value: "2500", validate: wholeNumber(1, 1_000_000, true) },
    followPeak: { value: true },
    tariff: { value: "none" },
    tariffJson: { value: "", validate: isTariff },
    zone: { value: "" },
    staleAfterS: { value: 300, validate: wholeNumber(30, 3600) },
    store: { value: "", type: "meterman-store", required: false },
  },
  inputs: 1,
  outputs: 2,
  inputLabels: "readings, power",
  outputLabels: ["demand of the open window", "closed windows, peaks"],
  label() {
    return this.name || "demand";
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const tariff = $("#node-input-tariff");
    const show = () => {
      $("#meterman-demand-window").toggle(tariff.val() === "none");
      $("#meterman-demand-follow").toggle(tariff.val() !== "none");
      $("#meterman-demand-own").toggle(tariff.val() === "own");
    };
    tariff.on("change", show);
    show();
  },
});
