import { wholeNumber } from "../editor/index.ts";

RED.nodes.registerType("meterman-store", {
  category: "config",
  defaults: {
    name: { value: "" },
    folder: { value: "" },
    zone: {
      value: "",
      validate: (value: string) => value === "" || /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(value),
    },
    flushS: { value: 60, required: true, validate: wholeNumber(1, 600) },
    keepRawMonths: { value: 0, validate: wholeNumber(0, 1200, true) },
  },
  label() {
    return this.name || this.folder || "store";
  },
});
