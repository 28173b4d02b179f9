import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

const HEAD = `
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
static void put(char c) { while (!(UCSR0A & 1 << UDRE0)) {} UDR0 = c; }
static void number(uint32_t v) { for (uint32_t d = 1000000000; d; d /= 10) put('0' + v / d % 10); put(' '); }
static void uart(void) { UCSR0A = 1 << U2X0; UBRR0 = 8; UCSR0B = 1 << TXEN0; }
static volatile uint8_t overflows, a, b, zero, two;
ISR(TIMER1_OVF_vect) { overflows++; }
ISR(TIMER1_COMPA_vect) { a++; }
ISR(TIMER1_COMPB_vect) { b++; }
ISR(TIMER0_COMPA_vect) { zero++; }
ISR(TIMER2_OVF_vect) { two++; }
`;

function told(body: string, forS = 0.5): number[][] {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD} int main(void) { uart(); ${body} for (;;) {} }`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  world.run(forS);
  return board.uart.lines.map(({ line }) => line.trim().split(" ").map(Number));
}

// The result and the 6843 cycles of this function are what simavr 1.6 finds, too.
test("instructions take their cycles", () => {
  const image = compile(`${HEAD}
static uint8_t buf[64];
__attribute__((noinline)) static uint16_t crc(const uint8_t *p, uint8_t n) {
  uint16_t c = 0xffff;
  while (n--) { c ^= *p++; for (uint8_t i = 0; i < 8; i++) c = c & 1 ? (c >> 1) ^ 0xa001 : c >> 1; }
  return c;
}
int main(void) {
  uart();
  for (uint8_t i = 0; i < 64; i++) buf[i] = i * 7;
  TCCR1B = 1; TCNT1 = 0;
  uint16_t from = TCNT1; uint16_t c = crc(buf, 64); uint16_t to = TCNT1;
  number(c); number((uint16_t)(to - from)); put('\\n');
  for (;;) {}
}`);
  const world = new World({ seed: 1 });
  const board = world.gateway({ image, clockHz: 8_000_000 });
  world.run(0.1);
  expect(board.uart.lines[0]?.line.trim().split(" ").map(Number)).toEqual([28_487, 6843]);
});

test("CTC: a compare interrupt each period, the other one too, no overflow", () => {
  const [first] = told(`
  OCR1A = 999; OCR1B = 500; TIMSK1 = 7; TCCR1B = 1 << WGM12 | 1 << CS11; sei();
  while (a < 50) {}
  cli(); uint16_t count = TCNT1; TCCR1B = 0; number(a); number(b); number(overflows); number(count); put('\\n');`);
  expect(first?.slice(0, 3)).toEqual([50, 50, 0]);
  expect(first?.[3]).toBeLessThan(10);
});

test("normal mode: flags come while their interrupts are off, and go by writing one", () => {
  const [masked, cleared, counted] = told(`
  OCR1A = 100; OCR1B = 65000; TCCR1B = 1 << CS10; set_sleep_mode(SLEEP_MODE_IDLE);
  while (!(TIFR1 & 1)) {}
  number(TIFR1 & 7); put('\\n');
  TIFR1 = 1 | 2; number(TIFR1 & 7); put('\\n');
  TIFR1 = 7; TCNT1 = 0; TIMSK1 = 7; sei();
  while (overflows < 3) sleep_mode();
  cli(); TCCR1B = 0; number(a); number(b); number(overflows); put('\\n');`);
  expect(masked).toEqual([7]);
  expect(cleared).toEqual([4]);
  expect(counted).toEqual([3, 3, 3]);
});

test("the three timers keep the same time, awake and idle", () => {
  const [awake, idle] = told(`
  OCR0A = 124; TCCR0A = 1 << WGM01; TCCR0B = 3; TIMSK0 = 2; TCNT1 = 0; TCCR1B = 1 << CS11; sei();
  while (zero < 8) {}
  cli(); number(TCNT1); put('\\n'); put(' '); sei(); set_sleep_mode(SLEEP_MODE_IDLE);
  TIMSK0 = 0; TCNT1 = 0; TCNT2 = 0; TCCR2B = 2; TIMSK2 = 1;
  while (two < 10) sleep_mode();
  number(TCNT1); put('\\n');`);
  expect(Math.abs((awake?.[0] ?? 0) - 8000)).toBeLessThan(12);
  expect(Math.abs((idle?.[0] ?? 0) - 2560)).toBeLessThan(12);
});

test("fast PWM counts to its top and overflows there", () => {
  const [rounds] = told(`
  ICR1 = 799; TCCR1A = 1 << WGM11; TIMSK1 = 1; TCCR1B = 1 << WGM13 | 1 << WGM12 | 1 << CS10; TCCR2B = 7; sei();
  while (overflows < 100) {}
  number(TCNT2); put('\\n');`);
  expect(rounds?.[0]).toBe(Math.floor(80_000 / 1024));
});

test("an interrupt between the two bytes of a timer register spoils it: they share one", () => {
  const [spoilt] = told(`
  OCR1A = 0x1234;
  TCNT1H = 0x56; OCR1AH = 0x78; TCNT1L = 0x9a;
  number(TCNT1); number(OCR1A); put('\\n');`);
  expect(spoilt).toEqual([0x789a, 0x1234]);
});

test("a slower system clock slows everything down", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
int main(void) {
  CLKPR = 1 << CLKPCE; CLKPR = 1;
  uart(); DDRD = 1 << 4; OCR1A = 9999; TCCR1B = 1 << WGM12 | 1 << CS11; TIMSK1 = 2; sei();
  for (;;) { put('x'); put('\\n'); uint8_t was = a; while (a == was) {} PIND = 1 << 4; }
}`);
  const board = world.gateway({ image, clockHz: 16_000_000 });
  const leds: number[] = [];
  board.onLed = (_on, atUs) => leds.push(atUs);
  world.run(1);
  expect((leds[50] as number) - (leds[0] as number)).toBeCloseTo(500_000, -1);
  expect(board.uart.lines[0]?.line).toBe("x");
  expect(board.serial.garbled).toBe(0);
});
