/**
 * Cuts bytes where no line ends, as a serial port does.
 * @param seed of the lengths, 16…1039 bytes
 */
export function cutter(seed: number): (bytes: Uint8Array) => Buffer[] {
  let dice = seed;
  return (bytes) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      dice = (Math.imul(dice, 1_103_515_245) + 12_345) & 0x7fffffff;
      const end = at + 16 + ((dice >> 8) & 1023);
      pieces.push(Buffer.from(bytes.subarray(at, end)));
      at = end;
    }
    return pieces;
  };
}
