#include "hal_host.h"

#include <string.h>

struct host host;

static char typed[1024];
static uint16_t typed_length, typed_read;
static bool lost;
static enum hal_device selected;
static bool spi_open;
static uint8_t ticks_asked;

void host_reset(void) {
    memset(&host, 0, sizeof host);
    memset(host.eeprom, 0xFF, sizeof host.eeprom);
    host.reset_cause = HAL_RESET_POWER;
    host.battery_mv = 4500;
    host.supply_mv = 3300;
    host.entropy = 1;
    host.cut_after = -1;
    typed_length = typed_read = 0;
    lost = false;
    spi_open = false;
}

// Something happens in this ms; whether hal_ms() counts it is the caller's business.
static void pass(void) {
    if (host.tick != NULL) host.tick(host.ms + host.slept_ms + 1);
}

void host_advance_ms(uint32_t ms) {
    while (ms-- > 0) {
        pass();
        host.ms++;
    }
}

void host_type(const char *text) {
    size_t n = strlen(text);
    if (n > sizeof typed - typed_length) n = sizeof typed - typed_length;
    memcpy(typed + typed_length, text, n);
    typed_length = (uint16_t)(typed_length + n);
    host.wakes |= HAL_WAKE_UART;
}

void host_lose_bytes(void) {
    lost = true;
}

void host_clear_out(void) {
    host.out_length = 0;
    host.out[0] = 0;
}

void hal_init(enum hal_board board) {
    (void)board;
}

uint8_t hal_reset_cause(void) {
    return host.reset_cause;
}

uint32_t hal_ms(void) {
    return host.ms;
}

// Busy loops look at this: time passes there, too.
uint16_t hal_ticks(void) {
    if (++ticks_asked % 16 == 0) host_advance_ms(1);
    return (uint16_t)((uint64_t)host.ms * 1000 / HAL_TICK_US + ticks_asked % 16);
}

uint8_t hal_lock(void) {
    return 0;
}

void hal_unlock(uint8_t state) {
    (void)state;
}

void hal_idle(uint32_t until_ms) {
    while (host.wakes == 0 && (int32_t)(until_ms - host.ms) > 0) host_advance_ms(1);
}

void hal_power_down(uint32_t max_ms) {
    uint32_t period_ms = 8192;
    while (period_ms > max_ms && period_ms > 16) period_ms /= 2;
    for (uint32_t ms = 0; ms < period_ms && host.wakes == 0; ms++) {
        pass();
        host.slept_ms++;
    }
    if (host.wakes != 0) return;
    host.beat_ms += period_ms;
    host.wakes |= HAL_WAKE_BEAT;
}

uint8_t hal_wakes(void) {
    uint8_t wakes = host.wakes;
    host.wakes = 0;
    return wakes;
}

uint32_t hal_beat_ms(void) {
    return host.beat_ms;
}

void hal_watchdog_kick(void) {
    host.kicks++;
}

struct hal_impulses hal_impulses_take(uint32_t now_q64) {
    (void)now_q64;
    struct hal_impulses taken = host.impulses;
    host.impulses.count = 0;
    return taken;
}

void hal_spi_begin(enum hal_device device) {
    hal_spi_end();
    selected = device;
    spi_open = true;
    const struct host_spi *spi = device == HAL_RADIO ? &host.radio : &host.rtc;
    if (spi->select != NULL) spi->select(true);
}

uint8_t hal_spi(uint8_t byte) {
    const struct host_spi *spi = selected == HAL_RADIO ? &host.radio : &host.rtc;
    return spi_open && spi->transfer != NULL ? spi->transfer(byte) : 0xFF;
}

void hal_spi_end(void) {
    const struct host_spi *spi = selected == HAL_RADIO ? &host.radio : &host.rtc;
    if (spi_open && spi->select != NULL) spi->select(false);
    spi_open = false;
}

void hal_radio_reset(void) {
    if (host.radio_reset != NULL) host.radio_reset();
    host_advance_ms(6);
}

int16_t hal_getc(void) {
    if (typed_read < typed_length) return (uint8_t)typed[typed_read++];
    typed_read = typed_length = 0;
    if (!lost) return HAL_NO_BYTE;
    lost = false;
    return HAL_BYTES_LOST;
}

void hal_putc(char c) {
    if (host.out_length + 1U >= sizeof host.out) return;
    host.out[host.out_length++] = c;
    host.out[host.out_length] = 0;
}

void hal_eeprom_read(uint16_t at, void *to, uint8_t n) {
    for (uint8_t *byte = to; n > 0; n--, at++) *byte++ = at < HAL_EEPROM_SIZE ? host.eeprom[at] : 0xFF;
}

void hal_eeprom_update(uint16_t at, const void *from, uint8_t n) {
    for (const uint8_t *byte = from; n > 0 && at < HAL_EEPROM_SIZE; n--, at++, byte++) {
        if (host.eeprom[at] == *byte) continue;
        host.eeprom_writes[at]++;
        if (host.cut_after == 0) {
            host.cut_after = -1;
            host.eeprom[at] = host.cut_leaves;
            longjmp(host.cut, 1);
        }
        if (host.cut_after > 0) host.cut_after--;
        if (at != host.worn_out || at == 0) host.eeprom[at] = *byte;
    }
}

uint16_t hal_battery_mv(void) {
    return host.battery_mv;
}

uint16_t hal_supply_mv(void) {
    return host.supply_mv;
}

struct hal_samples hal_ct_burst(void) {
    return host.ct;
}

void hal_led(bool on) {
    host.led = on;
}

bool hal_button(void) {
    return host.button;
}

uint16_t hal_free_ram(void) {
    return 1000;
}

uint32_t hal_entropy(void) {
    return host.entropy++;
}
