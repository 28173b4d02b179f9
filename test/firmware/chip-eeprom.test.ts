import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

const EEPROM = `
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
static void begin(uint16_t at, uint8_t value) { EEAR = at; EEDR = value; cli(); EECR |= 1 << EEMPE; EECR |= 1 << EEPE; sei(); }
static void write(uint16_t at, uint8_t value) { while (EECR & 1 << EEPE) {} begin(at, value); }
static uint8_t read(uint16_t at) { while (EECR & 1 << EEPE) {} EEAR = at; EECR |= 1 << EERE; return EEDR; }
`;

test("a byte takes 3.4 ms, is counted, and survives the supply", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${EEPROM}
int main(void) {
  DDRD = 1 << 4;
  uint8_t boots = read(1000);
  PORTD |= 1 << 4;
  for (uint8_t i = 0; i < 10; i++) write(200 + i, i);
  while (EECR & 1 << EEPE) {}
  PORTD = 0;
  write(1000, boots + 1);
  for (;;) {}
}`);
  const before = new Uint8Array(1024).fill(0xff);
  before[1000] = 41;
  const board = world.gateway({ image, clockHz: 8_000_000, eeprom: before });
  const leds: number[] = [];
  board.onLed = (_on, atUs) => leds.push(atUs);
  world.run(0.2);
  expect(board.eeprom[1000]).toBe(42);
  expect([...board.eeprom.subarray(199, 211)]).toEqual([0xff, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff]);
  expect((leds[1] as number) - (leds[0] as number)).toBeGreaterThan(34_000);
  expect((leds[1] as number) - (leds[0] as number)).toBeLessThan(34_100);
  board.power(false);
  world.run(1);
  board.power(true);
  world.run(0.2);
  expect(board.eeprom[1000]).toBe(43);
  expect(board.chip.eeprom.writes[1000]).toBe(2);
  expect(before[1000]).toBe(41);
});

test("a write without its key is ignored; erase-only and write-only modes take half the time", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${EEPROM}
int main(void) {
  DDRD = 1 << 4;
  EEAR = 1; EEDR = 7; EECR |= 1 << EEPE;
  EECR = 1 << EEMPE; for (volatile uint8_t i = 0; i < 9; i++) {} EECR |= 1 << EEPE;
  write(2, 0x0f);
  while (EECR & 1 << EEPE) {}
  EECR = 1 << EEPM1; begin(2, 0xf1);
  while (EECR & 1 << EEPE) {}
  EECR = 1 << EEPM0; begin(3, 0);
  PORTD = 1 << 4; while (EECR & 1 << EEPE) {} PORTD = 0;
  for (;;) {}
}`);
  const eeprom = new Uint8Array(1024).fill(0x33);
  const board = world.gateway({ image, clockHz: 8_000_000, eeprom });
  const leds: number[] = [];
  board.onLed = (_on, atUs) => leds.push(atUs);
  world.run(0.2);
  expect([...board.eeprom.subarray(1, 4)]).toEqual([0x33, 0x01, 0xff]);
  expect((leds[1] as number) - (leds[0] as number)).toBeCloseTo(1800, -2);
});

test("the supply goes in mid-write: that cell is erased or as before, the others are whole", () => {
  const image = compile(`${EEPROM}
int main(void) { for (uint16_t i = 0; i < 1024; i++) write(i, 0x55); for (;;) {} }`);
  const torn = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const world = new World({ seed });
    const board = world.gateway({ image, clockHz: 8_000_000, eeprom: new Uint8Array(1024).fill(0xaa) });
    world.run(0.067048 + 0.0034 * (10 + seed / 30) + 0.0001);
    board.power(false);
    world.run(0.1);
    expect([...board.eeprom.subarray(0, 10)]).toEqual(Array(10).fill(0x55));
    expect(board.eeprom[11]).toBe(0xaa);
    torn.add(board.eeprom[10] as number);
  }
  expect([...torn].sort()).toEqual([0xaa, 0xff]);
});

test("a write goes on in power-down and over a reset; its end can wake from idle", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${EEPROM}
EMPTY_INTERRUPT(EE_READY_vect)
int main(void) {
  DDRD = 1 << 4;
  if (MCUSR & 2) { PORTD = 1 << 4; for (;;) {} }
  write(0, 1);
  EECR |= 1 << EERIE; set_sleep_mode(SLEEP_MODE_IDLE); sleep_mode(); EECR &= ~(1 << EERIE);
  PORTD = 1 << 4;
  write(1, 2);
  set_sleep_mode(SLEEP_MODE_PWR_DOWN); sleep_mode();
  for (;;) {}
}`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  world.run(0.0671 + 0.0033);
  expect(board.led).toBe(false);
  world.run(0.0002);
  expect(board.led).toBe(true);
  const before = board.chargeUas;
  board.reset("external");
  world.run(0.5);
  expect(board.eeprom[1]).toBe(2);
  expect(board.chargeUas).toBeGreaterThan(before);
});
