/**
 * Registers of the RFM69W / RFM69HW (SX1231, SX1231H) for the air format of docs/protocol.md §2: FSK 4800 b/s, whitening, CRC, AES-128 by the radio.
 * No state machine and no waiting for the air here: radio.h does that. Numbers in comments are sections of the SX1231 datasheet, rev. 7.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** W: −18…13 dBm at pin RFIO. HW: −2…20 dBm at pin PA_BOOST; the wrong kind is heard centimetres far, and does no harm. */
enum rfm69_kind { RFM69_W, RFM69_HW };

/** As they are written to the register of the operating mode. */
enum rfm69_mode { RFM69_SLEEP = 0x00, RFM69_STANDBY = 0x04, RFM69_TRANSMIT = 0x0C, RFM69_RECEIVE = 0x10 };

/** Longest payload behind to, from, id, flags: with them it fills four AES blocks. */
enum { RFM69_MAX_PAYLOAD = 60 };

struct rfm69_settings {
    uint8_t network[4]; ///< sync word
    uint8_t key[16];
    uint16_t mhz;     ///< carrier: 434, 868, 915, or any the module has filters for
    uint8_t kind;     ///< enum rfm69_kind
    int8_t power_dbm; ///< clamped to the kind's range
};

/** A packet as it goes over the air. */
struct radio_frame {
    uint8_t to;
    uint8_t from;
    uint8_t id;
    uint8_t flags;                          ///< RADIO_FLAG_ACK of radio.h, others are not interpreted
    uint8_t length;                         ///< of the payload, 0…60
    int8_t rssi;                            ///< dBm as received; ignored when sending
    uint8_t payload[RFM69_MAX_PAYLOAD + 1]; ///< received: a zero stands behind the last byte
};

/**
 * Resets the radio by its pin and writes all registers; it sleeps afterwards. Boards without that pin do not need it: any earlier state is overwritten.
 * @return false if no radio answers (version is not 24, or a register does not keep its value), within 30 ms.
 */
bool rfm69_init(const struct rfm69_settings *settings);

/** True while the radio answers and still has our settings: false after it lost its supply, or is gone. */
bool rfm69_alive(void);

/** Power from the next transmission on. @return what was set after clamping to the kind's range. */
int8_t rfm69_set_power(int8_t dbm);

/**
 * Changes the mode and waits until the radio is there (≤ 1 ms from standby; from sleep the crystal starts first). Entering receive or sleep empties the FIFO.
 * @return false if it does not get there in 10 ms.
 */
bool rfm69_mode(enum rfm69_mode mode);

/**
 * Puts a frame into the FIFO and begins to send. DIO0 rises when the last bit is out, 45 to 125 ms later.
 * @param head to, from, id, flags: what a struct radio_frame begins with. @param length of the payload, at most RFM69_MAX_PAYLOAD.
 * @return false if the radio does not.
 */
bool rfm69_transmit(const void *head, const uint8_t *payload, uint8_t length);

/** True when what `rfm69_transmit` began is on the air completely. Then change the mode: the carrier is still on. */
bool rfm69_sent(void);

/** True in receive mode when a frame with right CRC waits. */
bool rfm69_received(void);

/** Reads the waiting frame, with its RSSI, and leaves the radio in standby. @return false if the length is impossible (< 4 or > 64): nothing was read then. */
bool rfm69_read(struct radio_frame *frame);

/** In receive mode: signal strength now in dBm, −127…0. */
int8_t rfm69_rssi(void);

/** In receive mode: true from a detected sync word to the end of its packet. */
bool rfm69_receiving(void);
