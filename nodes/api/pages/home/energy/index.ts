import type { App, View } from "../app.ts";

export function mountEnergy(_host: HTMLElement, _app: App): View {
  return { show() {}, hide() {} };
}
