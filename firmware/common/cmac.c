#include "cmac.h"

#include <string.h>

void cmac_start(struct cmac *cmac, const uint8_t *key) {
    cmac->key = key;
    cmac->fill = 0;
    memset(cmac->block, 0, sizeof cmac->block);
}

void cmac_add(struct cmac *cmac, const void *data, uint8_t bytes) {
    const uint8_t *from = data;
    for (; bytes > 0; bytes--) {
        if (cmac->fill == AES128_BYTES) {
            aes128_encrypt(cmac->key, cmac->block);
            cmac->fill = 0;
        }
        cmac->block[cmac->fill++] ^= *from++;
    }
}

/* multiplication by x in GF(2^128), RFC 4493 section 2.3 */
static void double_block(uint8_t *block) {
    uint8_t carry = (block[0] & 0x80) ? 0x87 : 0;
    for (uint8_t i = 0; i < AES128_BYTES - 1; i++) block[i] = (uint8_t)((block[i] << 1) | (block[i + 1] >> 7));
    block[AES128_BYTES - 1] = (uint8_t)((block[AES128_BYTES - 1] << 1) ^ carry);
}

void cmac_finish(struct cmac *cmac) {
    uint8_t subkey[AES128_BYTES] = {0};
    aes128_encrypt(cmac->key, subkey);
    double_block(subkey);
    if (cmac->fill < AES128_BYTES) {
        cmac->block[cmac->fill] ^= 0x80;
        double_block(subkey);
    }
    for (uint8_t i = 0; i < AES128_BYTES; i++) cmac->block[i] ^= subkey[i];
    aes128_encrypt(cmac->key, cmac->block);
}
