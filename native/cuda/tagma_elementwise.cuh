/* One thread an element. */

extern "C" __global__ void tagma_exp_of(float *x, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        x[i] = tagma_exp(x[i]);
    }
}

extern "C" __global__ void tagma_log_of(float *x, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        x[i] = tagma_log(x[i]);
    }
}

extern "C" __global__ void tagma_sigmoid_of(float *x, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        x[i] = tagma_sigmoid(x[i]);
    }
}

/*
 * The dense AdaGrad step: g = gradient * x[i], g2[i] = fma(g, g, g2[i]), w[i] = w[i] - (eta * g) / sqrt(g2[i]). The y dimension of
 * the grid is the vector of a batch of vectors, `stride` floats apart, each with a gradient of its own.
 */
extern "C" __global__ void tagma_adagrad(
        float *w, float *g2, const float *x, const float *gradients, int n, int stride, float eta) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        const long long at = (long long) blockIdx.y * stride + i;
        const float g = __fmul_rn(gradients[blockIdx.y], x[at]);
        const float sum = __fmaf_rn(g, g, g2[at]);
        g2[at] = sum;
        w[at] = __fsub_rn(w[at], __fdiv_rn(__fmul_rn(eta, g), __fsqrt_rn(sum)));
    }
}

/* Profiles fade and grow: row[d] = fma(row[d], decay, increment[d]) for the rows that the list names, no row twice. */
extern "C" __global__ void tagma_decay_add(
        float *rows, long long stride, const int *list, const float *decays, const float *increments, int increment_stride, int n,
        float *moved) {
    const int d = blockIdx.x * blockDim.x + threadIdx.x;
    if (d < n) {
        const long long at = (long long) list[blockIdx.y] * stride + d;
        const float now = __fmaf_rn(rows[at], decays[blockIdx.y], increments[(long long) blockIdx.y * increment_stride + d]);
        rows[at] = now;
        /* What the rows are now, one after the other, for the copy that the host keeps. */
        moved[(long long) blockIdx.y * n + d] = now;
    }
}

/* Eight chains of fused multiply-adds a thread, none of which waits for another: what a benchmark holds the other kernels against. */
extern "C" __global__ void tagma_fma_chains(float *out, int rounds, float a, float b) {
    float chains[8];
#pragma unroll
    for (int i = 0; i < 8; i++) {
        chains[i] = out[i];
    }
    for (int r = 0; r < rounds; r++) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            chains[i] = __fmaf_rn(chains[i], a, b);
        }
    }
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < 8; i++) {
        sum = __fadd_rn(sum, chains[i]);
    }
    out[8 + blockIdx.x * blockDim.x + threadIdx.x] = sum;
}
