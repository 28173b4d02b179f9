import { type Child, h, type Piece } from "../../parts/tree.ts";
import { fileWords } from "./file.ts";
import { type FieldName, isOptional, KINDS } from "./kinds.ts";
import { kwh, parseKwh } from "./kwh.ts";
import { instantsOf, offsetWords } from "./local-time.ts";
import { type CorrectionsState, ownMeters } from "./state.ts";

export const fieldId = (field: FieldName) => `correct-${field}`;

/** One field with its label, its hint, and what is wrong with it. */
export function fieldPiece(field: FieldName, state: CorrectionsState): Child {
  switch (field) {
    case "from":
      return time(field, "From", state);
    case "to":
      return time(field, state.kind === "lift" ? "To" : "To (not included)", state, untilNextRebase(state));
    case "at":
      return time(field, state.kind === "check" ? "Read at" : "At", state);
    case "until":
      return time(field, "Only before", state, "Left empty: until this meter's first reading.");
    case "kwh":
      return energy(field, state.kind === "lift" ? "Add to the registers (kWh)" : "Energy (kWh)", state);
    case "registerKwh":
      return energy(field, "The register stood at (kWh)", state);
    case "displayKwh":
      return energy(field, "The display reads (kWh)", state);
    case "shape":
      return choice(field, "Spread", state, [
        ["even", "evenly"],
        ["like", "like the days before"],
      ]);
    case "likeDays":
      return (
        state.draft.shape === "like" &&
        input(
          field,
          "How many days before",
          state,
          { type: "text", inputmode: "numeric" },
          "7 is the same day of the week.",
        )
      );
    case "mode":
      return choice(field, "Where there are readings already", state, [
        ["replace", "the file replaces them"],
        ["fill", "they stay; only holes are filled"],
      ]);
    case "file":
      return file(state);
    case "source":
      return choice(field, "The node that was replaced", state, [
        ["", "Choose…"],
        ...ownMeters(state.meters)
          .filter(({ id }) => id !== state.meter)
          .map(({ id, name }): [string, string] => [id, name === id ? id : `${name} (${id})`]),
      ]);
    case "name":
      return input(field, "New name", state, { type: "text", maxlength: 100, autocomplete: "off" });
    case "lift":
      return lift();
    case "why": {
      const hint = `Stands in the list for ever. For example: ${KINDS[state.kind].example}.`;
      return input(field, "Why", state, { type: "text", maxlength: 500, autocomplete: "off" }, hint);
    }
    default:
      return field satisfies never;
  }
}

function untilNextRebase({ kind }: CorrectionsState): string | undefined {
  return kind === "lift" ? "Left empty: until the next rebase." : undefined;
}

function time(field: FieldName, label: string, state: CorrectionsState, hint?: string): Child {
  const text = state.draft[field] ?? "";
  const twice = instantsOf(text, state.zone);
  return [
    input(field, label, state, { type: "datetime-local", step: 1 }, hint, state.zone.replaceAll("_", " ")),
    twice.length > 1 &&
      frame(
        `${field}-fold`,
        "This hour came twice",
        h(
          "select",
          { id: `correct-${field}-fold`, name: `${field}-fold`, class: "box" },
          ...twice.map((at, fold) => {
            return h(
              "option",
              { value: fold },
              `${fold === 0 ? "first" : "second"} time, ${offsetWords(at, state.zone)}`,
            );
          }),
        ),
      ),
  ];
}

/** Says back what was understood: 1,234 means different things to different people. */
function energy(field: FieldName, label: string, state: CorrectionsState): Piece {
  const text = state.draft[field] ?? "";
  const read = parseKwh(text, true);
  const { registerWh } = state.meters.find(({ id }) => id === state.meter) ?? { registerWh: null };
  const counted = field === "displayKwh" && registerWh !== null ? `meterman counts ${kwh(registerWh)} now.` : undefined;
  const said = read.ok
    ? `That is ${new Intl.NumberFormat("en").format(read.value).replaceAll(",", "\u202f")}\u00a0Wh.`
    : undefined;
  const hint = [said, counted].filter((one) => one !== undefined).join(" ");
  return input(
    field,
    label,
    state,
    { type: "text", inputmode: "decimal", autocomplete: "off" },
    hint || "With a point or a comma.",
  );
}

function lift(): Piece {
  const text = "Later registers follow, so that no jump shows at the end";
  const id = fieldId("lift");
  return h(
    "label",
    { key: "lift", class: "check wide", for: id },
    h("input", { id, name: "lift", type: "checkbox" }),
    h("span", {}, text),
  );
}

function file(state: CorrectionsState): Piece {
  const id = fieldId("file");
  const fault = faultOf("file", state);
  const words = state.file === null ? "Drop a file here, or choose one" : fileWords(state.file);
  return h(
    "div",
    { key: "file", class: "field wide" },
    h("span", { class: "label", id: `${id}-label` }, "File"),
    h(
      "div",
      { class: `drop ${state.file === null ? "" : "full"} ${fault === null ? "" : "wrong"}`, "data-drop": true },
      h("input", {
        ...{ id, type: "file", class: "drop-file", accept: ".csv,.json,.ndjson,.jsonl,.txt,text/csv,application/json" },
        "aria-labelledby": `${id}-label ${id}-words`,
        "aria-describedby": fault === null ? `${id}-hint` : `${id}-fault`,
        "aria-invalid": fault !== null && "true",
      }),
      h("label", { for: id, id: `${id}-words`, class: "drop-words" }, words),
    ),
    fault !== null && h("p", { id: `${id}-fault`, class: "fault" }, fault),
    h(
      "p",
      { id: `${id}-hint`, class: "hint" },
      "Columns start, end, wh; also registerWh and amps. Or when_start, entry_value, entry_interval_length, meter_value. Up to 8 MB.",
    ),
  );
}

function choice(field: FieldName, label: string, state: CorrectionsState, options: readonly [string, string][]): Piece {
  const id = fieldId(field);
  const fault = faultOf(field, state);
  const select = h(
    "select",
    {
      id,
      name: field,
      class: "box",
      "aria-invalid": fault !== null && "true",
      "aria-describedby": fault !== null && `${id}-fault`,
    },
    ...options.map(([value, text]) => h("option", { value }, text)),
  );
  return frame(field, label, select, { fault });
}

function input(
  field: FieldName,
  label: string,
  state: CorrectionsState,
  attributes: Readonly<Record<string, string | number>>,
  hint?: string,
  note?: string,
): Piece {
  const id = fieldId(field);
  const fault = faultOf(field, state);
  const told = [fault !== null && `${id}-fault`, hint !== undefined && `${id}-hint`].filter((one) => one !== false);
  const box = h("input", {
    ...{ id, name: field, class: "box", ...attributes },
    required: !isOptional(state.kind, field),
    "aria-invalid": fault !== null && "true",
    "aria-describedby": told.length > 0 && told.join(" "),
  });
  const notes = [isOptional(state.kind, field) && "optional", note].filter((one) => typeof one === "string");
  return frame(field, label, box, { fault, hint, note: notes.join(", "), isWide: field === "why" || field === "name" });
}

interface FrameOptions {
  readonly fault?: string | null;
  readonly hint?: string | undefined;
  /** Small words behind the label. */
  readonly note?: string;
  readonly isWide?: boolean;
}

function frame(field: string, label: string, box: Piece, options: FrameOptions = {}): Piece {
  const { fault = null, hint, note = "", isWide = false } = options;
  const id = `correct-${field}`;
  return h(
    "div",
    { key: field, class: `field ${isWide ? "wide" : ""} ${fault === null ? "" : "wrong"}` },
    h("label", { for: id }, label, note !== "" && h("small", {}, ` ${note}`)),
    box,
    fault !== null && h("p", { id: `${id}-fault`, class: "fault" }, fault),
    hint !== undefined && h("p", { id: `${id}-hint`, class: "hint" }, hint),
  );
}

function faultOf(field: FieldName, { faults }: CorrectionsState): string | null {
  return faults.find((one) => one.field === field)?.why ?? null;
}
