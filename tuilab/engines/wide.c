/* A pass of a network with wide layers, where the products of matrices are nearly all that there is to do. fused.c
   includes this file for each type of number.

   Here an example is a row: a⁽ˡ⁾ is (examples, units), as X and W lie in memory. A product is made of tiles of the result
   that stay in registers, TILE rows by up to four vectors, over DEPTH of the sum at a time: as much of the right matrix as
   that takes is copied together first, so that it is read from the nearest cache (Goto and van de Geijn 2008). */

#ifndef SIZE

enum { TILE = 6, DEPTH = 128, ROWS = 256 };

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t widest(const plan *p) {
    int64_t most = 0;
    for (int32_t l = 1; l <= p->depth; l++) most = p->sizes[l] > most ? p->sizes[l] : most;
    return most;
}

/* Numbers of `work`, in the order in which they lie there: parts of the right matrix, a row for each of the outputs and
   four more of a chunk, ∂J/∂z of two layers, and X and a of every layer. */
enum { PACKED = DEPTH * BYTES };
static int64_t wide_work_size(const plan *p) {
    int64_t units = 0;
    for (int32_t l = 0; l <= p->depth; l++) units += p->sizes[l];
    return PACKED + (p->sizes[p->depth] + 4) * COLUMNS + 2 * ROWS * widest(p) + ROWS * units;
}
#else


/* A matrix whose numbers lie so many apart from row to row and from column to column. */
typedef struct {
    const REAL *at;
    int64_t row, column;
} NAME(matrix);

typedef REAL NAME(loose) __attribute__((vector_size(SIZE), aligned(sizeof(REAL)), may_alias));

/* c (rows, V vectors) becomes a·packed, or has it added; of at most TILE rows. V is a constant. */
INLINE void NAME(tile)(const int V, REAL *c, int64_t n, int64_t rows, int add, NAME(matrix) a, const VECTOR *packed,
                       int64_t depth) {
    VECTOR s[TILE][ACROSS];
    const REAL *from[TILE];
#pragma GCC unroll 6
    for (int r = 0; r < TILE; r++) {
        int64_t there = r < rows ? r : 0; /* what is not there is computed like the first, and not kept */
        from[r] = a.at + there * a.row;
#pragma GCC unroll 4
        for (int v = 0; v < V; v++)
            if (add)
                s[r][v] = (VECTOR) * (const NAME(loose) *)(c + there * n + v * LANES);
            else
                s[r][v] = (VECTOR){0};
    }
    for (int64_t k = 0; k < depth; k++, packed += V)
#pragma GCC unroll 6
        for (int r = 0; r < TILE; r++) {
            REAL factor = from[r][k * a.column];
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) s[r][v] += factor * packed[v];
        }
#pragma GCC unroll 6
    for (int r = 0; r < TILE; r++)
#pragma GCC unroll 4
        for (int v = 0; v < V; v++)
            if (r < rows) *(NAME(loose) *)(c + r * n + v * LANES) = (NAME(loose))s[r][v];
}

/* The columns of c from `left` on, V vectors of them: over all of its rows, and of the depth. */
INLINE void NAME(strip)(const int V, REAL *c, int64_t m, int64_t n, int64_t left, int add, NAME(matrix) a, NAME(matrix) b,
                        int64_t depth, VECTOR *packed) {
    const int64_t width = V * LANES, columns = least(n - left, width);
    REAL *to = (REAL *)packed;
    VECTOR spare[TILE * ACROSS];
    for (int64_t top = 0; top < depth; top += DEPTH) {
        int64_t some = least(depth - top, DEPTH);
        const REAL *from = b.at + top * b.row + left * b.column;
        if (columns < width) memset(to, 0, (size_t)(some * width) * sizeof(REAL));
        for (int64_t o = 0; b.column != 1 && o < columns; o++)
            for (int64_t k = 0; k < some; k++) to[k * width + o] = from[o * b.column + k * b.row];
        for (int64_t k = 0; b.column == 1 && k < some; k++)
            if (columns == width)
#pragma GCC unroll 4
                for (int v = 0; v < V; v++) packed[k * V + v] = (VECTOR) * (const NAME(loose) *)(from + k * b.row + v * LANES);
            else
                memcpy(to + k * width, from + k * b.row, (size_t)columns * sizeof(REAL));
        for (int64_t i = 0; i < m; i += TILE) {
            int64_t rows = least(m - i, TILE);
            NAME(matrix) part = {a.at + i * a.row + top * a.column, a.row, a.column};
            REAL *at = c + i * n + left;
            if (columns == width) {
                NAME(tile)(V, at, n, rows, add || top, part, packed, some);
                continue;
            }
            for (int64_t r = 0; r < rows; r++) memcpy((REAL *)spare + r * width, at + r * n, (size_t)columns * sizeof(REAL));
            NAME(tile)(V, (REAL *)spare, width, rows, add || top, part, packed, some);
            for (int64_t r = 0; r < rows; r++) memcpy(at + r * n, (REAL *)spare + r * width, (size_t)columns * sizeof(REAL));
        }
    }
}

/* c (m, n) becomes a·b, or has it added: of a (m, depth) and b (depth, n). */
static void NAME(multiply)(REAL *c, int64_t m, int64_t n, int add, NAME(matrix) a, NAME(matrix) b, int64_t depth,
                           VECTOR *packed) {
    int64_t left = 0;
    for (; left + 2 * LANES < n && left + ACROSS * LANES <= (n + LANES - 1) / LANES * LANES; left += ACROSS * LANES)
        NAME(strip)(ACROSS, c, m, n, left, add, a, b, depth, packed);
    for (; left + LANES < n; left += 2 * LANES) NAME(strip)(2, c, m, n, left, add, a, b, depth, packed);
    if (left < n) NAME(strip)(1, c, m, n, left, add, a, b, depth, packed);
}

/* a (n, units) times the mask of a layer, from `kept` on of its `rows` examples. */
INLINE void NAME(drop_rows)(REAL *restrict a, const uint8_t *restrict kept, int64_t rows, int64_t units, int64_t n,
                            double keep) {
    const REAL inverse = (REAL)(1 / keep);
    for (int64_t u = 0; u < units; u++)
        for (int64_t r = 0; r < n; r++) a[r * units + u] *= (REAL)kept[u * rows + r] * inverse;
}

/* The loss of the outputs z (n, K) of these examples, summed; z becomes ∂(that)/∂z times `each`. The losses are written
   for examples that are columns. */
INLINE double NAME(loss_of_rows)(const plan *p, REAL *z, const int64_t *index, int64_t first, int64_t n, REAL each,
                                 REAL *spare) {
    const int64_t K = p->sizes[p->depth];
    double sum = 0;
    int32_t labels[COLUMNS];
    REAL weights[COLUMNS], numbers[COLUMNS], *columns_of_z = spare + 4 * COLUMNS;
    for (int64_t start = 0; start < n; start += COLUMNS) {
        int64_t some = least(n - start, COLUMNS), C = (some + 2 * LANES - 1) / (2 * LANES) * 2 * LANES;
        REAL *at = z + start * K;
        for (int64_t c = 0; c < C; c++) {
            int64_t row = c < some ? index ? index[start + c] : first + start + c : 0;
            numbers[c] = p->targets ? ((const REAL *)p->targets)[row] : 0;
            labels[c] = p->targets ? 0 : p->y[row];
            weights[c] = c >= some ? 0 : p->class_weights ? (REAL)p->class_weights[labels[c]] : 1;
            for (int64_t k = 0; k < K; k++) columns_of_z[k * C + c] = c < some ? at[c * K + k] : 0;
        }
        sum += p->targets ? NAME(squared_error)(columns_of_z, numbers, some, C, each)
                          : NAME(cross_entropy)(columns_of_z, K, labels, weights, some, C, each, spare);
        for (int64_t c = 0; c < some; c++)
            for (int64_t k = 0; k < K; k++) at[c * K + k] = columns_of_z[k * C + c];
    }
    return sum;
}

/* As `cost_and_gradient`, of a network with wide layers. */
INLINE double NAME(wide_cost_and_gradient)(plan *p, const int64_t *index, int64_t rows, double scale) {
    const int32_t *sizes = p->sizes, L = p->depth;
    const int64_t width = sizes[0], blocks = (rows + ROWS - 1) / ROWS, block = (rows + blocks - 1) / blocks;
    REAL *packed = p->work, *spare = packed + PACKED, *upper = spare + (sizes[L] + 4) * COLUMNS;
    REAL *lower = upper + ROWS * widest(p), *gathered = lower + ROWS * widest(p);
    double cost = 0;
    int drops = 0;
    for (int32_t l = 0; l < L; l++) drops |= p->keep[l] < 1;
    if (drops) draw(p, rows, !IS_DOUBLE);
    for (int64_t start = 0; start < rows; start += block) {
        const int64_t n = least(block, rows - start), *here = index ? index + start : NULL;
        const REAL *X = p->x, *inputs = X + start * width;
        if (index || p->keep[0] < 1) {
            for (int64_t r = 0; r < n; r++)
                memcpy(gathered + r * width, X + (here ? here[r] : start + r) * width, (size_t)width * sizeof(REAL));
            inputs = gathered;
        }
        const uint8_t *kept = p->kept + start;
        const REAL *w = p->theta, *b = w + p->weights;
        REAL *a = gathered, *z = a + ROWS * width;
        for (int32_t l = 0; l < L; l++) {
            const int64_t n_in = sizes[l], units = sizes[l + 1];
            if (p->keep[l] < 1) {
                NAME(drop_rows)(a, kept, rows, n_in, n, p->keep[l]);
                kept += rows * n_in;
            }
            for (int64_t r = 0; r < n; r++) memcpy(z + r * units, b, (size_t)units * sizeof(REAL));
            NAME(matrix) from = {l ? a : inputs, n_in, 1}, by = {w, units, 1};
            NAME(multiply)(z, n, units, 1, from, by, n_in, (VECTOR *)packed);
            if (l + 1 < L) NAME(activate)(p->activations[l], z, n * units);
            w += n_in * units;
            b += units;
            a = z;
            z += ROWS * units;
        }
        cost += NAME(loss_of_rows)(p, a, here, start, n, (REAL)(scale / (double)rows), spare);
        REAL *dw = (REAL *)p->gradient + p->weights, *db = (REAL *)p->gradient + p->parameters, *above = a;
        for (int32_t l = L - 1; l >= 0; l--) {
            const int64_t n_in = sizes[l], units = sizes[l + 1];
            dw -= n_in * units;
            db -= units;
            w -= n_in * units;
            a -= ROWS * n_in;
            NAME(matrix) examples = {l ? a : inputs, 1, n_in}, slopes = {above, units, 1}, back = {w, 1, units};
            NAME(multiply)(dw, n_in, units, start > 0, examples, slopes, n, (VECTOR *)packed);
            if (start == 0) memset(db, 0, (size_t)units * sizeof(REAL));
            for (int64_t r = 0; r < n; r++)
                for (int64_t u = 0; u < units; u++) db[u] += above[r * units + u];
            if (l == 0) break;
            NAME(multiply)(lower, n, n_in, 0, slopes, back, units, (VECTOR *)packed);
            if (p->keep[l] < 1) {
                kept -= rows * n_in;
                NAME(drop_rows)(lower, kept, rows, n_in, n, p->keep[l]);
                REAL keep = (REAL)p->keep[l]; /* as above: the slope is told from g(z) */
                for (int64_t k = 0; k < n * n_in; k++) a[k] *= keep;
            }
            NAME(slope)(p->activations[l - 1], lower, a, n * n_in);
            above = lower;
            lower = upper;
            upper = above;
        }
    }
    return NAME(mean)(p, cost, rows);
}

#endif
