import { isTariffKey, TARIFFS, type Tariff, tariffWords } from "../../demand/index.ts";
import { COLOR, wholeNumber } from "../editor/index.ts";
import { fillSelect } from "./form/dom.ts";
import { ownTariff, showRules } from "./form/own.ts";
import { tariffOfText } from "./form/read.ts";
import { linkSteps, windowOptions } from "./form/tariff-field.ts";

/** True, or what is wrong. Node-RED takes a text from validators with two arguments. */
function judgeOwn(this: { tariff: string; target?: string }, text: string, _options: unknown): true | string {
  if (this.tariff !== "own" || this.target === "surplus") return true;
  const told = tariffOfText(text);
  return "tariff" in told ? true : told.fault;
}

/** Of all the meters that are wired none would be taken off. One that is named may tell signed power. */
function judgeExport(this: { target?: string; meters: string }, meters: string, _options: unknown): true | string {
  const isNamed = `${meters}${this.meters}`.trim() !== "";
  return this.target !== "surplus" || isNamed ? true : "name the meter of what is fed into the grid";
}

RED.nodes.registerType("meterman-demand", {
  category: "meterman",
  color: COLOR,
  icon: "meterman-demand.svg",
  paletteLabel: "demand",
  defaults: {
    name: { value: "" },
    target: { value: "limit" },
    meters: { value: "" },
    exportMeters: { value: "", validate: judgeExport as (meters: string) => never },
    phase: { value: "" },
    windowMinutes: { value: 15 },
    stepMinutes: { value: "" },
    limitW: { value: "2500", validate: wholeNumber(1, 1_000_000, true) },
    followPeak: { value: true },
    tariff: { value: "none" },
    tariffJson: { value: "", validate: judgeOwn as (text: string) => never },
    zone: { value: "" },
    staleAfterS: { value: 300, validate: wholeNumber(30, 3600) },
    store: { value: "", type: "meterman-store", required: false },
  },
  inputs: 1,
  outputs: 2,
  inputLabels() {
    return this._("port.input");
  },
  outputLabels(index: number) {
    return this._(`port.output.${index}`);
  },
  label() {
    return this.name || "demand";
  },
  labelStyle() {
    return this.name ? "node_label_italic" : "";
  },
  oneditprepare() {
    const find = (name: string) => $(`#node-input-${name}`);
    const [tariff, target, zone, limit] = [find("tariff"), find("target"), find("zone"), find("limitW")];
    const rules = $("#meterman-demand-rules");
    const form = (key: string) => this._(`form.${key}`);
    const clock = () => String(zone.val()).trim();
    const here = () => clock() || Intl.DateTimeFormat().resolvedOptions().timeZone;
    const own = ownTariff($("#meterman-demand-own"), form, here, (told) => {
      if (tariff.val() !== "own") return;
      showRules(rules, "fault" in told ? [] : tariffWords(told.tariff));
    });
    fillSelect(find("windowMinutes"), windowOptions(form));
    find("windowMinutes").val(String(this.windowMinutes ?? 15));
    linkSteps(find("windowMinutes"), find("stepMinutes"), form)();
    find("stepMinutes").val(String(this.stepMinutes ?? ""));
    // Flows of older versions do not have these yet.
    if (target.val() === null) target.val("limit");
    if (find("phase").val() === null) find("phase").val("");

    const show = () => {
      const chosen = String(tariff.val());
      const isSurplus = target.val() === "surplus";
      const isPlain = isSurplus || chosen === "none";
      $(".meterman-demand-surplus").toggle(isSurplus);
      $(".meterman-demand-limit").toggle(!isSurplus);
      $("#meterman-demand-window").toggle(isPlain);
      $("#meterman-demand-follow").toggle(!isPlain);
      $("#meterman-demand-own").toggle(!isSurplus && chosen === "own");
      // A tariff of one's own has its zone in the form.
      $("#meterman-demand-zone").toggle(isPlain || chosen !== "own" || clock() !== "");
      limit.attr("placeholder", this._(isSurplus ? "placeholder.importW" : "placeholder.limitW"));
      rules.parent().toggle(!isPlain);
      if (isSurplus) return;
      if (isTariffKey(chosen)) {
        const shipped: Tariff = TARIFFS[chosen];
        showRules(rules, tariffWords(clock() === "" ? shipped : { ...shipped, zone: clock() }));
      } else if (chosen === "own") own.refresh();
    };
    // What may be drawn from the grid beside the sun is another figure than the limit of a window.
    let other = target.val() === "surplus" ? "2500" : "";
    let before = target.val();
    target.on("change", () => {
      if (target.val() === before) return;
      before = target.val();
      const limitW = String(limit.val() ?? "");
      limit.val(other).trigger("change");
      other = limitW;
      show();
    });
    tariff.on("change", show);
    zone.on("change", show);
    show();
  },
});
