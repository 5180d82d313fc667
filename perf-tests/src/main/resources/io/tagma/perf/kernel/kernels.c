/* The row kernels in C with the same order of operations, and the machine's own limits. Compiled by the benchmark itself with
 * -O3 -march=native -ffp-contract=fast: every product below is added to something, and so becomes a fused multiply-add. */
#include <stdint.h>
#include <string.h>

#ifdef __AVX512F__
enum { LANES = 16 };
#elif defined(__AVX__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef float vec __attribute__((vector_size(LANES * 4), aligned(4)));

static inline vec load(const float *p) { vec v; memcpy(&v, p, sizeof v); return v; }
static inline void store(float *p, vec v) { memcpy(p, &v, sizeof v); }
static inline vec all(float x) { return x - (vec){0}; }

/* One panel of 64 outputs, its rows of weights behind each other, the bias last. */
static void panel4(const float *w, int64_t inputs, int64_t width, const float *x, int64_t xs, float *out, int64_t os, int64_t c) {
    vec a[4][4];
    for (int r = 0; r < 4; r++)
        for (int v = 0; v < 4; v++) a[r][v] = load(w + inputs * width + c + v * LANES);
    for (int64_t d = 0; d < inputs; d++) {
        const float *row = w + d * width + c;
        vec w0 = load(row), w1 = load(row + LANES), w2 = load(row + 2 * LANES), w3 = load(row + 3 * LANES);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            vec s = all(x[r * xs + d]);
            a[r][0] += s * w0;
            a[r][1] += s * w1;
            a[r][2] += s * w2;
            a[r][3] += s * w3;
        }
    }
    for (int r = 0; r < 4; r++)
        for (int v = 0; v < 4; v++) store(out + r * os + c + v * LANES, a[r][v]);
}

static void panel1(const float *w, int64_t inputs, int64_t width, const float *x, float *out, int64_t c) {
    vec a0 = load(w + inputs * width + c), a1 = load(w + inputs * width + c + LANES);
    vec a2 = load(w + inputs * width + c + 2 * LANES), a3 = load(w + inputs * width + c + 3 * LANES);
    for (int64_t d = 0; d < inputs; d++) {
        const float *row = w + d * width + c;
        vec s = all(x[d]);
        a0 += s * load(row);
        a1 += s * load(row + LANES);
        a2 += s * load(row + 2 * LANES);
        a3 += s * load(row + 3 * LANES);
    }
    store(out + c, a0);
    store(out + c + LANES, a1);
    store(out + c + 2 * LANES, a2);
    store(out + c + 3 * LANES, a3);
}

/* Outputs a multiple of 64. */
void dense_scores(const float *w, int64_t inputs, int64_t outputs, const float *x, int64_t xs, int64_t count, float *out, int64_t os) {
    for (int64_t panel = 0; panel < outputs / 64; panel++) {
        const float *weights = w + panel * 64 * (inputs + 1);
        for (int64_t c = 0; c < 64; c += 4 * LANES) {
            int64_t b = 0;
            for (; b + 4 <= count; b += 4)
                panel4(weights, inputs, 64, x + b * xs, xs, out + b * os + panel * 64, os, c);
            for (; b < count; b++) panel1(weights, inputs, 64, x + b * xs, out + b * os + panel * 64, c);
        }
    }
}

static inline float tree(const float *s) {
    float t[16];
    memcpy(t, s, sizeof t);
    for (int apart = 8; apart > 0; apart /= 2)
        for (int i = 0; i < apart; i++) t[i] += t[i + apart];
    return t[0];
}

/* The best row of many by the inner product; the dimension a multiple of 16. */
int64_t best_row(const float *rows, int64_t count, int64_t dimension, const float *query, float *score) {
    int64_t best = -1;
    float most = 0;
    for (int64_t r = 0; r + 4 <= count; r += 4) {
        float s[4][16];
        const float *row = rows + r * dimension;
        for (int lane = 0; lane < 16; lane += LANES) {
            vec s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
            for (int64_t i = lane; i < dimension; i += 16) {
                vec q = load(query + i);
                s0 += load(row + i) * q;
                s1 += load(row + dimension + i) * q;
                s2 += load(row + 2 * dimension + i) * q;
                s3 += load(row + 3 * dimension + i) * q;
            }
            store(s[0] + lane, s0);
            store(s[1] + lane, s1);
            store(s[2] + lane, s2);
            store(s[3] + lane, s3);
        }
        for (int k = 0; k < 4; k++) {
            float t = tree(s[k]);
            if (best < 0 || t > most) {
                best = r + k;
                most = t;
            }
        }
    }
    *score = most;
    return best;
}

/* Reads memory from the front to the back. */
float read_all(const float *p, int64_t n) {
    vec s[8] = {{0}};
    for (int64_t i = 0; i + 8 * LANES <= n; i += 8 * LANES) {
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++) s[k] += load(p + i + k * LANES);
    }
    float t = 0;
    for (int k = 0; k < 8; k++)
        for (int i = 0; i < LANES; i++) t += s[k][i];
    return t;
}

/* Sixteen chains of fused multiply-adds that do not wait for each other; returns how many floating-point operations they were. */
int64_t peak(int64_t rounds, float seed, float *sink) {
    vec a = all(seed), b = all(1e-9f);
    vec s0 = a, s1 = a + 1, s2 = a + 2, s3 = a + 3, s4 = a + 4, s5 = a + 5, s6 = a + 6, s7 = a + 7;
    vec t0 = a, t1 = b, t2 = a - 2, t3 = a - 3, t4 = a - 4, t5 = a - 5, t6 = a - 6, t7 = a - 7;
    for (int64_t i = 0; i < rounds; i++) {
        s0 = s0 * a + b; s1 = s1 * a + b; s2 = s2 * a + b; s3 = s3 * a + b;
        s4 = s4 * a + b; s5 = s5 * a + b; s6 = s6 * a + b; s7 = s7 * a + b;
        t0 = t0 * a + b; t1 = t1 * a + b; t2 = t2 * a + b; t3 = t3 * a + b;
        t4 = t4 * a + b; t5 = t5 * a + b; t6 = t6 * a + b; t7 = t7 * a + b;
    }
    vec sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + t0 + t1 + t2 + t3 + t4 + t5 + t6 + t7;
    *sink = sum[0];
    return rounds * 16 * LANES * 2;
}
