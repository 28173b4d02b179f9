/* Check value of CRC-16/CCITT-FALSE: "Catalogue of parametrised CRC algorithms" (reveng), there named CRC-16/IBM-3740. */
#include "common/crc16.h"
#include "host/rig.h"

static void gives_the_check_value(void) {
    CHECK_EQUAL(0x29B1, crc16_add(CRC16_START, "123456789", 9));
    CHECK_EQUAL(0xFFFF, crc16_add(CRC16_START, "", 0));
}

static void goes_on_where_it_stopped(void) {
    CHECK_EQUAL(0x29B1, crc16_add(crc16_byte(crc16_add(CRC16_START, "1234", 4), '5'), "6789", 4));
}

static void sees_every_change_of_one_or_two_bytes(void) {
    uint8_t data[16] = {0};
    uint16_t right = crc16_add(CRC16_START, data, sizeof data);
    unsigned missed = 0;
    for (int at = 0; at < 15; at++) {
        for (unsigned change = 1; change < 0x10000; change += 7) {
            data[at] = (uint8_t)change;
            data[at + 1] = (uint8_t)(change >> 8);
            if (crc16_add(CRC16_START, data, sizeof data) == right) missed++;
        }
        data[at] = data[at + 1] = 0;
    }
    CHECK_EQUAL(0, missed);
    CHECK_EQUAL(right, crc16_add(CRC16_START, data, sizeof data));
}

int main(void) {
    RUN(gives_the_check_value);
    RUN(goes_on_where_it_stopped);
    RUN(sees_every_change_of_one_or_two_bytes);
    return rig_end();
}
