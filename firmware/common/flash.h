/**
 * Constants in flash memory. On the AVR a plain constant is copied to RAM at the start, which has no room for texts
 * and tables; what lies in flash is read by instructions of its own. On a host both are the same memory.
 *
 * A text in flash has a type of its own, so that the compiler refuses it where a text in RAM is expected.
 */
#pragma once

#include <stdint.h>
#include <string.h>

/** A zero-terminated text in flash. */
typedef const struct flash_text_type *flash_text;

#ifdef __AVR__

#include <avr/pgmspace.h>
/** Behind the declarator of a constant: `static const uint8_t table[] FLASH = {…};` */
#define FLASH PROGMEM

#else

#define FLASH
#define pgm_read_byte(address) (*(const uint8_t *)(address))
#define memcpy_P               memcpy

#endif

/** A literal in flash, as an expression: `write_flash(w, TEXT("MUP_"))`. */
#define TEXT(literal)                                                                                                                      \
    (__extension__({                                                                                                                       \
        static const char text_[] FLASH = literal;                                                                                         \
        (flash_text)(const void *) text_;                                                                                                  \
    }))

/** An array of characters declared with FLASH, as a text in flash. */
static inline flash_text flash_text_of(const char *characters) {
    return (flash_text)(const void *)characters;
}

/** @return the byte at an address in flash */
static inline uint8_t flash_byte(const void *address) {
    return (uint8_t)pgm_read_byte((const uint8_t *)address);
}

/** Copies from flash to RAM. */
static inline void flash_copy(void *to, const void *from, uint8_t bytes) {
    memcpy_P(to, from, bytes);
}
