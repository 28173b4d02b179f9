import type { Field } from "./fields.ts";

/** What a GMSG says, cleaned. `boot` when it announces a start. */
export interface Message {
  readonly text: string;
  readonly boot?: { readonly version: number; readonly flags: number };
}

/**
 * Words this long are shown only if they are of a known form. The radio key has 16 characters: no word that carries
 * it, and no larger part of it, can pass, wherever a splice may have put it.
 */
const SHORT = 7;
const WORD = {
  /** `node=-66`, `Time=2026-07-02`, `13:46:40` */
  figure: /^(?:node=|Time=|inst=)?-?\d{1,4}(?:[-:]\d{2}){0,2}[.,:]?$/,
  /** `MUP_,1783000004,0;15,0;15,1.` and its like, only figures behind the kind */
  radio: /^(?:PREQ|PRSP|MREB|MUP_|MUPC|GINR|GITR|MVAI|MINI|MPLI|MNOI)(?:[,;]-?\d{1,10}(?:\.\d{1,2})?){1,24}\.?$/,
  known: /^(?:Sending:|GMSG,BOOT|GMSG,Set)$/,
};
const UNPRINTABLE = /[^\x20-\x7e]/;
/** The tail of a GWSNAP: everything in such a text may be the key. Also its head, any message, and a key's console name. */
const TAINTED = /\d\.\d{1,3}\.\d{1,3}\.\d|SNAP|[GS]>|>[GS]|key/i;
const BOOT = /^BOOT v([1-9]\d{0,2})\. Flags: (0|[1-9]\d{0,2}) /;
/** A radio text has at most 59 characters, `GMSG,` among them; the gateway adds a blank. */
const MAX_TEXT = 55;

/**
 * Text that may be shown, or `undefined` when nothing of it may. There is no checksum, so any text can have been spliced
 * with a GWSNAP, which carries the radio key in clear: what is not certainly harmless is masked with "…".
 */
export function safeText(text: string): string | undefined {
  if (UNPRINTABLE.test(text) || TAINTED.test(text)) return undefined;
  return text
    .trim()
    .split(/ +/)
    .map((word) => (word.length <= SHORT || Object.values(WORD).some((form) => form.test(word)) ? word : "…"))
    .join(" ");
}

/** The text of a GMSG. ⚠ Behind the flags of a BOOT v10 leaves whatever its buffer held: cut off. */
export const message: Field<Message> = {
  width: Number.POSITIVE_INFINITY,
  parse: (line, from, to) => {
    const rest = line.slice(from, to);
    const boot = BOOT.exec(rest);
    if (boot !== null) {
      return { text: boot[0].trim(), boot: { version: Number(boot[1]), flags: Number(boot[2]) } };
    }
    if (!rest.endsWith(" ") || rest.length > MAX_TEXT) return undefined;
    const text = safeText(rest);
    return text === undefined || text === "" ? undefined : { text };
  },
};
