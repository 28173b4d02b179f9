// Register values: docs/protocol.md §2 and the SX1231 datasheet; what v10 sends is in the captures the protocol page was made from.
#include "common/rfm69.h"

#include "fake_rfm69.h"
#include "hal_host.h"
#include "rig.h"

static const struct rfm69_settings w = {{0, 0, 1, 1}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, 868, RFM69_W, 13};
static const uint8_t *const registers = fake_rfm69.registers;

static void fresh(void) {
    host_reset();
    fake_rfm69_attach();
}

static bool transmit(const struct radio_frame *frame) {
    return rfm69_transmit(frame, frame->payload, frame->length);
}

static void sets_the_air_format(void) {
    fresh();
    CHECK(rfm69_init(&w));
    CHECK_BYTES(((uint8_t[]){0x00, 0x1A, 0x0B, 0x00, 0x9D, 0xD9, 0x00, 0x00}), registers + 2, 8);
    CHECK_BYTES(((uint8_t[]){0x98, 0, 0, 1, 1}), registers + 0x2E, 5);
    CHECK_EQUAL(0xD0, registers[0x37]);
    CHECK_EQUAL(0x8F, registers[0x3C]);
    CHECK_EQUAL(0x03, registers[0x3D]);
    CHECK_BYTES(w.key, registers + 0x3E, 16);
    CHECK_EQUAL(0x30, registers[0x6F]);
    CHECK_EQUAL(0x55, registers[0x5A]);
    CHECK_EQUAL(0x70, registers[0x5C]);
    CHECK_EQUAL(0x00, registers[1]);
}

static void tunes_to_each_band(void) {
    struct rfm69_settings band = w;
    fresh();
    band.mhz = 915;
    CHECK(rfm69_init(&band));
    CHECK_BYTES(((uint8_t[]){0xE4, 0xC0, 0x00}), registers + 7, 3);
    band.mhz = 434;
    CHECK(rfm69_init(&band));
    CHECK_BYTES(((uint8_t[]){0x6C, 0x80, 0x00}), registers + 7, 3);
}

static void clamps_the_power_of_each_kind(void) {
    struct rfm69_settings hw = w;
    hw.kind = RFM69_HW;
    fresh();
    CHECK(rfm69_init(&w));
    CHECK_EQUAL(0x1A, registers[0x13]);
    CHECK_EQUAL(0x9F, registers[0x11]);
    CHECK_EQUAL(13, rfm69_set_power(20));
    CHECK_EQUAL(-18, rfm69_set_power(-100));
    CHECK_EQUAL(0x80, registers[0x11]);
    CHECK(rfm69_init(&hw));
    CHECK_EQUAL(0x0F, registers[0x13]);
    CHECK_EQUAL(-2, rfm69_set_power(-18));
    CHECK_EQUAL(0x50, registers[0x11]);
    CHECK_EQUAL(17, rfm69_set_power(17));
    CHECK_EQUAL(0x7F, registers[0x11]);
    CHECK_EQUAL(20, rfm69_set_power(127));
    CHECK_EQUAL(0x7F, registers[0x11]);
}

static void uses_high_power_settings_only_while_it_sends(void) {
    struct rfm69_settings hw = w;
    hw.kind = RFM69_HW;
    hw.power_dbm = 20;
    struct radio_frame frame = {.to = 1, .length = 1};
    fresh();
    CHECK(rfm69_init(&hw));
    CHECK(transmit(&frame));
    CHECK_EQUAL(0x5D, registers[0x5A]);
    CHECK_EQUAL(0x7C, registers[0x5C]);
    CHECK(rfm69_mode(RFM69_RECEIVE));
    CHECK_EQUAL(0x55, registers[0x5A]);
    CHECK_EQUAL(0x70, registers[0x5C]);
    CHECK(transmit(&frame));
    CHECK_EQUAL(0x5D, registers[0x5A]);
    CHECK_EQUAL(17, rfm69_set_power(17)); // while it sends
    CHECK(rfm69_mode(RFM69_RECEIVE));
    CHECK_EQUAL(0x55, registers[0x5A]);
    CHECK_EQUAL(0x70, registers[0x5C]);
}

static void sends_a_frame(void) {
    const struct radio_frame frame = {.to = 1, .from = 9, .id = 77, .flags = 0x80, .length = 2, .payload = "hi"};
    fresh();
    CHECK(rfm69_init(&w));
    CHECK(transmit(&frame));
    CHECK_EQUAL(0x00, registers[0x25]);
    CHECK(!rfm69_sent());
    host_advance_ms(50);
    CHECK(rfm69_sent());
    CHECK_EQUAL(HAL_WAKE_RADIO, hal_wakes());
    CHECK_BYTES(((uint8_t[]){6, 1, 9, 77, 0x80, 'h', 'i'}), fake_rfm69.sent, 7);
}

static void reads_a_frame(void) {
    struct radio_frame frame;
    fresh();
    CHECK(rfm69_init(&w));
    CHECK(!rfm69_received());
    CHECK(rfm69_mode(RFM69_RECEIVE));
    CHECK_EQUAL(0x40, registers[0x25]);
    CHECK(fake_rfm69_hears((const uint8_t[]){7, 9, 1, 3, 0, 'a', 'b', 'c'}, -71));
    CHECK(rfm69_received());
    CHECK(rfm69_read(&frame));
    CHECK_EQUAL(9, frame.to);
    CHECK_EQUAL(1, frame.from);
    CHECK_EQUAL(3, frame.id);
    CHECK_EQUAL(0, frame.flags);
    CHECK_EQUAL(3, frame.length);
    CHECK_EQUAL(-71, frame.rssi);
    CHECK_TEXT("abc", (const char *)frame.payload);
}

static void refuses_impossible_lengths(void) {
    struct radio_frame frame;
    uint8_t packet[66] = {0};
    fresh();
    CHECK(rfm69_init(&w));
    for (unsigned length = 0; length < 256; length++) {
        packet[0] = (uint8_t)length;
        CHECK(rfm69_mode(RFM69_RECEIVE));
        CHECK(fake_rfm69_hears(packet, -50));
        CHECK_EQUAL(length >= 4 && length <= 64, rfm69_read(&frame));
    }
}

static void a_missing_radio_is_an_error_and_no_hang(void) {
    const struct radio_frame frame = {.to = 1};
    fresh();
    fake_rfm69.present = false;
    CHECK(!rfm69_init(&w));
    CHECK(!rfm69_alive());
    CHECK(host.ms < 25);
    host.radio = (struct host_spi){0};
    CHECK(!rfm69_init(&w));
    (void)transmit(&frame);
    CHECK(host.ms < 50);
}

static void notices_lost_settings(void) {
    fresh();
    CHECK(rfm69_init(&w));
    CHECK(rfm69_alive());
    fake_rfm69_forgets();
    CHECK(!rfm69_alive());
}

int main(void) {
    RUN(sets_the_air_format);
    RUN(tunes_to_each_band);
    RUN(clamps_the_power_of_each_kind);
    RUN(uses_high_power_settings_only_while_it_sends);
    RUN(sends_a_frame);
    RUN(reads_a_frame);
    RUN(refuses_impossible_lengths);
    RUN(a_missing_radio_is_an_error_and_no_hang);
    RUN(notices_lost_settings);
    return rig_end();
}
