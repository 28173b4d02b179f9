import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

const UART = `
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdint.h>
static void put(char c) { while (!(UCSR0A & 1 << UDRE0)) {} UDR0 = c; }
static void uart(uint16_t divider, uint8_t twice) { UCSR0A = twice << U2X0; UBRR0 = divider; UCSR0B = 1 << RXEN0 | 1 << TXEN0; }
`;
const echo = (setup: string) =>
  compile(`${UART} int main(void) { ${setup} for (;;) { while (!(UCSR0A & 1 << RXC0)) {} put(UDR0); } }`);
const TEXT = "the quick brown fox jumps over the lazy dog 0123456789";

test.each([
  [8_000_000, 8],
  [16_000_000, 16],
] as const)("%i Hz with U2X echoes 115200 baud without a gap", (clockHz, divider) => {
  const world = new World({ seed: 1 });
  const board = world.gateway({ image: echo(`uart(${divider}, 1);`), clockHz });
  world.run(0.1);
  const startUs = world.now;
  board.uart.type(`${TEXT}\r\n`);
  world.run(0.1);
  expect(board.uart.lines.map(({ line }) => line)).toEqual([TEXT]);
  const bits = ((divider + 1) * 8 * 1e6) / clockHz;
  expect((board.uart.lines[0]?.atUs ?? 0) - startUs).toBeGreaterThan(57 * 10 * Math.min(bits, 1e6 / 115_200));
  expect((board.uart.lines[0]?.atUs ?? 0) - startUs).toBeLessThan(57.5 * 10 * Math.max(bits, 1e6 / 115_200));
  expect(board.serial).toMatchObject({ garbled: 0, lost: 0 });
});

test("8 MHz without U2X is off by 8.5 %: nothing but garbage", () => {
  const world = new World({ seed: 1 });
  const board = world.gateway({ image: echo("uart(3, 0);"), clockHz: 8_000_000 });
  let heard = "";
  board.uart.onByte = (byte) => {
    heard += String.fromCharCode(byte);
  };
  world.run(0.1);
  board.uart.type("abc");
  world.run(0.1);
  expect(heard).not.toContain("a");
  expect(board.serial.garbled).toBeGreaterThan(3);
});

test("two bytes wait, a third in the shift register; more are lost, and DOR says so", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${UART}
int main(void) {
  uart(8, 1);
  PORTD = 1 << 6;
  for (;;) {
    while (PIND & 1 << 6) {}
    while (UCSR0A & 1 << RXC0) { uint8_t a = UCSR0A; put(UDR0); put(a & 1 << DOR0 ? '!' : '.'); }
    put('\\n');
    while (!(PIND & 1 << 6)) {}
  }
}`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  const pressed = () => {
    board.press(0.01);
    world.run(0.02);
    return board.uart.lines.at(-1)?.line;
  };
  world.run(0.1);
  board.uart.type("abc");
  world.run(0.01);
  expect(pressed()).toBe("a.b.c.");
  board.uart.type("defgh");
  world.run(0.01);
  expect(pressed()).toBe("d!e.h.");
});

test("writing UCSRB or UCSRA loses neither a received byte nor UDRE; the receive interrupt asks until the byte is read", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${UART}
static volatile uint8_t got;
ISR(USART_RX_vect) { got = UDR0; }
int main(void) {
  uart(8, 1);
  while (!(UCSR0A & 1 << RXC0)) {}
  UCSR0B |= 1 << RXEN0; UCSR0A |= 1 << U2X0;
  put(UCSR0A & 1 << RXC0 ? 'y' : 'n');
  put(UCSR0A & 1 << UDRE0 ? 'y' : 'n');
  UCSR0B |= 1 << RXCIE0;
  sei();
  while (!got) {}
  put(got); put('\\n');
  for (;;) {}
}`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  world.run(0.1);
  board.uart.type("x");
  world.run(0.1);
  expect(board.uart.lines[0]?.line).toMatch(/^y[yn]x$/);
});

test("UDRE and TXC interrupts send a text; the core idles meanwhile", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${UART}
static const char *next = "interrupts\\n";
static volatile uint8_t done;
ISR(USART_UDRE_vect) { if (*next) UDR0 = *next++; else UCSR0B &= ~(1 << UDRIE0); }
ISR(USART_TX_vect) { done = 1; }
int main(void) {
  uart(8, 1);
  DDRD = 1 << 4;
  UCSR0B |= 1 << UDRIE0 | 1 << TXCIE0;
  set_sleep_mode(SLEEP_MODE_IDLE); sei();
  while (!done) sleep_mode();
  PORTD = 1 << 4; cli(); sleep_mode(); for (;;) {}
}`);
  const board = world.gateway({ image, clockHz: 8_000_000 });
  const lit: number[] = [];
  board.onLed = (_on, atUs) => lit.push(atUs);
  world.run(0.2);
  expect(board.uart.lines.map(({ line }) => line)).toEqual(["interrupts"]);
  expect(lit).toHaveLength(1);
  expect((lit[0] as number) - (board.uart.lines[0]?.atUs ?? 0)).toBeLessThan(20);
  expect(board.hung).toBe(true);
  expect(board.awakeUs).toBeLessThan(67_048 + 800);
});

test("what comes in power-down is lost, but its start bit can wake", () => {
  const world = new World({ seed: 1 });
  const image = compile(`${UART}
EMPTY_INTERRUPT(PCINT2_vect)
int main(void) {
  uart(8, 1);
  PCMSK2 = 1; PCICR = 4;
  set_sleep_mode(SLEEP_MODE_PWR_DOWN); sei(); sleep_mode();
  for (;;) { while (!(UCSR0A & 1 << RXC0)) {} put(UDR0); }
}`);
  const board = world.node({ image, clockHz: 8_000_000 });
  world.run(0.2);
  board.uart.type("\r");
  world.run(0.01);
  board.uart.type("ok\n");
  world.run(0.01);
  expect(board.uart.lines.map(({ line }) => line)).toEqual(["ok"]);
  expect(board.serial.lost).toBe(1);
});
