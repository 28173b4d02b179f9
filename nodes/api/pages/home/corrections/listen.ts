export interface Hearers {
  takeControl(control: HTMLInputElement | HTMLSelectElement): void;
  takeFile(files: FileList | null | undefined): unknown;
  /** @param form the name of the form that was sent */
  submit(form: string): unknown;
  press(button: HTMLElement): unknown;
}

/** What people do with the form, by one set of listeners: its parts come and go. */
export function listen(host: HTMLElement, hear: Hearers): void {
  const control = ({ target }: Event) => {
    const isControl = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    return isControl && target.name !== "" && target.name !== "undo-why" ? target : null;
  };
  host.addEventListener("input", (event) => {
    const found = control(event);
    if (found !== null) hear.takeControl(found);
  });
  host.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "file") void hear.takeFile(target.files);
  });
  host.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) void hear.submit(event.target.dataset.form ?? "");
  });
  host.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-do]") : null;
    if (button instanceof HTMLElement) void hear.press(button);
  });
  listenToDrops(host, hear);
}

function listenToDrops(host: HTMLElement, hear: Hearers): void {
  const zone = ({ target }: Event) => (target instanceof Element ? target.closest("[data-drop]") : null);
  host.addEventListener("dragover", (event) => {
    const over = zone(event);
    // A file that misses the field must not replace the page.
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = over === null ? "none" : "copy";
    over?.classList.add("over");
  });
  host.addEventListener("dragleave", (event) => zone(event)?.classList.remove("over"));
  host.addEventListener("drop", (event) => {
    event.preventDefault();
    const over = zone(event);
    over?.classList.remove("over");
    if (over !== null) void hear.takeFile(event.dataTransfer?.files);
  });
}
