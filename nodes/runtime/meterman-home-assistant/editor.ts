import { wholeNumber } from "../editor/index.ts";

RED.nodes.registerType("meterman-home-assistant", {
  category: "config",
  defaults: {
    name: { value: "" },
    url: { value: "", validate: (value: string) => value === "" || /^(https?:\/\/)?[^\s/]+/i.test(value) },
    addon: { value: false },
    selfSigned: { value: false },
    timeoutS: { value: 10, validate: wholeNumber(1, 60) },
  },
  credentials: {
    token: { type: "password" },
  },
  label() {
    return this.name || (this.addon ? "Home Assistant add-on" : this.url) || "Home Assistant";
  },
  oneditprepare() {
    const addon = $("#node-config-input-addon");
    const show = () => $(".meterman-ha-remote").toggle(!addon.is(":checked"));
    addon.on("change", show);
    show();
  },
});
