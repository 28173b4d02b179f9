/**
 * AES-128 (FIPS 197), encryption only: all that AES-CMAC needs. Round keys are made as they are used: 16 bytes of RAM in
 * place of 176. Small rather than fast: some milliseconds a block at 8 MHz.
 */
#pragma once

#include <stdint.h>

enum { AES128_BYTES = 16 };

/** Encrypts one block in place. @param key 16 bytes, unchanged */
void aes128_encrypt(const uint8_t *key, uint8_t *block);
