#include "fake_rfm69.h"

#include <string.h>

#include "hal_host.h"

struct fake_rfm69 fake_rfm69;

enum { AIR_MS = 45, OPMODE = 0x01, RSSI = 0x24, IRQFLAGS1 = 0x27, IRQFLAGS2 = 0x28, SLEEP = 0x00, TRANSMIT = 0x0C, RECEIVE = 0x10 };

static struct fake_rfm69 *const self = &fake_rfm69;
static bool first;
static uint8_t address;

static uint8_t mode(void) {
    return self->registers[OPMODE] & 0x1C;
}

static void dio0(bool high) {
    if (high && !host.dio0) host.wakes |= HAL_WAKE_RADIO;
    host.dio0 = high;
}

static void clear_fifo(void) {
    self->fifo_length = self->fifo_read = 0;
    self->payload_ready = false;
    dio0(false);
}

static void enter(uint8_t was) {
    if (mode() == was) return;
    self->packet_sent = false;
    if (mode() == SLEEP || mode() == RECEIVE || was == TRANSMIT) clear_fifo();
    if (mode() == TRANSMIT) self->sends_until_ms = host.ms + host.slept_ms + AIR_MS;
    dio0(false);
}

static void write(uint8_t value) {
    uint8_t was = mode();
    if (address == 0) {
        if (self->fifo_length < sizeof self->fifo) self->fifo[self->fifo_length++] = value;
        return;
    }
    if (address == IRQFLAGS2 && value & 0x10) clear_fifo();
    if (address < sizeof self->registers && address != 0x10) self->registers[address] = value;
    if (address == OPMODE) enter(was);
}

static uint8_t read(void) {
    switch (address) {
    case 0:
        if (self->fifo_read >= self->fifo_length) return 0;
        if (self->fifo_read + 1 == self->fifo_length) self->payload_ready = false;
        return self->fifo[self->fifo_read++];
    case RSSI: return self->rssi;
    case IRQFLAGS1: return 0x80;
    case IRQFLAGS2: return (uint8_t)((self->packet_sent ? 0x08 : 0) | (self->payload_ready ? 0x04 : 0));
    default: return self->registers[address & 0x7F];
    }
}

static void select_(bool on) {
    first = on;
}

static uint8_t transfer(uint8_t byte) {
    static bool writing;
    if (!self->present || self->stuck) return 0xFF;
    if (first) {
        first = false;
        writing = (byte & 0x80) != 0;
        address = byte & 0x7F;
        return 0;
    }
    uint8_t value = 0;
    if (writing)
        write(byte);
    else
        value = read();
    if (address != 0) address++;
    return value;
}

static void tick(uint32_t ms) {
    if (mode() != TRANSMIT || self->packet_sent || self->deaf || ms < self->sends_until_ms) return;
    self->packet_sent = true;
    memcpy(self->sent, self->fifo, sizeof self->sent);
    self->sent_count++;
    dio0(true);
}

void fake_rfm69_forgets(void) {
    memset(self->registers, 0, sizeof self->registers);
    self->registers[OPMODE] = 0x04;
    self->registers[0x10] = 0x24;
    self->registers[0x37] = 0x10;
}

void fake_rfm69_reset(void) {
    self->stuck = false;
    clear_fifo();
    fake_rfm69_forgets();
}

void fake_rfm69_attach(void) {
    memset(self, 0, sizeof *self);
    self->present = true;
    self->rssi = 240;
    fake_rfm69_forgets();
    host.radio = (struct host_spi){select_, transfer};
    host.tick = tick;
}

bool fake_rfm69_hears(const uint8_t *packet, int8_t rssi) {
    if (mode() != RECEIVE || self->payload_ready) return false;
    self->fifo_length = (uint8_t)(packet[0] + 1 > 66 ? 66 : packet[0] + 1);
    self->fifo_read = 0;
    memcpy(self->fifo, packet, self->fifo_length);
    self->rssi = (uint8_t)(-2 * rssi);
    self->payload_ready = true;
    dio0(true);
    return true;
}
