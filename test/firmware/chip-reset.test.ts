import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

/** Says its reset cause and a byte of RAM that start-up code leaves alone, which it then sets to 5A. */
const teller = (rest: string) =>
  compile(`
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/wdt.h>
#include <stdint.h>
static uint8_t kept[4] __attribute__((section(".noinit")));
static void put(char c) { while (!(UCSR0A & 1 << UDRE0)) {} UDR0 = c; }
static void hex(uint8_t v) { put("0123456789ABCDEF"[v >> 4]); put("0123456789ABCDEF"[v & 15]); put(' '); }
static volatile uint8_t fired;
ISR(WDT_vect) { fired++; }
int main(void) {
  uint8_t cause = MCUSR;
  UCSR0A = 1 << U2X0; UBRR0 = 8; UCSR0B = 1 << TXEN0;
  hex(cause); hex(WDTCSR); for (uint8_t i = 0; i < 4; i++) { hex(kept[i]); kept[i] = 0x5a; } hex(SPL); put('\\n');
  ${rest}
}`);

const lines = (board: { uart: { lines: readonly { line: string }[] } }) =>
  board.uart.lines.map(({ line }) => line.trim());
const KEPT = "5A 5A 5A 5A";

test("RAM is anything after power-on, and kept over resets; MCUSR adds up until it is cleared", () => {
  const world = new World({ seed: 7 });
  const board = world.gateway({ image: teller("for (;;) {}"), clockHz: 8_000_000 });
  world.run(0.2);
  board.reset("external");
  world.run(0.2);
  board.reset("brownout");
  world.run(0.2);
  board.power(false);
  world.run(1);
  board.power(true);
  world.run(0.2);
  const [first, external, brownout, again] = lines(board);
  expect(first).toMatch(/^01 00 /);
  expect(first).not.toContain(KEPT);
  expect(external).toMatch(new RegExp(`^03 00 ${KEPT}`));
  expect(brownout).toMatch(new RegExp(`^07 00 ${KEPT}`));
  expect(again).toMatch(/^01 00 /);
  expect(again).not.toContain(KEPT);
  expect(board.resets.map(({ cause }) => cause)).toEqual(["power-on", "external", "brownout", "power-on"]);
});

test("the same seed gives the same chance, another one another", () => {
  const told = (seed: number) => {
    const world = new World({ seed });
    const board = world.gateway({ image: teller("for (;;) {}"), clockHz: 8_000_000 });
    world.run(0.2);
    return lines(board);
  };
  expect(told(1)).toEqual(told(1));
  expect(told(1)).not.toEqual(told(2));
});

test("a watchdog reset is a reset: WDRF, all registers, and the watchdog on at 16 ms until both are cleared", () => {
  const world = new World({ seed: 1 });
  const stuck =
    "MCUSR = 0; WDTCSR = 1 << WDCE | 1 << WDE; WDTCSR = 1 << WDE | 1 << WDP2; DDRD |= 1 << 4; PORTD |= 1 << 4; for (;;) {}";
  const board = world.gateway({ image: teller(stuck), clockHz: 8_000_000 });
  world.run(0.3);
  expect(board.led).toBe(true);
  world.run(0.07);
  expect(board.led).toBe(false);
  world.run(0.15);
  expect(lines(board)[1]).toMatch(new RegExp(`^08 08 ${KEPT}`));
  expect(board.resets.map(({ cause }) => cause)).toEqual(["power-on", "watchdog"]);
  expect(((board.resets[1]?.atUs ?? 0) - (board.resets[0]?.atUs ?? 0)) / 1000).toBeCloseTo(67.05 + 256, -1);
});

test("without clearing WDRF the watchdog cannot be switched off", () => {
  const world = new World({ seed: 1 });
  const off =
    "WDTCSR = 1 << WDCE | 1 << WDE; WDTCSR = 0; if (cause & 8) for (;;) {} wdt_enable(WDTO_15MS); for (;;) {}";
  const board = world.gateway({ image: teller(off), clockHz: 8_000_000 });
  world.run(1);
  expect(board.resets.length).toBeGreaterThan(5);
});

test("interrupt and reset mode: first the vector, then the reset", () => {
  const world = new World({ seed: 1 });
  const both =
    "WDTCSR = 1 << WDCE | 1 << WDE; WDTCSR = 1 << WDE | 1 << WDIE | 1 << WDP2; sei(); for (;;) { if (fired) { hex(fired); put('\\n'); fired = 0; } }";
  const board = world.gateway({ image: teller(both), clockHz: 8_000_000 });
  world.run(0.4);
  expect(lines(board)[1]).toBe("01");
  expect(board.resets).toHaveLength(1);
  world.run(0.3);
  expect(board.resets[1]?.cause).toBe("watchdog");
});

test("arming the interrupt again prevents the reset and does not start the period anew", () => {
  const world = new World({ seed: 1 });
  const armed =
    "MCUSR = 0; WDTCSR = 1 << WDCE | 1 << WDE; WDTCSR = 1 << WDE | 1 << WDIE | 1 << WDP2; sei(); DDRD |= 1 << 4; uint8_t seen = 0; for (;;) { WDTCSR = 1 << WDE | 1 << WDIE; if (fired != seen) { seen = fired; PIND = 1 << 4; } }";
  const board = world.gateway({ image: teller(armed), clockHz: 8_000_000 });
  let toggles = 0;
  board.onLed = () => toggles++;
  world.run(10 * 0.256 + 0.1);
  expect(toggles).toBe(10);
  expect(board.resets).toHaveLength(1);
});

test("a change of the watchdog later than four cycles after the key is ignored; kicking keeps it quiet", () => {
  const world = new World({ seed: 1 });
  const late =
    "MCUSR = 0; wdt_enable(WDTO_120MS); WDTCSR = 1 << WDCE | 1 << WDE; for (volatile uint8_t i = 0; i < 9; i++) {} WDTCSR = 0;";
  const kicked = world.gateway({ image: teller(`${late} for (;;) wdt_reset();`), clockHz: 8_000_000 });
  const left = world.gateway({ image: teller(`${late} for (;;) {}`), clockHz: 8_000_000 });
  world.run(1);
  expect(kicked.resets).toHaveLength(1);
  expect(left.resets.length).toBeGreaterThan(1);
});

test("the deepest stack is seen", () => {
  const world = new World({ seed: 1 });
  const board = world.gateway({
    image: compile(`
#include <stdint.h>
__attribute__((noinline)) uint8_t deep(uint8_t n) { volatile uint8_t a[100]; a[n] = n; return a[n]; }
int main(void) { deep(3); for (;;) {} }`),
    clockHz: 8_000_000,
  });
  world.run(0.2);
  // 0x8FF less main's two return addresses (start-up code, deep), less r28 and r29, less the array.
  expect(0x8ff - board.stackLow).toBeGreaterThanOrEqual(104);
  expect(0x8ff - board.stackLow).toBeLessThanOrEqual(112);
  expect(board.freeBytes(0x800100)).toBe(board.stackLow + 1 - 0x100);
});
