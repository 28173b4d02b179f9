/** AES-CMAC (RFC 4493) of a message that is given piece by piece, so that nobody needs to put it together in RAM. */
#pragma once

#include <stdint.h>

#include "aes128.h"

/** A code being made. The key is not copied: it must stay until cmac_finish(). */
struct cmac {
    const uint8_t *key;
    uint8_t fill; /**< bytes of the block not yet encrypted, 0…16: the last block is treated differently, so it waits */
    uint8_t block[AES128_BYTES];
};

/** Begins. @param key 16 bytes */
void cmac_start(struct cmac *cmac, const uint8_t *key);

/** Takes the next bytes of the message; none is fine. */
void cmac_add(struct cmac *cmac, const void *data, uint8_t bytes);

/** Ends: the code of 16 bytes is then in `cmac->block`. */
void cmac_finish(struct cmac *cmac);
