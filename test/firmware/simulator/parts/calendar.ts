export function bcd(value: number): number {
  return Math.floor(value / 10) * 16 + (value % 10);
}

export function unbcd(value: number): number {
  return (value >> 4) * 10 + (value & 0x0f);
}

/** The time registers of a PCF2123: year of two digits, every fourth is a leap year; the weekday counts on its own. */
export class Calendar {
  /** seconds, minutes, hours, days, weekday, months, years: in the chip's order, as numbers. */
  readonly fields = [0, 0, 0, 1, 6, 1, 0];

  /** What the registers hold after power-on is by chance; this is one of the possible. */
  lose(): void {
    this.fields.splice(0, 7, 12, 34, 5, 8, 3, 10, 47);
  }

  /** Counts on; impossible dates become possible ones, as they happen to. */
  add(seconds: number): void {
    const [s = 0, min = 0, h = 0, day = 1, weekday = 0, month = 1, year = 0] = this.fields;
    // 2000–2099 of the civil calendar has the chip's leap rule.
    const before = Date.UTC(2000 + year, month - 1, day, h, min, s);
    const after = new Date(before + seconds * 1000);
    const days = Math.floor(after.getTime() / 86_400_000) - Math.floor(before / 86_400_000);
    const time = [after.getUTCSeconds(), after.getUTCMinutes(), after.getUTCHours(), after.getUTCDate()];
    this.fields.splice(0, 7, ...time, (weekday + days) % 7, after.getUTCMonth() + 1, after.getUTCFullYear() % 100);
  }
}
