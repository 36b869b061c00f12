/* The updates of a small fully connected network, many a call: forward, cost, backward, penalty, update rule.

   What is computed is what `tuilab/nn` says; this file says it once more, for speed alone. The examples of a batch are
   taken in chunks of columns that stay in the cache: a⁽ˡ⁾ of a chunk is (units, columns), so that every loop over
   examples is a loop over vectors, however few units there are. The file includes itself, once for each set of
   instructions that is chosen at run time, and in it once for each type of number.

   No libraries but libm, no state but the plan's, and no allocation: the caller gives every buffer. */

#ifndef SIZE

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fused.h"

/* A chunk has so many columns at most, an even number of vectors of at most 64 bytes that keeps its rows apart in the
   cache. At the end of a chunk the numbers of a vector are summed for each weight: few chunks are quicker, as long as the
   second cache holds one. */
enum { BYTES = 64, VECTORS = 38, COLUMNS = VECTORS * BYTES / 4, SUMS = 32 };

#define INLINE static inline __attribute__((always_inline))

int64_t columns(int64_t rows, int64_t bytes) {
    int64_t pair = 2 * BYTES / bytes, most = VECTORS / 2 * pair;
    int64_t chunks = (rows + most - 1) / most, each = (rows + chunks - 1) / chunks;
    return (each + pair - 1) / pair * pair;
}

#include "wide.c"

/* a and ∂J/∂z of every layer for a chunk, and a few rows for the loss. */
int64_t work_size(const plan *p) {
    if (p->wide) return wide_work_size(p);
    int64_t units = 0;
    for (int32_t l = 0; l <= p->depth; l++) units += p->sizes[l];
    return 2 * units * COLUMNS + 4 * COLUMNS;
}

/* PCG64, the generator of NumPy's default_rng (O'Neill 2014, XSL-RR 128/64): the same words in the same order. */
typedef unsigned __int128 wide;

INLINE uint64_t next_word(wide *state, wide increment) {
    *state = *state * ((wide)2549297995355413924u << 64 | 4865540595714422341u) + increment;
    uint64_t high = (uint64_t)(*state >> 64), mixed = high ^ (uint64_t)*state;
    int turn = (int)(high >> 58);
    return mixed >> turn | mixed << (-turn & 63);
}

/* Whether each unit is kept: NumPy draws a matrix of numbers from 0 to 1, an example a row; kept is what is below
   keep_prob. A number is a word's 53 highest bits, or of floats 24 of half a word, the lower half first. */
static void draw(plan *p, int64_t rows, int halves) {
    uint64_t *words = p->random;
    wide state = (wide)words[0] << 64 | words[1], increment = (wide)words[2] << 64 | words[3];
    uint8_t *at = p->kept;
    for (int32_t l = 0; l < p->depth; l++) {
        if (p->keep[l] >= 1) continue;
        int64_t units = p->sizes[l];
        const uint64_t limit = (uint64_t)(halves ? ceil((float)p->keep[l] * 0x1p24) : ceil(p->keep[l] * 0x1p53));
        for (int64_t row = 0; row < rows; row++)
            for (int64_t u = 0; u < units; u++) {
                uint64_t drawn;
                if (!halves) {
                    drawn = next_word(&state, increment) >> 11;
                } else if (words[4]) {
                    words[4] = 0;
                    drawn = words[5] >> 8;
                } else {
                    uint64_t word = next_word(&state, increment);
                    words[4] = 1;
                    words[5] = word >> 32;
                    drawn = (uint32_t)word >> 8;
                }
                at[u * rows + row] = drawn < limit;
            }
        at += rows * units;
    }
    words[0] = (uint64_t)(state >> 64);
    words[1] = (uint64_t)state;
}

#define JOINED(name, type, target) name##_##type##_##target
#define JOIN(name, type, target) JOINED(name, type, target)
#define NAME(name) JOIN(name, REAL, TARGET)
#define ARGUMENTS plan *p, int64_t n, const double *rates, const int64_t *index, const int64_t *ends, double *data, double *penalty
#define DISPATCHED(type) \
    int64_t advance_##type(ARGUMENTS) { return ADVANCE(type)(p, n, rates, index, ends, data, penalty); }

/* A vector is of SIZE bytes. Of as many registers as hold one a product of matrices uses TILE rows of ACROSS and some. */
#if !defined(ONE_TARGET) && defined(__x86_64__) && defined(__GNUC__)
#ifdef __clang__
/* Left alone it makes two vectors of one of 64 bytes. */
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#pragma clang attribute push(__attribute__((min_vector_width(512))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
#endif
#define TARGET v4
#define SIZE 64
#define ACROSS 4
#include "fused.c"
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
#endif
#define TARGET v3
#define SIZE 32
#define ACROSS 2
#include "fused.c"
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#define HAS(name) __builtin_cpu_supports(name)
#define V4 (HAS("avx512f") && HAS("avx512bw") && HAS("avx512cd") && HAS("avx512dq") && HAS("avx512vl"))
#define ADVANCE(type) (V4 ? advance_##type##_v4 : HAS("avx2") && HAS("fma") ? advance_##type##_v3 : advance_##type##_any)
int32_t is_quick(void) { return V4; }
#else
#define ADVANCE(type) advance_##type##_any
int32_t is_quick(void) { return 0; }
#endif

#define TARGET any
#define SIZE 16
#define ACROSS 2
#include "fused.c"

DISPATCHED(double)
DISPATCHED(float)

#elif !defined REAL

#define REAL double
#define WORD int64_t
#include "fused.c"
#undef REAL
#undef WORD

#define REAL float
#define WORD int32_t
#include "fused.c"
#undef REAL
#undef WORD
#undef TARGET
#undef SIZE
#undef ACROSS

#else

#define LANES ((int64_t)(SIZE / sizeof(REAL)))
#define IS_DOUBLE (sizeof(REAL) == 8)

typedef REAL NAME(vector) __attribute__((vector_size(SIZE), aligned(SIZE)));
#define VECTOR NAME(vector)

/* The sum of the numbers of a vector. */
INLINE REAL NAME(total)(VECTOR v) {
#if SIZE > 16
    typedef REAL half __attribute__((vector_size(SIZE / 2)));
    typedef REAL quarter __attribute__((vector_size(SIZE / 4)));
    union { VECTOR whole; half half[2]; } u = {v};
    union { half whole; quarter quarter[2]; } w = {u.half[0] + u.half[1]};
    quarter parts = w.quarter[0] + w.quarter[1];
    const int lanes = LANES / 4;
#else
    VECTOR parts = v;
    const int lanes = LANES;
#endif
    REAL sum = parts[0];
    for (int i = 1; i < lanes; i++) sum += parts[i];
    return sum;
}

/* A sum as NumPy tells it, which adds up in this type: beyond all floats there is infinity. */
INLINE double NAME(told)(double sum) { return !IS_DOUBLE && isinf((REAL)sum) ? INFINITY : sum; }

/* The mean of the losses of a batch, from their sum; that of squares is told before they are halved. */
INLINE double NAME(mean)(const plan *p, double cost, int64_t rows) {
    const double halves = !IS_DOUBLE && p->targets ? 2 : 1;
    return NAME(told)(halves * cost) / halves / (double)rows;
}

/* eˣ: x = k·log 2 + r, and a Taylor polynomial of r. Below the smallest normal number it is 0; NaN stays. */
INLINE REAL NAME(exponential)(REAL x) {
    const REAL high = IS_DOUBLE ? (REAL)709.782712893384 : (REAL)88.7228f, low = IS_DOUBLE ? (REAL)-708.3964 : (REAL)-87.336f;
    const REAL magic = IS_DOUBLE ? (REAL)6755399441055744.0 : (REAL)12582912.0f;
    const int shift = IS_DOUBLE ? 52 : 23;
    REAL bounded = x > high ? high : x;
    bounded = bounded < low ? low : bounded;
    REAL shifted = bounded * (REAL)1.4426950408889634 + magic, k = shifted - magic, r, p;
    WORD bits, one;
    memcpy(&bits, &shifted, sizeof bits);
    const REAL unit = 1;
    memcpy(&one, &unit, sizeof one);
    bits = (WORD)((uint64_t)(bits - 1) << shift) + one; /* 2^(k-1): 2^k itself may be too large */
    REAL scale;
    memcpy(&scale, &bits, sizeof scale);
    if (IS_DOUBLE) {
        r = bounded - k * (REAL)6.93147180369123816490e-01;
        r -= k * (REAL)1.90821492927058770002e-10;
        p = (REAL)(1 / 6227020800.0);
        p = p * r + (REAL)(1 / 479001600.0);
        p = p * r + (REAL)(1 / 39916800.0);
        p = p * r + (REAL)(1 / 3628800.0);
        p = p * r + (REAL)(1 / 362880.0);
        p = p * r + (REAL)(1 / 40320.0);
    } else {
        r = bounded - k * (REAL)0.693359375;
        r -= k * (REAL)-2.12194440e-4;
        p = (REAL)(1 / 40320.0);
    }
    p = p * r + (REAL)(1 / 5040.0);
    p = p * r + (REAL)(1 / 720.0);
    p = p * r + (REAL)(1 / 120.0);
    p = p * r + (REAL)(1 / 24.0);
    p = p * r + (REAL)(1 / 6.0);
    p = p * r + (REAL)0.5;
    p = p * r + 1;
    p = p * r + 1;
    p = p * scale * 2;
    p = x > high ? (REAL)INFINITY : p;
    return x < low ? 0 : p;
}

/* log(1 + e) for e from 0 to 1, as 2·atanh(e/(2 + e)). */
INLINE REAL NAME(log_one_plus)(REAL e) {
    REAL s = e / (2 + e), q = s * s, p = 0;
    if (IS_DOUBLE) {
        p = (REAL)(1 / 33.0);
        p = p * q + (REAL)(1 / 31.0);
        p = p * q + (REAL)(1 / 29.0);
        p = p * q + (REAL)(1 / 27.0);
        p = p * q + (REAL)(1 / 25.0);
        p = p * q + (REAL)(1 / 23.0);
        p = p * q + (REAL)(1 / 21.0);
        p = p * q + (REAL)(1 / 19.0);
        p = p * q + (REAL)(1 / 17.0);
    }
    p = p * q + (REAL)(1 / 15.0);
    p = p * q + (REAL)(1 / 13.0);
    p = p * q + (REAL)(1 / 11.0);
    p = p * q + (REAL)(1 / 9.0);
    p = p * q + (REAL)(1 / 7.0);
    p = p * q + (REAL)(1 / 5.0);
    p = p * q + (REAL)(1 / 3.0);
    return 2 * s + 2 * s * q * p;
}

/* log(x) for x ≥ 1, as k·log 2 + log(m) with x = 2ᵏ·m. What is not finite stays so. */
INLINE REAL NAME(logarithm)(REAL x) {
    const int shift = IS_DOUBLE ? 52 : 23;
    const REAL unit = 1;
    WORD bits, one, k;
    memcpy(&bits, &x, sizeof bits);
    memcpy(&one, &unit, sizeof one);
    k = (bits - one) >> shift;
    bits -= k << shift;
    REAL m;
    memcpy(&m, &bits, sizeof m);
    REAL log = (REAL)k * (REAL)0.6931471805599453 + NAME(log_one_plus)(m - 1);
    return x - x == 0 ? log : x;
}

/* Near 0 the rational function of Cephes, which keeps the relative error small; else (1 - e)/(1 + e), e = exp(-2|x|). */
INLINE REAL NAME(hyperbolic)(REAL x) {
    REAL q = x * x;
    REAL above = ((REAL)-9.64399179425052238628e-1 * q + (REAL)-9.92877231001918586564e1) * q + (REAL)-1.61468768441708447952e3;
    REAL below = ((q + (REAL)1.12811678491632931402e2) * q + (REAL)2.23548839060100448583e3) * q + (REAL)4.84406305325125486048e3;
    REAL near = x + x * q * above / below;
    REAL size = x < 0 ? -x : x, e = NAME(exponential)(-2 * size), far = (1 - e) / (1 + e);
    far = x < 0 ? -far : far;
    return size < (REAL)0.625 ? near : far;
}

/* z becomes g(z). What is not a number stays so. */
INLINE void NAME(activate)(int32_t kind, REAL *restrict z, int64_t n) {
    switch (kind) {
    case RELU:
        for (int64_t c = 0; c < n; c++) z[c] = z[c] < 0 ? 0 : z[c];
        break;
    case LEAKY_RELU:
        for (int64_t c = 0; c < n; c++) z[c] = z[c] < 0 ? (REAL)0.01 * z[c] : z[c];
        break;
    case TANH:
        for (int64_t c = 0; c < n; c++) z[c] = NAME(hyperbolic)(z[c]);
        break;
    case SIGMOID:
        for (int64_t c = 0; c < n; c++) z[c] = 1 / (1 + NAME(exponential)(-z[c]));
        break;
    default:
        break;
    }
}

/* ∂J/∂a becomes ∂J/∂z; every g′ here can be told from a = g(z). */
INLINE void NAME(slope)(int32_t kind, REAL *restrict d, const REAL *restrict a, int64_t n) {
    switch (kind) {
    case RELU:
        for (int64_t c = 0; c < n; c++) d[c] = a[c] > 0 ? d[c] : d[c] * 0;
        break;
    case LEAKY_RELU:
        for (int64_t c = 0; c < n; c++) d[c] = a[c] <= 0 ? (REAL)0.01 * d[c] : d[c];
        break;
    case TANH:
        for (int64_t c = 0; c < n; c++) d[c] *= 1 - a[c] * a[c];
        break;
    case SIGMOID:
        for (int64_t c = 0; c < n; c++) d[c] *= a[c] * (1 - a[c]);
        break;
    default:
        break;
    }
}

/* The sums of R outputs (1 to 4, a constant) over two vectors of columns: s[r] = first[r] + Σᵢ w[i·step_in + r·step_out] · a[i]. */
INLINE void NAME(combine_block)(const int R, const REAL *w, int64_t step_in, int64_t step_out, const REAL *first,
                                const VECTOR *a, int64_t n_in, VECTOR *out, int64_t vectors) {
    VECTOR s[4][2];
    for (int r = 0; r < R; r++) s[r][0] = s[r][1] = (VECTOR){0} + (first ? first[r] : 0);
    for (int64_t i = 0; i < n_in; i++, w += step_in, a += vectors)
        for (int r = 0; r < R; r++) {
            s[r][0] += w[r * step_out] * a[0];
            s[r][1] += w[r * step_out] * a[1];
        }
    for (int r = 0; r < R; r++, out += vectors) {
        out[0] = s[r][0];
        out[1] = s[r][1];
    }
}

/* out[o] = first[o] + Σᵢ w[i·step_in + o·step_out] · a[i], each of these a row of C numbers. */
INLINE void NAME(combine)(const REAL *w, int64_t step_in, int64_t step_out, const REAL *first, const REAL *restrict a,
                          int64_t n_in, REAL *restrict out, int64_t n_out, int64_t C) {
    int64_t vectors = C / LANES;
    for (int64_t o = 0; o < n_out; o += 4) {
        const REAL *at = w + o * step_out, *b = first ? first + o : NULL;
        for (int64_t v = 0; v < vectors; v += 2) {
            const VECTOR *from = (const VECTOR *)a + v;
            VECTOR *to = (VECTOR *)out + o * vectors + v;
            switch (n_out - o) {
            case 1: NAME(combine_block)(1, at, step_in, step_out, b, from, n_in, to, vectors); break;
            case 2: NAME(combine_block)(2, at, step_in, step_out, b, from, n_in, to, vectors); break;
            case 3: NAME(combine_block)(3, at, step_in, step_out, b, from, n_in, to, vectors); break;
            default: NAME(combine_block)(4, at, step_in, step_out, b, from, n_in, to, vectors);
            }
        }
    }
}

/* The products of R rows of x by Q rows of y (1 to 4, 1 to 2, constants), added to w[r·step_x + q·step_y]. */
INLINE void NAME(correlate_block)(const int R, const int Q, const VECTOR *x, const VECTOR *y, int64_t vectors, REAL *w,
                                  int64_t step_x, int64_t step_y) {
    VECTOR s[4][2];
    for (int r = 0; r < R; r++)
        for (int q = 0; q < Q; q++) s[r][q] = (VECTOR){0};
    for (int64_t v = 0; v < vectors; v++)
        for (int r = 0; r < R; r++)
            for (int q = 0; q < Q; q++) s[r][q] += x[r * vectors + v] * y[q * vectors + v];
    for (int r = 0; r < R; r++)
        for (int q = 0; q < Q; q++) w[r * step_x + q * step_y] += NAME(total)(s[r][q]);
}

/* w[i·step_x + o·step_y] += x[i]·y[o] over the C columns, of n_x rows and n_y, of which n_x are not the fewer. */
INLINE void NAME(correlate)(REAL *restrict w, const REAL *x, int64_t n_x, int64_t step_x, const REAL *y, int64_t n_y,
                            int64_t step_y, int64_t C) {
    int64_t vectors = C / LANES;
    for (int64_t i = 0; i < n_x; i += 4)
        for (int64_t o = 0; o < n_y; o += 2) {
            const VECTOR *a = (const VECTOR *)x + i * vectors, *b = (const VECTOR *)y + o * vectors;
            REAL *to = w + i * step_x + o * step_y;
            int rows = n_x - i < 4 ? (int)(n_x - i) : 4;
            switch (2 * rows + (n_y - o > 1)) {
            case 2: NAME(correlate_block)(1, 1, a, b, vectors, to, step_x, step_y); break;
            case 3: NAME(correlate_block)(1, 2, a, b, vectors, to, step_x, step_y); break;
            case 4: NAME(correlate_block)(2, 1, a, b, vectors, to, step_x, step_y); break;
            case 5: NAME(correlate_block)(2, 2, a, b, vectors, to, step_x, step_y); break;
            case 6: NAME(correlate_block)(3, 1, a, b, vectors, to, step_x, step_y); break;
            case 7: NAME(correlate_block)(3, 2, a, b, vectors, to, step_x, step_y); break;
            case 8: NAME(correlate_block)(4, 1, a, b, vectors, to, step_x, step_y); break;
            default: NAME(correlate_block)(4, 2, a, b, vectors, to, step_x, step_y);
            }
        }
}

/* w (n_in, n) += a·dᵀ over the C columns, b += the sums of d. */
INLINE void NAME(collect)(REAL *restrict w, REAL *restrict b, const REAL *a, int64_t n_in, const REAL *d, int64_t n,
                          int64_t C) {
    for (int64_t o = 0; o < n; o++) {
        VECTOR sum = {0};
        for (int64_t v = 0; v < C / LANES; v++) sum += ((const VECTOR *)d)[o * (C / LANES) + v];
        b[o] += NAME(total)(sum);
    }
    if (n_in >= n)
        NAME(correlate)(w, a, n_in, n, d, n, 1, C);
    else
        NAME(correlate)(w, d, n, 1, a, n_in, n, C);
}

/* The halved squared error of `n` numbers z (C), summed; z becomes ∂(that)/∂z, times `scale`, and 0 beyond them. */
INLINE double NAME(squared_error)(REAL *restrict z, const REAL *restrict targets, int64_t n, int64_t C, REAL scale) {
    double sum = 0;
    for (int64_t c = 0; c < n; c++) {
        REAL difference = z[c] - targets[c];
        sum += (double)difference * difference;
        z[c] = difference * scale;
    }
    for (int64_t c = n; c < C; c++) z[c] = 0;
    return sum / 2;
}

/* The cross-entropy of `n` columns of logits z (K, C), each times its weight, summed; z becomes ∂(that)/∂z, times
   `scale`, and 0 beyond the columns, whose weights are 0. */
INLINE double NAME(cross_entropy)(REAL *restrict z, int64_t K, const int32_t *y, const REAL *restrict weights, int64_t n,
                                  int64_t C, REAL scale, REAL *restrict spare) {
    double sum = 0;
    if (K == 1) {
        for (int64_t c = 0; c < n; c++) spare[c] = y[c] ? -1 : 1;
        for (int64_t c = n; c < C; c++) spare[c] = 0;
        REAL *losses = spare + COLUMNS;
        for (int64_t c = 0; c < C; c++) {
            REAL t = z[c] * spare[c], size = t < 0 ? -t : t, e = NAME(exponential)(-size);
            losses[c] = (t < 0 ? 0 : t) + NAME(log_one_plus)(e); /* softplus(t) */
            z[c] = (t < 0 ? e : 1) / (1 + e) * spare[c] * scale * weights[c];
        }
        for (int64_t c = 0; c < n; c++) sum += (double)losses[c] * weights[c];
        return sum;
    }
    REAL *top = spare, *total = spare + COLUMNS;
    for (int64_t c = 0; c < C; c++) top[c] = z[c];
    for (int64_t k = 1; k < K; k++)
        for (int64_t c = 0; c < C; c++) top[c] = z[k * C + c] > top[c] ? z[k * C + c] : top[c];
    for (int64_t c = 0; c < n; c++) sum -= (double)(z[y[c] * C + c] - top[c]) * weights[c];
    for (int64_t c = 0; c < C; c++) total[c] = 0;
    for (int64_t k = 0; k < K; k++)
        for (int64_t c = 0; c < C; c++) {
            REAL e = NAME(exponential)(z[k * C + c] - top[c]);
            z[k * C + c] = e;
            total[c] += e;
        }
    REAL *logs = top; /* the largest logits are used up */
    for (int64_t c = 0; c < C; c++) logs[c] = NAME(logarithm)(total[c]);
    for (int64_t c = 0; c < n; c++) sum += (double)logs[c] * weights[c];
    for (int64_t c = 0; c < C; c++) total[c] = scale * weights[c] / total[c];
    for (int64_t k = 0; k < K; k++)
        for (int64_t c = 0; c < C; c++) z[k * C + c] *= total[c];
    for (int64_t c = 0; c < n; c++) z[y[c] * C + c] -= scale * weights[c];
    return sum;
}

/* a (units, C) times the mask of a layer: of its `rows` examples, n from `kept` on. */
INLINE void NAME(drop)(REAL *restrict a, const uint8_t *restrict kept, int64_t rows, int64_t units, int64_t n, int64_t C,
                       double keep) {
    const REAL inverse = (REAL)(1 / keep);
    for (int64_t u = 0; u < units; u++)
        for (int64_t c = 0; c < n; c++) a[u * C + c] *= (REAL)kept[u * rows + c] * inverse;
}

/* n rows of x become the first columns of a (width, C), the others 0; as many at once as a vector holds. */
INLINE void NAME(gather)(const REAL *const *x, int64_t n, int64_t width, REAL *restrict a, int64_t C) {
    for (int64_t c = 0; c < C; c += LANES) {
        int64_t some = n - c < LANES ? n - c : LANES;
        for (int64_t i = 0; i < width; i++) {
            for (int64_t k = 0; k < some; k++) a[i * C + c + k] = x[c + k][i];
            for (int64_t k = some < 0 ? 0 : some; k < LANES; k++) a[i * C + c + k] = 0;
        }
    }
}

/* The data cost of a batch; `gradient` becomes its derivative, times `scale`. */
INLINE double NAME(cost_and_gradient)(plan *p, const int64_t *index, int64_t rows, double scale) {
    const int32_t *sizes = p->sizes;
    const REAL *X = p->x, *theta = p->theta;
    REAL *gradient = p->gradient, *work = p->work;
    int32_t labels[COLUMNS];
    REAL weights[COLUMNS], numbers[COLUMNS];
    int64_t C = columns(rows, sizeof(REAL)), width = sizes[0];
    double cost = 0;
    int drops = 0, gathered = index || !p->chunks;
    const REAL *rows_of_x[COLUMNS];
    for (int32_t l = 0; l < p->depth; l++) drops |= p->keep[l] < 1;
    if (drops) draw(p, rows, !IS_DOUBLE);
    memset(gradient, 0, (size_t)p->parameters * sizeof(REAL));
    for (int64_t start = 0; start < rows; start += C) {
        int64_t n = rows - start < C ? rows - start : C;
        REAL *a = work;
        for (int64_t c = 0; c < n; c++) {
            int64_t row = index ? index[start + c] : start + c;
            if (p->targets) {
                numbers[c] = ((const REAL *)p->targets)[row];
            } else {
                labels[c] = p->y[row];
                weights[c] = p->class_weights ? (REAL)p->class_weights[labels[c]] : 1;
            }
            if (gathered) rows_of_x[c] = X + row * width;
        }
        for (int64_t c = n; c < C; c++) weights[c] = 0;
        const REAL *inputs = a;
        if (gathered)
            NAME(gather)(rows_of_x, n, width, a, C);
        else if (p->keep[0] < 1)
            memcpy(a, (const REAL *)p->chunks + start * width, (size_t)(C * width) * sizeof(REAL));
        else
            inputs = (const REAL *)p->chunks + start * width;
        const uint8_t *kept = p->kept;
        const REAL *w = theta, *b = theta + p->weights;
        /* Under dropout a layer has two rows of numbers: g(z), which its slope is told from, and what goes on. */
        for (int32_t l = 0; l < p->depth; l++) {
            REAL *z = a + sizes[l] * C;
            if (p->keep[l] < 1) {
                NAME(drop)(a, kept + start, rows, sizes[l], n, C, p->keep[l]);
                kept += rows * sizes[l];
            }
            NAME(combine)(w, sizes[l + 1], 1, b, l ? a : inputs, sizes[l], z, sizes[l + 1], C);
            w += (int64_t)sizes[l] * sizes[l + 1];
            b += sizes[l + 1];
            if (l + 1 < p->depth) {
                NAME(activate)(p->activations[l], z, sizes[l + 1] * C);
                if (n < C)
                    for (int64_t u = 0; u < sizes[l + 1]; u++)
                        for (int64_t c = n; c < C; c++) z[u * C + c] = 0;
            }
            a = z;
        }
        REAL *d = a + sizes[p->depth] * C, *spare = work + work_size(p) - 4 * COLUMNS;
        const REAL each = (REAL)(scale / (double)rows);
        cost += p->targets ? NAME(squared_error)(a, numbers, n, C, each)
                           : NAME(cross_entropy)(a, sizes[p->depth], labels, weights, n, C, each, spare);
        REAL *dw = gradient + p->weights, *db = gradient + p->parameters, *above = a;
        const REAL *end = theta + p->weights;
        for (int32_t l = p->depth - 1; l >= 0; l--) {
            REAL *below = a - sizes[l] * C;
            dw -= (int64_t)sizes[l] * sizes[l + 1];
            end -= (int64_t)sizes[l] * sizes[l + 1];
            db -= sizes[l + 1];
            NAME(collect)(dw, db, l ? below : inputs, sizes[l], above, sizes[l + 1], C);
            if (l == 0) break;
            NAME(combine)(end, 1, sizes[l + 1], NULL, above, sizes[l + 1], d, sizes[l], C);
            if (p->keep[l] < 1) {
                kept -= rows * sizes[l];
                NAME(drop)(d, kept + start, rows, sizes[l], n, C, p->keep[l]);
                /* a holds g(z) times the mask: where it is 0 so is ∂J/∂a, elsewhere the factor is taken back. */
                REAL keep = (REAL)p->keep[l];
                for (int64_t c = 0; c < sizes[l] * C; c++) below[c] *= keep;
            }
            NAME(slope)(p->activations[l - 1], d, below, sizes[l] * C);
            above = d;
            a = below;
            d += sizes[l] * C;
        }
    }
    return NAME(mean)(p, cost, rows);
}

/* Σw², or Σ|w|, in many sums side by side: one alone would wait for itself at every number. */
INLINE double NAME(sum)(const REAL *w, int64_t count, int squares) {
    double sums[SUMS] = {0}, sum = 0;
    int64_t k = 0;
    if (squares)
        for (; k + SUMS <= count; k += SUMS)
            for (int j = 0; j < SUMS; j++) sums[j] += (double)w[k + j] * w[k + j];
    else
        for (; k + SUMS <= count; k += SUMS)
            for (int j = 0; j < SUMS; j++) sums[j] += fabs((double)w[k + j]);
    for (; k < count; k++) sum += squares ? (double)w[k] * w[k] : fabs((double)w[k]);
    for (int j = 0; j < SUMS; j++) sum += sums[j];
    return sum;
}

INLINE double NAME(penalty)(const plan *p) {
    if (p->penalty == NONE || p->penalty == MAX_NORM) return 0;
    double sum = NAME(told)(NAME(sum)(p->theta, p->counted, p->penalty == L2));
    return sum == 0 ? 0 : 0.5 * p->lambd * sum;
}

INLINE int NAME(finite)(const REAL *theta, int64_t count) {
    WORD wrong = 0;
    for (int64_t k = 0; k < count; k++) wrong |= theta[k] - theta[k] != 0;
    return !wrong;
}

/* ‖w‖ ≤ c for the weights into each unit. */
INLINE void NAME(project)(const plan *p, REAL *w) {
    for (int32_t l = 0; l < p->depth; l++) {
        int64_t n_in = p->sizes[l], n = p->sizes[l + 1];
        for (int64_t o = 0; o < n; o++) {
            double sum = 0, largest = 0;
            for (int64_t i = 0; i < n_in; i++) sum += (double)w[i * n + o] * w[i * n + o];
            double norm = sqrt(sum);
            if (!isfinite(norm)) {
                for (int64_t i = 0; i < n_in; i++) {
                    double size = fabs((double)w[i * n + o]);
                    largest = size > largest ? size : largest;
                }
                sum = 0;
                for (int64_t i = 0; i < n_in; i++) sum += (w[i * n + o] / largest) * (w[i * n + o] / largest);
                norm = largest * sqrt(sum);
            }
            REAL factor = (REAL)(p->max_norm / (norm > p->max_norm ? norm : p->max_norm));
            for (int64_t i = 0; i < n_in; i++) w[i * n + o] *= factor;
        }
        w += n_in * n;
    }
}

/* The next weights from the gradient of the data cost, which is used up. */
INLINE void NAME(update)(plan *p, double rate) {
    const REAL *restrict theta = p->theta;
    REAL *restrict next = p->next, *restrict g = p->gradient, *restrict v = p->v, *restrict s = p->s;
    const int64_t count = p->parameters, counted = p->counted;
    const REAL beta1 = (REAL)p->beta1, beta2 = (REAL)p->beta2, epsilon = (REAL)p->epsilon, alpha = (REAL)rate;
    const REAL rest1 = (REAL)(1 - p->beta1), rest2 = (REAL)(1 - p->beta2);
    const double folded = p->rule == GRADIENT_DESCENT ? rate : 1;
    p->t++;
    if (p->penalty == L2 && p->rule == GRADIENT_DESCENT) {
        const REAL factor = (REAL)(1 - rate * p->lambd);
        for (int64_t k = 0; k < counted; k++) next[k] = theta[k] * factor - g[k];
        for (int64_t k = counted; k < count; k++) next[k] = theta[k] - g[k];
        return;
    }
    if (p->penalty == L2) {
        const REAL factor = (REAL)p->lambd;
        for (int64_t k = 0; k < counted; k++) g[k] += factor * theta[k];
    } else if (p->penalty == L1) {
        const REAL pull = (REAL)(folded * 0.5 * p->lambd);
        for (int64_t k = 0; k < counted; k++) g[k] += theta[k] > 0 ? pull : theta[k] < 0 ? -pull : 0;
    }
    const REAL first = (REAL)(rate / (1 - pow(p->beta1, (double)p->t))), second = (REAL)(1 - pow(p->beta2, (double)p->t));
    const REAL decay = (REAL)(rate * p->weight_decay);
    switch (p->rule) {
    case GRADIENT_DESCENT:
        for (int64_t k = 0; k < count; k++) next[k] = theta[k] - g[k];
        break;
    case MOMENTUM:
        for (int64_t k = 0; k < count; k++) {
            v[k] = v[k] * beta1 + g[k] * rest1;
            next[k] = theta[k] - v[k] * alpha;
        }
        break;
    case RMSPROP:
        for (int64_t k = 0; k < count; k++) {
            s[k] = s[k] * beta2 + g[k] * g[k] * rest2;
            REAL metric = (REAL)sqrt(s[k]) + epsilon;
            next[k] = theta[k] - g[k] / metric * alpha;
            g[k] = metric;
        }
        break;
    default:
        for (int64_t k = 0; k < count; k++) {
            s[k] = s[k] * beta2 + g[k] * g[k] * rest2;
            v[k] = v[k] * beta1 + g[k] * rest1;
            REAL metric = (REAL)sqrt(s[k] / second) + epsilon;
            next[k] = theta[k] - v[k] / metric * first;
            g[k] = metric;
        }
        if (p->rule == ADAMW)
            for (int64_t k = 0; k < p->weights; k++) next[k] -= theta[k] * decay;
    }
    if (p->penalty == L1_PROXIMAL) {
        const REAL threshold = (REAL)(0.5 * rate * p->lambd), most = (REAL)(p->most_steps * rate);
        const int scaled = p->rule >= RMSPROP;
        for (int64_t k = 0; k < counted; k++) {
            REAL limit = scaled ? threshold / g[k] : threshold;
            if (scaled && limit > most) limit = most;
            next[k] -= next[k] > limit ? limit : next[k] < -limit ? -limit : next[k];
        }
    } else if (p->penalty == MAX_NORM) {
        NAME(project)(p, next);
    }
}

#include "wide.c"

static int64_t NAME(advance)(plan *p, int64_t updates, const double *rates, const int64_t *index, const int64_t *ends,
                      double *data, double *penalty) {
    int64_t start = 0;
    for (int64_t k = 0; k < updates; k++) {
        int64_t rows = index ? ends[k] - start : p->rows;
        const int64_t *these = index ? index + start : NULL;
        const double scale = p->rule == GRADIENT_DESCENT ? rates[k] : 1.0;
        data[k] = p->wide ? NAME(wide_cost_and_gradient)(p, these, rows, scale) : NAME(cost_and_gradient)(p, these, rows, scale);
        penalty[k] = NAME(penalty)(p);
        if (!NAME(finite)(p->theta, p->parameters)) data[k] = NAN;
        if (!isfinite(data[k] + penalty[k])) return k + 1;
        NAME(update)(p, rates[k]);
        void *old = p->theta;
        p->theta = p->next;
        p->next = old;
        if (index) start = ends[k];
    }
    return updates;
}

#undef LANES
#undef IS_DOUBLE
#undef VECTOR

#endif
