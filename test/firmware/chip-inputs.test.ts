import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

const HEAD = `
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
static void put(char c) { while (!(UCSR0A & 1 << UDRE0)) {} UDR0 = c; }
static void number(uint16_t v) { for (uint16_t d = 10000; d; d /= 10) put('0' + v / d % 10); put(' '); }
static void uart(void) { UCSR0A = 1 << U2X0; UBRR0 = 8; UCSR0B = 1 << TXEN0; }
static volatile uint8_t ints, changes;
ISR(INT0_vect) { ints++; }
ISR(INT1_vect) { ints++; }
ISR(PCINT2_vect) { changes++; }
static void told(void) { number(ints); number(changes); put('\\n'); }
`;

const numbers = (board: { uart: { lines: readonly { line: string }[] } }) =>
  board.uart.lines.map(({ line }) => line.trim().split(" ").map(Number));

test("edges and pin changes are latched while masked, once each, and can be cleared by writing one", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
int main(void) {
  uart(); sei();
  EICRA = 3 << 2; PCMSK2 = 1 << 3; /* neither is enabled */
  while (TCNT1 < 1) { TCCR1B = 1; if (PIND & 8) break; }
  while (!(PIND & 8)) {} while (PIND & 8) {} while (!(PIND & 8)) {} while (PIND & 8) {}
  told();
  EIMSK = 2; PCICR = 4; told();
  EIMSK = 0; PCICR = 0;
  while (!(PIND & 8)) {} while (PIND & 8) {}
  EIFR = 2; PCIFR = 4;
  EIMSK = 2; PCICR = 4; told();
  for (;;) {}
}`);
  const node = world.node({ image, clockHz: 8_000_000 });
  for (const at of [0.2, 0.3, 0.5]) node.pulse(at * 1e6, 30);
  world.run(1);
  expect(numbers(node)).toEqual([
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
});

test("INT0 sees the edge it is set to, and a low level for as long as it lasts", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
int main(void) {
  uart(); EICRA = 2; EIMSK = 1; sei();
  while (!(PIND & 8)) {} told();
  EICRA = 0;
  while (PIND & 8) {} told();
  for (;;) {}
}`);
  const node = world.node({ image, clockHz: 8_000_000 });
  const { pins } = node.chip;
  pins.drive("D", 2, true);
  world.run(0.1);
  for (const level of [false, true, false, true]) {
    pins.drive("D", 2, level);
    world.run(0.01);
  }
  node.pulse(world.now, 30);
  world.run(0.01);
  expect(numbers(node)).toEqual([[2, 0]]);
  pins.drive("D", 2, false);
  world.run(0.00005);
  pins.drive("D", 2, true);
  world.run(0.1);
  expect(numbers(node)[1]?.[0]).toBeGreaterThan(5);
});

const ADC = `
static uint16_t adc(uint8_t mux) { ADMUX = mux; for (volatile uint8_t i = 0; i < 99; i++) {} ADCSRA |= 1 << ADSC; while (ADCSRA & 1 << ADSC) {} return ADC; }
`;

test("battery, supply by the band-gap, and the current transformer's middle", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}${ADC}
int main(void) {
  uart(); ADCSRA = 1 << ADEN | 6; uint16_t last = 0;
  for (;;) {
    for (uint8_t i = 0; i < 10; i++) last = adc(1 << 6);
    number(last); number(adc(1 << 6 | 14)); number(adc(1 << 6 | 1));
    number(adc(3 << 6)); for (uint16_t i = 0; i < 300; i++) last = adc(3 << 6); number(last);
    put('\\n'); while (PIND & 8) {} while (!(PIND & 8)) {}
  }
}`);
  const node = world.node({ image, clockHz: 8_000_000, batteryMv: 4000 });
  for (const mv of [4000, 2850]) {
    node.batteryMv = mv;
    world.run(1);
    node.pulse(world.now, 10);
    world.run(0.2);
  }
  const [, full = [], flat = []] = numbers(node);
  const counts = (volt: number, reference: number) => Math.floor(((volt / 3.7) * 1024) / reference);
  expect([...full.slice(0, 3), full[4]]).toEqual([counts(4, 3.3), 341, 512, counts(4, 1.1)]);
  expect([...flat.slice(0, 3), flat[4]]).toEqual([counts(2.85, 2.8), 402, 512, counts(2.85, 1.1)]);
  // AREF's capacitor has not yet come down from the supply to the band-gap.
  expect(full[3]).toBeLessThan(0.5 * counts(4, 1.1));
});

test.each([
  ["an original board", undefined, 3.7],
  ["board A", "A", 5.7],
] as const)("the divider of %s takes a third of a second to settle", (_, revision, ratio) => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}${ADC}
int main(void) {
  uart(); ADCSRA = 1 << ADEN | 6; adc(1 << 6);
  for (;;) { number(adc(1 << 6)); put('\\n'); }
}`);
  const node = world.node({ image, clockHz: 8_000_000, batteryMv: 4500, ...(revision && { revision }) });
  world.run(0.15);
  const settled = (4.5 / ratio / 3.3) * 1024;
  expect(numbers(node).at(-2)?.[0]).toBeLessThan(0.9 * settled);
  world.run(0.4);
  expect(numbers(node).at(-2)?.[0]).toBeGreaterThan(0.99 * settled - 1);
});

test("a current shows as a sine of the right size", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}${ADC}
int main(void) {
  uart(); ADCSRA = 1 << ADEN | 6;
  uint16_t low = 1023, high = 0;
  for (uint16_t i = 0; i < 400; i++) { uint16_t v = adc(1 << 6 | 1); if (v < low) low = v; if (v > high) high = v; }
  number(low); number(high); put('\\n'); for (;;) {}
}`);
  const node = world.node({ image, clockHz: 8_000_000 });
  node.ct(40);
  world.run(1);
  const peak = (40 * Math.SQRT2 * 0.011 * 1024) / 3.3;
  const [low = 0, high = 0] = numbers(node)[0] ?? [];
  expect(low).toBeGreaterThanOrEqual(Math.floor(512 - peak));
  expect(low).toBeLessThan(512 - peak + 3);
  expect(high).toBeGreaterThan(512 + peak - 3);
});

test.each(["ADC", "IDLE"])("sleep mode %s starts a conversion, which ends it", (mode) => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
EMPTY_INTERRUPT(ADC_vect)
int main(void) {
  uart(); DDRD = 1 << 4; ADMUX = 1 << 6 | 1; ADCSRA = 1 << ADEN | 1 << ADIE | 6;
  for (volatile uint16_t i = 0; i < 9000; i++) {} /* AREF is charged */
  set_sleep_mode(SLEEP_MODE_${mode}); sei(); sleep_mode();
  PORTD = 1 << 4; sleep_mode(); PORTD = 0;
  number(ADC); put('\\n'); for (;;) {}
}`);
  const node = world.node({ image, clockHz: 8_000_000, batteryMv: 4000 });
  const leds: number[] = [];
  node.onLed = (_on, atUs) => leds.push(atUs);
  world.run(0.2);
  expect(numbers(node)).toEqual([[512]]);
  expect((leds[1] as number) - (leds[0] as number)).toBeCloseTo((13 * 64) / 8, -1);
});

test("SPI: MOSI and SCK must be outputs, and both chips at once give noise", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
static uint8_t spi(uint8_t v) { SPDR = v; while (!(SPSR & 1 << SPIF)) {} return SPDR; }
static void version(void) { PORTB &= ~4; spi(0x10); number(spi(0)); PORTB |= 4; }
int main(void) {
  uart(); SPCR = 1 << SPE | 1 << MSTR; PORTB = 4; DDRB = 4; DDRD = 1 << 7;
  for (volatile uint16_t i = 0; i < 9000; i++) {}
  version();
  DDRB = 4 | 1 << 3 | 1 << 5; version();
  PORTD = 1 << 7; version();
  PORTD = 0; spi(0); version(); put('\\n'); for (;;) {}
}`);
  const node = world.node({ image, clockHz: 8_000_000 });
  world.run(0.2);
  const [unwired, alone, both, again] = numbers(node)[0] ?? [];
  expect([unwired, alone, again]).toEqual([255, 0x24, 0x24]);
  expect(both).not.toBe(0x24);
  expect(node.busConflicts).toBe(2);
});
