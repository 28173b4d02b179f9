import { createCipheriv } from "node:crypto";

const BLOCK = 16;

/** AES-CMAC of RFC 4493, by the platform's AES: 16 bytes. Written apart from the firmware's, to check it. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const encrypt = (block: Uint8Array) => {
    const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
    return new Uint8Array(cipher.update(block));
  };
  const whole = message.length > 0 && message.length % BLOCK === 0;
  const first = double(encrypt(new Uint8Array(BLOCK)));
  const mask = whole ? first : double(first);
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  if (!whole) padded[message.length] = 0x80;
  let state: Uint8Array = new Uint8Array(BLOCK);
  for (let at = 0; at < padded.length; at += BLOCK) {
    const block = padded.subarray(at, at + BLOCK);
    const last = at + BLOCK === padded.length;
    state = encrypt(state.map((byte, i) => byte ^ (block[i] ?? 0) ^ (last ? (mask[i] ?? 0) : 0)));
  }
  return state;
}

/** Times x in the field of the subkeys: GF(2¹²⁸), polynomial 87. */
function double(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >> 7;
  return block.map((byte, i) => ((byte << 1) | ((block[i + 1] ?? 0) >> 7)) ^ (i === BLOCK - 1 ? carry * 0x87 : 0));
}
