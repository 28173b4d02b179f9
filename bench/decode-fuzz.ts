/** Random, mutated and spliced gateway lines, and an independent judgement of them; shared by the bench and the tests. */

/** A key that appears nowhere else, so that a leak is certain to be one. */
export const KEY = "Xq7pZw3LmRt9KvYb";

export type Random = () => number;

/** Deterministic, so that a failure can be repeated from its seed. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const below = (next: Random, limit: number) => Math.floor(next() * limit);
const pick = <T>(next: Random, from: readonly T[]): T => from[below(next, from.length)] as T;

/** The digits of the line's checksum, bit by bit: as the protocol tells it, not as the product calculates it. */
function digitsOf(line: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(line, "latin1")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

const checked = (line: string) => `${line}*${digitsOf(line)}`;

/** A line as a device would print it. */
export function validLine(next: Random): string {
  const n = 2 + below(next, 252);
  const t = 1_783_000_000 + below(next, 10_000_000);
  const r = below(next, 4_200_000_000);
  const entries = (extra: () => string, max: number) =>
    Array.from({ length: 1 + below(next, max) }, () => `;${1 + below(next, 99)},${below(next, 90)}${extra()}`).join("");
  const rms = () => `,${below(next, 99)}.${below(next, 100)}`;
  const snapshot = () =>
    `;${n},${below(next, 6000)},${below(next, 1e6)},${below(next, 1e6)},${below(next, 2048)},${t},${below(next, 20) - 10},${
      1 + below(next, 254)
    },1000,${t - 9},${r},${below(next, 60)}.${below(next, 10)}${below(next, 10)},${below(next, 255)},${below(next, 3000)},${-1 - below(next, 120)}`;
  const level = () => pick(next, ["DEBUG", "INFO", "WARN", "ERROR"]);
  const timed = () => `,${below(next, 90)},${below(next, 1500)}`;
  const timedRms = () => `${timed()},${below(next, 9900)}`;
  const hex = () => Array.from({ length: below(next, 61) }, () => `A${below(next, 10)}`).join("");
  const kinds: (() => string)[] = [
    () => `G>S:MUP_;${n},MUP_,${t},${r}${entries(() => "", 4)}`,
    () => `G>S:MUPC;${n},MUPC,${t},${below(next, 9_999_999)}${entries(rms, 2)}`,
    () => `G>S:MUPT;${n},MUPT,${t},${r},1000${entries(timed, 10)}`,
    () => `G>S:MUTC;${n},MUTC,${t},${r},800${entries(timedRms, 5)}`,
    () => `G>S:RADIO;${n},1,${below(next, 256)},0,-${1 + below(next, 120)},${hex()}`,
    // Without the promise of checksums, or nothing else would be taken any more.
    () => `G>S:SCAP_ACK;11,${2 * below(next, 4)}`,
    () => `G>S:SRAD_${pick(next, ["ACK", "NACK"])};${n}`,
    () => checked(`G>S:MREB;${n},MREB,${t},${r}`),
    () => checked(`G>S:MUPT;${n},MUPT,${t},${r},1000${entries(timed, 10)}`),
    () => `G>S:MREB;${n},MREB,${t},${r}`,
    () => `G>S:NOSNAP${snapshot()}`,
    () => snapshot(),
    () => `G>S:GWSNAP;1,${t},${below(next, 2048)},${t + 9},${level()},${KEY},0.0.1.1,${below(next, 38) - 18}`,
    () => `G>S:GMSG;${n},GMSG,BOOT v10. Flags: ${below(next, 9)} R_FLG 0xC0 UN`,
    () => `G>S:GMSG;${n},GMSG,Set TXPow= ${below(next, 20)} `,
    () => `G>S:NDARK;${n},${t}`,
    () => `G>S:${pick(next, ["SMVAL", "SPLED", "SMINT", "SGITR"])}_${pick(next, ["ACK", "NACK"])};${n}`,
    () => `G>S:${pick(next, ["GTIME", "STIME_ACK", "STIME_NACK", "SCMD_NACK", "NOSNAP"])}`,
    () => `${level()}: Got msg: MUP_,${t},${r}${entries(() => "", 4)}. RSSI = -72`,
    () => `${level()}: Last RSSI at node=-${below(next, 120)}`,
    () => `S>G:STIME;${t}`,
    () => ` > EKEY=${KEY}`,
    () => "",
    () => "R_FLG 0x1 PO",
  ];
  return pick(next, kinds)();
}

/** A line as it comes after a cut, an overrun, a glitch, or all of them. */
export function fuzzedLine(next: Random): string {
  let line = validLine(next);
  for (let rounds = below(next, 4); rounds > 0; rounds -= 1) line = pick(next, DAMAGES)(line, next);
  return line;
}

type Damage = (line: string, next: Random) => string;
const cut = (line: string, next: Random) => below(next, line.length + 1);
const ALPHABET = "0123456789,;.-+eE_>:GSMUPC* \r\0\x80\xff=xX";
const DAMAGES: readonly Damage[] = [
  (line, next) => line.slice(0, cut(line, next)) + validLine(next).slice(cut(line, next)),
  (line, next) => line.slice(0, cut(line, next)) + validLine(next),
  (line, next) => {
    const other = validLine(next);
    const from = cut(other, next);
    const at = cut(line, next);
    return line.slice(0, at) + other.slice(from, from + 24) + line.slice(at);
  },
  (line, next) => line.slice(cut(line, next)),
  (line, next) => line.slice(0, cut(line, next)),
  (line, next) => {
    const at = cut(line, next);
    return line.slice(0, at) + pick(next, [...ALPHABET]) + line.slice(at + below(next, 2));
  },
  (line, next) => {
    const at = cut(line, next);
    return line.slice(0, at) + line.slice(at + 1 + below(next, 6));
  },
  (line, next) => {
    const at = cut(line, next);
    return line.slice(0, at) + KEY.slice(below(next, 6)) + line.slice(at);
  },
  (line, next) =>
    line.replace(/\d+/, () =>
      pick(next, ["00", "01", "-0", "+1", "1e3", "4294967296", "99999999999", "", "0x10", "256"]),
    ),
  (line, next) => `${pick(next, ["DEBUG: ", "ERROR:", "INFO: ", "DEBUG: Got msg: ", "\0", "\r", "\xff"])}${line}`,
  (_line, next) => Array.from({ length: below(next, 300) }, () => pick(next, [...ALPHABET])).join(""),
];

const I = "(?:0|-?[1-9]\\d{0,9})";
const U = "(?:0|[1-9]\\d{0,9})";
const A = "(?:0|[1-9]\\d{0,2})\\.\\d{1,2}";
const SNAPSHOT = `;${U},${U},${U},${U},${U},${U},${I},${U},${U},${U},${U},${A},${U},${U},${I}`;
const ACCEPTED = new RegExp(
  `^G>S:(?:GTIME|STIME_N?ACK|SCMD_NACK|NOSNAP|MUP_;${U},MUP_,${U},${U}(?:;${U},${U}){1,10}|MUPC;${U},MUPC,${U},${U}(?:;${U},${U},${A}){1,2}` +
    `|MUPT;${U},MUPT,${U},${U},${U}(?:;${U},${U},${U},${U}){1,10}|MUTC;${U},MUTC,${U},${U},${U}(?:;${U},${U},${U},${U},${U}){1,5}` +
    `|RADIO;${U},${U},${U},${U},${I},(?:[0-9A-Fa-f]{2}){0,60}|SCAP_ACK;${U},${U}|SRAD_N?ACK;${U}` +
    `|MREB;${U},MREB,${U},${U}|NOSNAP${SNAPSHOT}|GWSNAP;${U},${U},${U},${U},(?:DEBUG|INFO|WARN|ERROR|OFF|NONE),.{16},(?:\\d{1,3}\\.){3}\\d{1,3},${I}` +
    `|GMSG;${U},GMSG,(?:BOOT v\\d{1,3}\\. Flags: \\d+ [^]*|[ -~]{0,54} )|NDARK;${U},${U}|(?:SMVAL|SPLED|SMINT|SGITR)_N?ACK;${U}|GNOSNAP_NACK;${U})$`,
);
const CHECKED = /^(.*)\*([0-9A-F]{4})$/s;
const CONTINUED = new RegExp(`^${SNAPSHOT}$`);

/** Whether a strict reading of the protocol, written independently of the table, lets this line be a message. */
export function isMessage(line: string, continuation: boolean): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: noise in front of a message is control characters
  const stripped = line.replace(/^[\0-\x1f\x7f-\uffff]+/, "").replace(/\r+$/, "");
  const [, body = stripped, digits] = CHECKED.exec(stripped) ?? [];
  if (digits !== undefined && digits !== digitsOf(body)) return false;
  return (continuation ? CONTINUED : ACCEPTED).test(continuation ? stripped : body);
}

/** Any eight characters of the key in a row are a leak. */
export function leaks(text: string): boolean {
  for (let at = 0; at + 8 <= KEY.length; at += 1) if (text.includes(KEY.slice(at, at + 8))) return true;
  return false;
}
