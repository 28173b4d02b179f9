import { expect, test } from "vitest";
import { compile } from "./simulator/compile.ts";
import { World } from "./simulator/world.ts";

/** A program that knows just enough of the radio to send or receive a frame of five bytes. */
const radio = (role: string) =>
  compile(`
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/pgmspace.h>
#include <stdint.h>
static uint8_t spi(uint8_t v) { SPDR = v; while (!(SPSR & 1 << SPIF)) {} return SPDR; }
static uint8_t reg(uint8_t at, uint8_t v) { PORTB &= ~4; spi(at); v = spi(v); PORTB |= 4; return v; }
static void put(char c) { while (!(UCSR0A & 1 << UDRE0)) {} UDR0 = c; }
static volatile uint8_t dio0;
ISR(INT0_vect) { dio0 = 1; }
EMPTY_INTERRUPT(PCINT2_vect)
static const uint8_t setup[][2] PROGMEM = {
  {0x03, 0x1a}, {0x04, 0x0b}, {0x05, 0x00}, {0x06, 0x9d}, {0x07, 0xe4}, {0x08, 0xc0}, {0x09, 0x00},
  {0x19, 0xf2}, {0x2e, 0x98}, {0x2f, 1}, {0x30, 2}, {0x31, 3}, {0x32, 4}, {0x37, 0xd0}, {0x3c, 0x8f}, {0x3d, 0x02}, {0x11, 0x9f}, {0x2d, 4},
};
int main(void) {
  UCSR0A = 1 << U2X0; UBRR0 = 8; UCSR0B = 1 << TXEN0;
  PORTB = 4; DDRB = 4 | 1 << 3 | 1 << 5; DDRD = 1 << 7 | 1 << 4; SPCR = 1 << SPE | 1 << MSTR;
  TCCR1B = 3; while (TCNT1 < 2000) {} /* 16 ms: the radio is up */
  for (uint8_t i = 0; i < sizeof setup / 2; i++) reg(0x80 | pgm_read_byte(&setup[i][0]), pgm_read_byte(&setup[i][1]));
  EICRA = 3; EIMSK = 1; PCMSK2 = 1 << 3; PCICR = 4;
  ${role}
}`);

const SENDER = radio(`
  reg(0x81, 0x00);
  for (;;) {
    set_sleep_mode(SLEEP_MODE_PWR_DOWN); cli(); while (PIND & 8) {} PCIFR = 4; sleep_enable(); sei(); sleep_cpu();
    reg(0x81, 0x04); reg(0xa5, 0x00);
    for (uint8_t i = 0; i < 6; i++) reg(0x80, i ? i - 1 + 'a' : 5);
    dio0 = 0; reg(0x81, 0x0c);
    set_sleep_mode(SLEEP_MODE_IDLE); while (!dio0) sleep_mode();
    reg(0x81, 0x00); PIND = 1 << 4;
  }`);

const RECEIVER = radio(`
  reg(0xa5, 0x40); reg(0x81, 0x10); sei(); set_sleep_mode(SLEEP_MODE_IDLE);
  for (;;) {
    cli(); if (!dio0) { sleep_enable(); sei(); sleep_cpu(); } sei();
    if (!dio0) continue;
    dio0 = 0; reg(0x81, 0x04);
    uint8_t n = reg(0x00, 0); while (n--) put(reg(0x00, 0)); put('\\n');
    reg(0x81, 0x10);
  }`);

function pair(seed: number) {
  const world = new World({ seed });
  const node = world.node({ name: "node", image: SENDER, clockHz: 16_000_000 });
  const gateway = world.gateway({ name: "gateway", image: RECEIVER, clockHz: 8_000_000, clockPpm: 40 });
  world.run(1);
  return { world, node, gateway };
}

test("a node that sleeps sends what an idle gateway gets, by their images alone", () => {
  const { world, node, gateway } = pair(1);
  for (let i = 0; i < 10; i++) node.pulse(world.now + i * 1e6 + 1, 30);
  world.run(10);
  expect(world.ether.log.map(({ from, delivered }) => [from, delivered])).toEqual(
    Array(10).fill(["node", ["gateway"]]),
  );
  expect(gateway.uart.lines.map(({ line }) => line)).toEqual(Array(10).fill("abcde"));
  // The frame is in the gateway's UART a few milliseconds after its end.
  const last = world.ether.log[9];
  expect((gateway.uart.lines[9]?.atUs ?? 0) - (last?.endUs ?? 0)).toBeGreaterThan(6 * 86);
  expect((gateway.uart.lines[9]?.atUs ?? 0) - (last?.endUs ?? 0)).toBeLessThan(2000);
  expect([node.hung, node.busConflicts, gateway.busConflicts]).toEqual([false, 0, 0]);
});

test("charge: sleeping, awake and sending, by the currents of the data sheets", () => {
  const { world, node, gateway } = pair(1);
  const before = { ...node.chargeBy() };
  const awakeUs = node.awakeUs;
  world.run(100);
  const asleep = node.chargeBy();
  expect(node.awakeUs).toBe(awakeUs);
  expect(asleep.mcu - before.mcu).toBeCloseTo(100 * 0.1, 3);
  expect(asleep.radio - before.radio).toBeCloseTo(100 * 0.1, 3);
  expect(asleep.analog - before.analog).toBeCloseTo(100 * (74.9 + 330), 3); // this program leaves CE low
  node.pulse(world.now + 1, 30);
  world.run(1);
  const sent = world.ether.log[0];
  const airS = ((sent?.endUs ?? 0) - (sent?.startUs ?? 0)) * 1e-6;
  expect(airS).toBeGreaterThan(0.02);
  expect(node.radio.timeInMode.tx * 1e-6).toBeGreaterThanOrEqual(airS);
  expect(node.chargeBy().mcu - asleep.mcu).toBeGreaterThan(1600 * airS);
  expect(node.chargeBy().mcu - asleep.mcu).toBeLessThan(1600 * airS + 7000 * 0.04);
  expect(gateway.chargeBy()).toMatchObject({ rtc: 0, analog: 0 });
  expect(gateway.idleUs / world.now).toBeGreaterThan(0.99);
});

test("two worlds with one seed are the same to the microsecond", () => {
  const run = (seed: number) => {
    const { world, node, gateway } = pair(seed);
    world.ether.loss = 0.5;
    node.pulses(() => 2);
    world.run(20);
    return { lines: gateway.uart.lines, charge: node.chargeUas, log: world.ether.log.map((f) => [f.startUs, f.lost]) };
  };
  const once = run(5);
  expect(once).toEqual(run(5));
  expect(once.lines.length).toBeGreaterThan(5);
  expect(once.lines.length).toBeLessThan(35);
  expect(once.lines).not.toEqual(run(6).lines);
});

test("pulses come at the rate asked for, each as wide as said", () => {
  const { world, node } = pair(1);
  const lit: [boolean, number][] = [];
  node.chip.pins.watch("D", 3, (high) => lit.push([high, world.now]));
  node.pulses((atUs) => (atUs < 61e6 ? 0.5 : 4), 50);
  world.run(120);
  node.stopPulses();
  world.run(10);
  expect(node.pulsesGiven).toBeGreaterThanOrEqual(30 + 239);
  expect(node.pulsesGiven).toBeLessThanOrEqual(30 + 241);
  expect(lit).toHaveLength(2 * node.pulsesGiven);
  for (let i = 0; i < lit.length; i += 2) expect((lit[i + 1]?.[1] ?? 0) - (lit[i]?.[1] ?? 0)).toBeCloseTo(50_000, -3);
});

test("a board that is switched off does nothing, draws nothing and hears nothing", () => {
  const { world, node, gateway } = pair(1);
  gateway.power(false);
  const charge = gateway.chargeUas;
  node.pulse(world.now + 1, 30);
  world.run(5);
  expect(gateway.chargeUas).toBe(charge);
  expect(world.ether.log[0]?.delivered).toEqual([]);
  gateway.power(true);
  world.run(1);
  node.pulse(world.now + 1, 30);
  expect(world.runUntil(() => gateway.uart.lines.length === 1, 5)).toBe(true);
  expect(world.runUntil(() => gateway.uart.lines.length === 2, 5)).toBe(false);
});

test("startS switches on later, and forget drops what was recorded", () => {
  const world = new World({ seed: 1, epochS: 1000 });
  const late = world.gateway({ image: RECEIVER, clockHz: 8_000_000, startS: 3 });
  world.run(2);
  expect(late.awakeUs).toBe(0);
  world.run(2);
  expect(late.resets).toEqual([{ cause: "power-on", atUs: 3e6 }]);
  expect(world.clockS).toBe(1004);
  world.forget();
  expect(late.resets).toEqual([]);
});
