/**
 * Texts that are lists of numbers, written from and read into packed structs by a form: a text of its own, in flash, in which small letters stand
 * for the struct's next number and everything else for itself. `MREB,l,l` is all that writer and reader of that message need.
 *
 *     b l…           uint8_t 0…255, uint32_t         h    uint16_t
 *     s i            int8_t, int32_t                 c    uint16_t, printed as hundredths (`10.05`); only written
 *     n e a          node 2…253, or 254 too, address 1…255       f    flag 0…1
 *     v r m          interval 1…254 s, LED rate 0…254, LED time 0…3000 ms
 *     p q            poll every 10…600 s, for 10…3000 s
 *     w t            register to set 0…2999999999 Wh, epoch seconds from 2017 on
 *     k              a byte that is passed over and has no text
 *
 * Reading, a blank in the form takes a blank or a comma.
 */
#pragma once

#include "reader.h"
#include "writer.h"

/** Writes the numbers at `data`. */
void form_write(struct writer *w, flash_text form, const void *data);

/** Reads numbers to `data`; the reader is bad from the first one that is out of its range, and 0 is stored for it. */
void form_read(struct reader *r, flash_text form, void *data);
