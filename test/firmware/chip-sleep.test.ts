import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

const HEAD = `
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
`;

/** Out of reset: 65 ms and the crystal. */
const BOOT_US = 67_048;

/** Sleeps in power-down; toggles the LED after each wake-up. */
const sleeper = (wake: string, body = "sei(); sleep_cpu(); sleep_disable();") =>
  compile(`${HEAD}
EMPTY_INTERRUPT(PCINT2_vect) EMPTY_INTERRUPT(WDT_vect) EMPTY_INTERRUPT(INT1_vect)
int main(void) {
  DDRD = 1 << 4;
  ${wake}
  for (;;) { set_sleep_mode(SLEEP_MODE_PWR_DOWN); cli(); sleep_enable(); ${body} PIND = 1 << 4; }
}`);

const PCINT = "PCMSK2 = 1 << 3; PCICR = 1 << 2;";

test("power-down costs no time of the core and ends with a pin change, after the start of the crystal", () => {
  const world = new World({ seed: 1 });
  const node = world.node({ image: sleeper(PCINT), clockHz: 8_000_000 });
  const leds: number[] = [];
  node.onLed = (_on, atUs) => leds.push(atUs);
  world.run(1);
  const before = node.awakeUs;
  node.pulse(3e6, 30);
  world.run(9);
  expect(leds).toHaveLength(2);
  expect(leds[0]).toBeGreaterThan(3e6 + 2048);
  expect(leds[0]).toBeLessThan(3e6 + 2048 + 10);
  expect(leds[1]).toBeCloseTo((leds[0] as number) + 30_000, -1);
  expect(node.awakeUs - before).toBeGreaterThan(2 * 2048);
  expect(node.awakeUs - before).toBeLessThan(2 * 2060);
  expect(node.hung).toBe(false);
});

test("an edge of INT1 does not end power-down", () => {
  const world = new World({ seed: 1 });
  const node = world.node({ image: sleeper("EICRA = 3 << 2; EIMSK = 2;"), clockHz: 8_000_000 });
  let leds = 0;
  node.onLed = () => leds++;
  node.pulse(1e6, 30);
  world.run(5);
  expect(leds).toBe(0);
});

test("the watchdog's interrupt ends power-down at its own pace", () => {
  const world = new World({ seed: 1 });
  const image = sleeper("WDTCSR = 1 << WDCE | 1 << WDE; WDTCSR = 1 << WDIE | 1 << WDP2 | 1 << WDP1;");
  const exact = world.node({ image, clockHz: 8_000_000 });
  const fast = world.node({ image, clockHz: 8_000_000, watchdogPercent: 10 });
  const counts = [0, 0];
  exact.onLed = () => {
    counts[0] = (counts[0] as number) + 1;
  };
  fast.onLed = () => {
    counts[1] = (counts[1] as number) + 1;
  };
  world.run(102.5);
  expect(counts).toEqual([100, 110]);
});

test("asleep with interrupts off it never wakes, and says so", () => {
  const world = new World({ seed: 1 });
  const node = world.node({ image: sleeper(PCINT, "sleep_cpu();"), clockHz: 8_000_000 });
  world.run(1);
  expect(node.hung).toBe(true);
  let leds = 0;
  node.onLed = () => leds++;
  node.pulse(2e6, 30);
  world.run(100);
  expect(leds).toBe(0);
  node.reset("external");
  expect(node.hung).toBe(false);
});

test("an interrupt that comes between SEI and SLEEP still ends the sleep", () => {
  const world = new World({ seed: 1 });
  // The flag is set before SEI: the instruction after SEI is executed first, and that is SLEEP.
  const image = sleeper(`${PCINT} while (!(PCIFR & 4)) {}`);
  const node = world.node({ image, clockHz: 8_000_000 });
  let leds = 0;
  node.onLed = () => leds++;
  node.pulse(1e6, 30);
  world.run(1.01);
  expect(leds).toBe(1);
  world.run(1);
  expect(leds).toBe(2);
});

test("a timer goes on in idle, and the core sleeps in between", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
ISR(TIMER1_COMPA_vect) { PIND = 1 << 4; }
int main(void) {
  DDRD = 1 << 4;
  OCR1A = 31249; TCCR1B = 1 << WGM12 | 1 << CS12; TIMSK1 = 1 << OCIE1A; /* 1 s at 8 MHz / 256 */
  set_sleep_mode(SLEEP_MODE_IDLE); sei();
  for (;;) sleep_mode();
}`);
  const gateway = world.gateway({ image, clockHz: 8_000_000, clockPpm: 100 });
  const leds: number[] = [];
  gateway.onLed = (_on, atUs) => leds.push(atUs);
  world.run(1000.5);
  expect(leds).toHaveLength(1000);
  expect(((leds[999] as number) - (leds[0] as number)) / 999e6).toBeCloseTo(1 / 1.0001, 7);
  expect(gateway.awakeUs).toBeLessThan(BOOT_US + 1000 * 15);
  expect(gateway.idleUs).toBeGreaterThan(1000e6);
});

test("a byte ends idle, with no timer running", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${HEAD}
#include <stdint.h>
static volatile uint8_t got;
ISR(USART_RX_vect) { got = UDR0; UDR0 = got; }
int main(void) {
  UCSR0A = 1 << U2X0; UBRR0 = 8; UCSR0B = 1 << RXCIE0 | 1 << RXEN0 | 1 << TXEN0;
  set_sleep_mode(SLEEP_MODE_IDLE); sei();
  for (;;) sleep_mode();
}`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  world.run(1);
  board.uart.type("one by one\n");
  world.run(1);
  expect(board.uart.lines.map(({ line }) => line)).toEqual(["one by one"]);
  expect(board.awakeUs).toBeLessThan(BOOT_US + 11 * 10 + 20);
});

test("the RC oscillator starts at once; a converter left on draws in power-down", () => {
  const world = new World({ seed: 1 });
  const rc = world.node({ image: sleeper(PCINT), clockHz: 8_000_000, startupCycles: 6 });
  const converter = world.node({ image: sleeper(`${PCINT} ADCSRA = 1 << ADEN;`), clockHz: 8_000_000 });
  const leds: number[] = [];
  rc.onLed = (_on, atUs) => leds.push(atUs);
  world.run(1);
  rc.pulse(2e6, 30);
  const before = [rc.chargeBy().mcu, converter.chargeBy().mcu] as const;
  world.run(0.9);
  expect(rc.chargeBy().mcu - before[0]).toBeCloseTo(0.9 * 0.1, 3);
  expect(converter.chargeBy().mcu - before[1]).toBeCloseTo(0.9 * 200.1, 1);
  world.run(1);
  expect((leds[0] as number) - 2e6).toBeLessThan(10);
});
