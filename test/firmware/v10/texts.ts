/** Payload bytes of every frame that v10 sends, whatever the text. */
export const PAYLOAD = 60;

/** A text as v10 sends it: always 60 bytes, zeros behind it. */
export function padded(text: string): Uint8Array {
  const payload = new Uint8Array(PAYLOAD);
  payload.set(Buffer.from(text, "latin1").subarray(0, PAYLOAD - 1));
  return payload;
}

/** A text as v10 reads it: up to the first zero byte; what stands behind it is not looked at. */
export function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("latin1");
}

/** C's idea of a number, base by prefix: 0x hexadecimal, 0 octal; null where none begins. */
export function cNumber(text: string): number | null {
  const [, sign = "", hex, digits] = /^\s*([-+]?)(?:0x([0-9a-f]+)|(\d+))/i.exec(text) ?? [];
  if (hex === undefined && digits === undefined) return null;
  const octal = digits?.startsWith("0") ? (/^[0-7]+/.exec(digits)?.[0] ?? "0") : null;
  const value = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : Number(digits);
  return sign === "-" ? -value : value;
}

/** The numbers behind the first comma of a message. */
export function fields(text: string): number[] {
  return text
    .split(/[,;]/)
    .slice(1)
    .map((field) => cNumber(field) ?? 0);
}
