#include "rfm69.h"

#include "flash.h"
#include "hal.h"

enum {
    REG_FIFO = 0x00,
    REG_OPMODE = 0x01,
    REG_FRF = 0x07,
    REG_VERSION = 0x10,
    REG_PALEVEL = 0x11,
    REG_OCP = 0x13,
    REG_RSSI = 0x24,
    REG_DIOMAPPING = 0x25,
    REG_IRQFLAGS1 = 0x27,
    REG_IRQFLAGS2 = 0x28,
    REG_SYNC = 0x2F,
    REG_PACKETCONFIG1 = 0x37,
    REG_AESKEY = 0x3E,
    REG_TESTPA1 = 0x5A,
    REG_TESTPA2 = 0x5C,
    WRITE = 0x80,
    VERSION = 0x24,
    MODE_READY = 0x80,
    SYNC_MATCH = 0x01,
    FIFO_OVERRUN = 0x10,
    PACKET_SENT = 0x08,
    PAYLOAD_READY = 0x04,
    DIO0_SENT = 0x00,
    DIO0_PAYLOAD = 0x40,
    PACKETCONFIG1 = 0xD0,
    HEADER = 4,
    BOOST_DBM = 18, // from here on an HW needs its high power settings, while it sends only
};

// What never changes: docs/protocol.md §2. Pairs of register and value.
static const uint8_t fixed[] FLASH = {
    0x02, 0x00,             // packets, FSK, no shaping
    0x03, 0x1A, 0x04, 0x0B, // 4800 b/s
    0x05, 0x00, 0x06, 0x9D, // 9.6 kHz
    // 41.7 kHz to each side, where v10 has 20.8: takes carriers 32 ppm apart at 915 MHz (v10: 10 ppm, less than two crystals may differ) for 3 dB of noise
    0x19, 0xF3, 0x26, 0x07,                           // no clock output
    0x2C, 0x00, 0x2D, 0x04,                           // preamble
    0x2E, 0x98,                                       // sync word of 4 bytes, no errors
    REG_PACKETCONFIG1, PACKETCONFIG1,                 // variable length, whitening, CRC, any address
    0x38, 0x40,                                       // received: 64 bytes at most
    0x3C, 0x8F,                                       // send as soon as the FIFO has something
    0x3D, 0x03,                                       // AES
    REG_TESTPA1, 0x55, REG_TESTPA2, 0x70, 0x6F, 0x30, // DAGC for low modulation index off: deviation is twice the bit rate
};

static bool hw;
static bool boost;
static enum rfm69_mode mode;

static uint8_t read(uint8_t address) {
    hal_spi_begin(HAL_RADIO);
    hal_spi(address);
    uint8_t value = hal_spi(0);
    hal_spi_end();
    return value;
}

static void send_bytes(const uint8_t *bytes, uint8_t n) {
    while (n-- > 0) hal_spi(*bytes++);
}

static void write_bytes(uint8_t address, const uint8_t *bytes, uint8_t n) {
    hal_spi_begin(HAL_RADIO);
    hal_spi(address | WRITE);
    send_bytes(bytes, n);
    hal_spi_end();
}

static void write(uint8_t address, uint8_t value) {
    write_bytes(address, &value, 1);
}

bool rfm69_alive(void) {
    return read(REG_VERSION) == VERSION && read(REG_PACKETCONFIG1) == PACKETCONFIG1;
}

bool rfm69_init(const struct rfm69_settings *settings) {
    hw = settings->kind == RFM69_HW;
    mode = RFM69_SLEEP;
    boost = false;
    hal_radio_reset();
    if (read(REG_VERSION) != VERSION || !rfm69_mode(RFM69_STANDBY)) return false;
    for (const uint8_t *pair = fixed; pair < fixed + sizeof fixed; pair += 2) write(flash_byte(pair), flash_byte(pair + 1));
    write(REG_OCP, hw ? 0x0F : 0x1A);                 // an HW draws more than the limit may be
    uint32_t steps = settings->mhz * UINT32_C(16384); // of 32 MHz / 2^19
    uint8_t frf[] = {(uint8_t)(steps >> 16), (uint8_t)(steps >> 8), 0};
    write_bytes(REG_FRF, frf, sizeof frf);
    write_bytes(REG_SYNC, settings->network, sizeof settings->network);
    write_bytes(REG_AESKEY, settings->key, sizeof settings->key);
    rfm69_set_power(settings->power_dbm);
    return rfm69_mode(RFM69_SLEEP) && rfm69_alive();
}

int8_t rfm69_set_power(int8_t dbm) {
    int8_t least = hw ? -2 : -18;
    int8_t most = hw ? 20 : 13;
    if (dbm < least) dbm = least;
    if (dbm > most) dbm = most;
    boost = dbm >= BOOST_DBM;
    // 3.3.6: PA0 of the W; PA1, then PA1 and PA2, of the HW
    uint8_t level = (uint8_t)(dbm + 18);
    if (!hw)
        level |= 0x80;
    else if (dbm < 14)
        level |= 0x40;
    else
        level = (uint8_t)(0x60 | (level - (boost ? 7 : 4)));
    write(REG_PALEVEL, level);
    return dbm;
}

bool rfm69_mode(enum rfm69_mode wanted) {
    if (wanted == mode) return true;
    // the receiver is harmed by these settings: they end with the frame, also when the power was lowered meanwhile
    if (hw && (mode == RFM69_TRANSMIT || wanted == RFM69_TRANSMIT)) {
        bool high = boost && wanted == RFM69_TRANSMIT;
        write(REG_TESTPA1, high ? 0x5D : 0x55);
        write(REG_TESTPA2, high ? 0x7C : 0x70);
    }
    if (wanted == RFM69_RECEIVE) write(REG_DIOMAPPING, DIO0_PAYLOAD);
    mode = wanted;
    write(REG_OPMODE, (uint8_t)wanted);
    if (wanted == RFM69_SLEEP) return true;
    uint16_t start = hal_ticks();
    while (!(read(REG_IRQFLAGS1) & MODE_READY)) {
        if ((uint16_t)(hal_ticks() - start) > HAL_TICKS(10)) return false;
    }
    return true;
}

bool rfm69_transmit(const void *head, const uint8_t *payload, uint8_t length) {
    if (length > RFM69_MAX_PAYLOAD || !rfm69_mode(RFM69_STANDBY)) return false;
    write(REG_IRQFLAGS2, FIFO_OVERRUN); // empties the FIFO
    write(REG_DIOMAPPING, DIO0_SENT);
    hal_spi_begin(HAL_RADIO);
    hal_spi(WRITE + REG_FIFO);
    hal_spi((uint8_t)(HEADER + length));
    send_bytes(head, HEADER);
    send_bytes(payload, length);
    hal_spi_end();
    return rfm69_mode(RFM69_TRANSMIT);
}

// Both at once is a bus on which nobody answers.
static bool flag(uint8_t wanted) {
    return (read(REG_IRQFLAGS2) & (PACKET_SENT | PAYLOAD_READY)) == wanted;
}

bool rfm69_sent(void) {
    return flag(PACKET_SENT);
}

bool rfm69_received(void) {
    return mode == RFM69_RECEIVE && flag(PAYLOAD_READY);
}

bool rfm69_read(struct radio_frame *frame) {
    frame->rssi = rfm69_rssi();
    if (!rfm69_mode(RFM69_STANDBY)) return false;
    hal_spi_begin(HAL_RADIO);
    hal_spi(REG_FIFO);
    uint8_t length = hal_spi(0);
    bool possible = length >= HEADER && length <= HEADER + RFM69_MAX_PAYLOAD;
    if (possible) {
        uint8_t *to = (uint8_t *)frame;
        for (uint8_t i = 0; i < HEADER; i++) *to++ = hal_spi(0);
        frame->length = (uint8_t)(length - HEADER);
        to = frame->payload;
        for (uint8_t i = 0; i < frame->length; i++) *to++ = hal_spi(0);
        *to = 0;
    }
    hal_spi_end();
    return possible;
}

int8_t rfm69_rssi(void) {
    return (int8_t) - (read(REG_RSSI) >> 1);
}

bool rfm69_receiving(void) {
    return mode == RFM69_RECEIVE && (read(REG_IRQFLAGS1) & SYNC_MATCH) != 0;
}
