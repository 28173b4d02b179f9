#include "button.h"

enum button_press button_update(struct button *button, bool down, uint16_t now_q64) {
    const uint16_t held_q64 = (uint16_t)(now_q64 - button->since_q64);
    if (down && !button->down)
        *button = (struct button){.down = true, .since_q64 = now_q64};
    else if (down && !button->told && held_q64 >= BUTTON_LONG_Q64) {
        button->told = true;
        return BUTTON_LONG;
    } else if (!down && button->down) {
        button->down = false;
        if (!button->told && held_q64 < BUTTON_SHORT_Q64) return BUTTON_SHORT;
    }
    return BUTTON_NONE;
}
