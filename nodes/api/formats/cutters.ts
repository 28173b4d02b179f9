/** What stands at a line of a text: an element of an array, or a line of NDJSON; or what is wrong there. */
export interface Piece {
  readonly line: number;
  readonly text: string;
  readonly fault?: string;
}

/** Longer elements and lines are no rows. */
export const LONGEST = 65_536;
const TOO_LONG = "this is far too long for a row";
const NO_ARRAY = "a JSON text must be an array of rows: [{…}, {…}]";
const MORE = "there is more behind the array: all rows must be in one";
const WAS_CUT = "the array is not closed: the text was cut off";

/** Cuts a JSON array into the texts of its elements, however it is chunked. Whether each is JSON is seen later. */
export class ArrayCutter {
  #line = 1;
  /** 0 before the array and behind it, 1 between its elements, more within one. */
  #depth = 0;
  #isClosed = false;
  /** The rest is not looked at. */
  #isOver = false;
  #text = "";
  /** Line of the element that has begun. */
  #began: number | undefined;
  #inString = false;
  #escaped = false;

  push(chunk: string): Piece[] {
    const found: Piece[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length && !this.#isOver; i += 1) {
      const character = chunk[i] ?? "";
      if (character === "\n") this.#line += 1;
      if (this.#inString) this.#string(character);
      else if (isSpace(character)) continue;
      else if (this.#depth === 0) {
        if (character === "[" && !this.#isClosed) this.#depth = 1;
        else found.push(this.#stop(this.#isClosed ? MORE : NO_ARRAY));
      } else if (this.#depth === 1 && (character === "," || character === "]")) {
        if (this.#began !== undefined) found.push({ line: this.#began, text: this.#text + chunk.slice(from, i) });
        else if (character === ",") found.push({ line: this.#line, text: "" });
        this.#text = "";
        this.#began = undefined;
        if (character === "]") {
          this.#depth = 0;
          this.#isClosed = true;
        }
      } else {
        if (this.#began === undefined) {
          this.#began = this.#line;
          from = i;
        }
        this.#inString = character === '"';
        if (character === "{" || character === "[") this.#depth += 1;
        if (character === "}" || character === "]") this.#depth -= 1;
      }
    }
    if (this.#began !== undefined) this.#text += chunk.slice(from);
    if (this.#text.length > LONGEST) found.push(this.#stop(TOO_LONG));
    return found;
  }

  end(): Piece[] {
    return this.#isOver || this.#isClosed ? [] : [this.#stop(this.#depth === 0 ? NO_ARRAY : WAS_CUT)];
  }

  #string(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === "\\") this.#escaped = true;
    else if (character === '"') this.#inString = false;
  }

  #stop(fault: string): Piece {
    this.#isOver = true;
    this.#began = undefined;
    this.#text = "";
    return { line: this.#line, text: "", fault };
  }
}

/** Cuts a text into its lines, however it is chunked; empty ones are left out. */
export class LineCutter {
  #line = 1;
  #text = "";

  push(chunk: string): Piece[] {
    const found: Piece[] = [];
    const parts = chunk.split("\n");
    for (const [i, part] of parts.entries()) {
      if (this.#text.length <= LONGEST) this.#text += part;
      if (i < parts.length - 1) found.push(...this.end());
    }
    return found;
  }

  /** What stands in the present line, which is over. */
  end(): Piece[] {
    const text = this.#text.replace(/^\uFEFF/, "").trim();
    const line = this.#line;
    this.#text = "";
    this.#line += 1;
    if (text === "") return [];
    return [text.length > LONGEST ? { line, text: "", fault: TOO_LONG } : { line, text }];
  }
}

function isSpace(character: string): boolean {
  return character === " " || character === "\n" || character === "\r" || character === "\t" || character === "\uFEFF";
}
