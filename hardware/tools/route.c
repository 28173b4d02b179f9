/* The router's inner loops: stamping copper into the maps and A* over them. Compiled and called by core.py.
   Whole numbers only, so that every machine finds the same way. Lengths in nanometres from the board's corner,
   cells counted row by row, a state is layer * cells + cell. */
#include <stdint.h>
#include <stdlib.h>

typedef __int128 wide;

typedef struct {
    int32_t columns, rows, pitch;      /* pitch in nm */
    int32_t step, diagonal, via, cross, turn;   /* prices; cross: per cell of another net's track */
} Map;

/* Is the point nearer to the line (x0,y0)-(x1,y1) than reach? */
static int near(int64_t x, int64_t y, const int64_t *line, int64_t reach) {
    int64_t dx = line[2] - line[0], dy = line[3] - line[1], px = x - line[0], py = y - line[1];
    int64_t along = px * dx + py * dy, length = dx * dx + dy * dy;
    if (along <= 0 || length == 0) return px * px + py * py < reach * reach;
    if (along >= length) { px = x - line[2]; py = y - line[3]; return px * px + py * py < reach * reach; }
    wide across = (wide)px * dy - (wide)py * dx;
    return across * across < (wide)reach * reach * length;
}

static int32_t down(int64_t v, int64_t pitch) { return (int32_t)(v >= 0 ? v / pitch : -((-v + pitch - 1) / pitch)); }
static int32_t between(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }

/* Add `by` to every cell nearer to the line than reach. */
void stamp(const Map *m, uint16_t *counts, const int64_t *line, int64_t reach, int32_t by) {
    int64_t top = line[1] < line[3] ? line[1] : line[3], bottom = line[1] < line[3] ? line[3] : line[1];
    int32_t first = between(down(top - reach, m->pitch), 0, m->rows - 1);
    int32_t last = between(down(bottom + reach, m->pitch) + 1, 0, m->rows - 1);
    int64_t dx = line[2] - line[0], dy = line[3] - line[1];
    for (int32_t row = first; row <= last; row++) {
        int64_t y = (int64_t)row * m->pitch, xa = line[0], xb = line[2];
        if (dy != 0) {                       /* the part of the line within reach of this row, generously */
            int64_t ya = y - reach - line[1], yb = y + reach - line[1];
            int64_t ta = (int64_t)((wide)ya * dx / dy), tb = (int64_t)((wide)yb * dx / dy);
            int64_t lo = ta < tb ? ta : tb, hi = ta < tb ? tb : ta;
            int64_t x0 = dx < 0 ? dx : 0, x1 = dx < 0 ? 0 : dx;
            xa = line[0] + (lo > x0 ? lo : x0); xb = line[0] + (hi < x1 ? hi : x1);
        }
        int64_t left = (xa < xb ? xa : xb) - reach, right = (xa < xb ? xb : xa) + reach;
        int32_t from = between(down(left, m->pitch) - 1, 0, m->columns - 1);
        int32_t to = between(down(right, m->pitch) + 2, 0, m->columns - 1);
        for (int32_t column = from; column <= to; column++)
            if (near((int64_t)column * m->pitch, y, line, reach)) counts[row * m->columns + column] += by;
    }
}

/* Does any of the cells (with a reach each) come nearer to the line than its reach? */
int touches(const Map *m, const int32_t *cells, const int64_t *reach, int32_t n, const int64_t *line) {
    for (int32_t i = 0; i < n; i++)
        if (near((int64_t)(cells[i] % m->columns) * m->pitch, (int64_t)(cells[i] / m->columns) * m->pitch, line, reach[i]))
            return 1;
    return 0;
}

/* Draw fixed copper of a net into a map: 0 becomes the net, another net's cell becomes nobody's. */
void claim(int16_t *map, const int32_t *spans, int32_t n, int32_t net) {
    for (int32_t i = 0; i < n; i++)
        for (int32_t c = spans[2 * i]; c < spans[2 * i + 1]; c++)
            map[c] = (int16_t)(net < 0 || (map[c] != 0 && map[c] != net) ? -1 : net);
}

/* ---- A* ---- */

typedef struct { int32_t price, ahead, state; } Entry;
static Entry *heap;
static int32_t used, room;
static int32_t *best;                  /* price so far */
static uint32_t *seen;                 /* number of the search that set `best` */
static int8_t *came;                   /* direction of the step that led here: 0-7, 8 via, 9 a source */
static uint8_t *level;                 /* width used */
static uint8_t *done;
static uint32_t search_number;
static int32_t allocated;

static int before(Entry a, Entry b) {
    if (a.price != b.price) return a.price < b.price;
    if (a.ahead != b.ahead) return a.ahead < b.ahead;
    return a.state < b.state;
}

static void push(Entry e) {
    if (used == room) { room = room ? 2 * room : 4096; heap = realloc(heap, sizeof(Entry) * (size_t)room); }
    int32_t i = used++;
    while (i && before(e, heap[(i - 1) / 2])) { heap[i] = heap[(i - 1) / 2]; i = (i - 1) / 2; }
    heap[i] = e;
}

static Entry pop(void) {
    Entry first = heap[0], last = heap[--used];
    int32_t i = 0;
    for (;;) {
        int32_t c = 2 * i + 1;
        if (c >= used) break;
        if (c + 1 < used && before(heap[c + 1], heap[c])) c++;
        if (!before(heap[c], last)) break;
        heap[i] = heap[c];
        i = c;
    }
    heap[i] = last;
    return first;
}

typedef struct {
    int32_t levels, net;
    const int16_t *fixed[8];           /* [2 * level + layer] */
    const uint16_t *counts[8];
    int32_t factor[4];                 /* price of a step at this width, in hundredths */
    const int16_t *via_fixed[2];
    const uint16_t *via_counts[2];
    const uint16_t *holes;             /* where the net's own vias forbid another */
    uint16_t *history[2];              /* how often a cell was fought over */
} Rules;

static const int32_t DX[8] = {1, 1, 0, -1, -1, -1, 0, 1}, DY[8] = {0, 1, 1, 1, 0, -1, -1, -1};

static int allowed(int16_t owner, int32_t net) { return owner == 0 || owner == net; }

/* The cheapest width for a step onto a cell, or -1; *price gets its price. */
static int32_t enter(const Map *m, const Rules *r, int32_t layer, int32_t cell, int32_t step, int32_t *price) {
    int32_t found = -1;
    for (int32_t k = 0; k < r->levels; k++) {
        if (!allowed(r->fixed[2 * k + layer][cell], r->net)) continue;
        int32_t p = step * r->factor[k] / 100;
        if (r->counts[2 * k + layer][cell]) p += m->cross * (1 + r->history[layer][cell]);
        if (found < 0 || p < *price) { found = k; *price = p; }
    }
    return found;
}

static int32_t ahead_of(const Map *m, const int32_t *box, int32_t cell) {
    int32_t row = cell / m->columns, column = cell % m->columns;
    int32_t dy = row < box[1] ? box[1] - row : row > box[3] ? row - box[3] : 0;
    int32_t dx = column < box[0] ? box[0] - column : column > box[2] ? column - box[2] : 0;
    return dx > dy ? m->step * dx + (m->diagonal - m->step) * dy : m->step * dy + (m->diagonal - m->step) * dx;
}

/* Cheapest way from any source state to any target state. Writes (state, width) pairs from target to source, returns their
   number; 0: no way, -1: too long for `most`. */
int32_t search(const Map *m, const Rules *r, const int32_t *sources, int32_t n, const int32_t *targets, int32_t goals,
               int32_t *out, int32_t most) {
    int32_t cells = m->columns * m->rows;
    if (allocated < 2 * cells) {
        allocated = 2 * cells;
        best = realloc(best, sizeof *best * (size_t)allocated); seen = realloc(seen, sizeof *seen * (size_t)allocated);
        came = realloc(came, (size_t)allocated); level = realloc(level, (size_t)allocated);
        done = realloc(done, (size_t)allocated);
        for (int32_t i = 0; i < allocated; i++) seen[i] = 0;
        search_number = 0;
    }
    search_number++;
    used = 0;
    int32_t box[4] = {m->columns, m->rows, 0, 0};
    for (int32_t i = 0; i < goals; i++) {
        int32_t row = targets[i] % cells / m->columns, column = targets[i] % cells % m->columns;
        if (column < box[0]) box[0] = column;
        if (row < box[1]) box[1] = row;
        if (column > box[2]) box[2] = column;
        if (row > box[3]) box[3] = row;
        seen[targets[i]] = search_number; best[targets[i]] = INT32_MAX; done[targets[i]] = 2;
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t layer = sources[i] / cells, cell = sources[i] % cells, price = 0;
        int32_t width = enter(m, r, layer, cell, 0, &price), s = sources[i];
        if (width < 0 || (seen[s] == search_number && best[s] <= price)) continue;
        if (seen[s] != search_number) done[s] = 0;
        seen[s] = search_number; best[s] = price; came[s] = 9; level[s] = (uint8_t)width;
        int32_t h = ahead_of(m, box, cell);
        push((Entry){price + h, h, s});
    }
    while (used) {
        Entry e = pop();
        int32_t s = e.state, layer = s / cells, cell = s % cells;
        if (done[s] & 1 || e.price - e.ahead != best[s]) continue;
        if (done[s] == 2) {                  /* a target */
            int32_t count = 0;
            for (;;) {
                if (count == most) return -1;
                out[2 * count] = s; out[2 * count++ + 1] = level[s];
                int32_t d = came[s];
                if (d == 9) return count;
                s = d == 8 ? (s + cells) % (2 * cells) : s - DY[d] * m->columns - DX[d];
            }
        }
        done[s] = 1;
        int32_t column = cell % m->columns, row = cell / m->columns, from = came[s];
        for (int32_t d = 0; d <= 8; d++) {
            int32_t next, price, extra = 0;
            if (d == 8) {
                if (from == 8 || !allowed(r->via_fixed[0][cell], r->net) || !allowed(r->via_fixed[1][cell], r->net)
                    || r->holes[cell]) continue;
                for (int32_t l = 0; l < 2; l++)
                    if (r->via_counts[l][cell]) extra += m->cross * (1 + r->history[l][cell]);
                next = (1 - layer) * cells + cell;
            } else {
                if (column + DX[d] < 0 || column + DX[d] >= m->columns || row + DY[d] < 0 || row + DY[d] >= m->rows) continue;
                next = s + DY[d] * m->columns + DX[d];
                if (from < 8 && from != d) {
                    int32_t bend = (d - from + 8) % 8;
                    extra = bend == 1 || bend == 7 ? m->turn : 4 * m->turn;
                }
            }
            if (seen[next] == search_number && done[next] & 1) continue;
            int32_t width = enter(m, r, next / cells, next % cells, d == 8 ? m->via : d & 1 ? m->diagonal : m->step, &price);
            if (width < 0) continue;
            price += best[s] + extra;
            if (seen[next] != search_number) { seen[next] = search_number; best[next] = INT32_MAX; done[next] = 0; }
            if (price >= best[next]) continue;
            best[next] = price; came[next] = (int8_t)d; level[next] = (uint8_t)width;
            int32_t h = ahead_of(m, box, next % cells);
            push((Entry){price + h, h, next});
        }
    }
    return 0;
}
