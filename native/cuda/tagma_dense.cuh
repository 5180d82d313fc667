/*
 * Dense scoring of a batch: out[b][c] = bias[c] + sum over d of x[b][d] * w[d][c], one chain in order of d, from the bias. A layer is
 * panels of 64 outputs, the last one narrower; a panel is a row of weights for each of the n inputs and one more, the bias
 * (io.tagma.engine.kernel.DenseLayer). All `stride` outputs are scored, those of padding too.
 */
#define TAGMA_PANEL 64

static __device__ __forceinline__ long long tagma_weight_at(int stride, int n, int d, int c) {
    const int panel = c / TAGMA_PANEL;
    const int rest = stride - panel * TAGMA_PANEL;
    return (long long) panel * TAGMA_PANEL * (n + 1) + (long long) d * (rest < TAGMA_PANEL ? rest : TAGMA_PANEL) + c % TAGMA_PANEL;
}

/* Few inputs: one thread an output, so that a batch of one spreads over as many multiprocessors as it has outputs. */
extern "C" __global__ void tagma_dense_small(
        const float *layer, int stride, const float *x, int x_stride, float *out, int out_stride, int n) {
    const int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c < stride) {
        const float *const input = x + (long long) blockIdx.y * x_stride;
        const float *const weights = layer + tagma_weight_at(stride, n, 0, c);
        const long long step = tagma_weight_at(stride, n, 1, c) - tagma_weight_at(stride, n, 0, c);
        float sum = weights[n * step];
#pragma unroll 8
        for (int d = 0; d < n; d++) {
            sum = __fmaf_rn(input[d], weights[d * step], sum);
        }
        out[(long long) blockIdx.y * out_stride + c] = sum;
    }
}

#define TAGMA_TILE 128    /* outputs a block: so many inputs by so many classes */
#define TAGMA_DEPTH 8     /* terms of the sums that are in shared memory at a time */
#define TAGMA_EACH 8      /* outputs a thread, in each direction: 64 chains in registers */
#define TAGMA_SIDE (TAGMA_TILE / TAGMA_EACH)

/* Many inputs: 256 threads a block; rows and weights pass through shared memory, two buffers in turn. */
extern "C" __global__ void __launch_bounds__(256) tagma_dense_tile(
        const float *layer, int stride, const float *x, int x_stride, float *out, int out_stride, int batch, int n) {
    __shared__ float xs[2][TAGMA_DEPTH][TAGMA_TILE + 4];
    __shared__ float ws[2][TAGMA_DEPTH][TAGMA_TILE];
    const int thread = threadIdx.x;
    const int first_input = blockIdx.y * TAGMA_TILE;
    const int first_class = blockIdx.x * TAGMA_TILE;
    const int my_input = thread / TAGMA_SIDE;
    const int my_class = thread % TAGMA_SIDE;
    float sums[TAGMA_EACH][TAGMA_EACH];
    for (int j = 0; j < TAGMA_EACH; j++) {
        const int c = first_class + my_class + j * TAGMA_SIDE;
        const float from = c < stride ? layer[tagma_weight_at(stride, n, n, c)] : 0.0f;
        for (int i = 0; i < TAGMA_EACH; i++) {
            sums[i][j] = from;
        }
    }
    int buffer = 0;
    for (int d = 0; d < n; d += TAGMA_DEPTH) {
        /* 4 of each a thread. What lies outside is 0 and its sums are never written, or not added at all (below). */
        for (int k = 0; k < TAGMA_TILE * TAGMA_DEPTH / 256; k++) {
            const int at = thread + k * 256;
            const int b = first_input + at / TAGMA_DEPTH;
            const int xd = d + at % TAGMA_DEPTH;
            xs[buffer][at % TAGMA_DEPTH][at / TAGMA_DEPTH] = b < batch && xd < n ? x[(long long) b * x_stride + xd] : 0.0f;
            const int c = first_class + at % TAGMA_TILE;
            const int wd = d + at / TAGMA_TILE;
            ws[buffer][at / TAGMA_TILE][at % TAGMA_TILE] = c < stride && wd < n ? layer[tagma_weight_at(stride, n, wd, c)] : 0.0f;
        }
        __syncthreads();
        /* To the last term and no further: fma(0, 0, -0) would be 0. */
        const int terms = n - d < TAGMA_DEPTH ? n - d : TAGMA_DEPTH;
#pragma unroll
        for (int t = 0; t < TAGMA_DEPTH; t++) {
            if (t < terms) {
                float xv[TAGMA_EACH];
                float wv[TAGMA_EACH];
#pragma unroll
                for (int i = 0; i < TAGMA_EACH; i++) {
                    xv[i] = xs[buffer][t][my_input + i * TAGMA_SIDE];
                    wv[i] = ws[buffer][t][my_class + i * TAGMA_SIDE];
                }
#pragma unroll
                for (int i = 0; i < TAGMA_EACH; i++) {
#pragma unroll
                    for (int j = 0; j < TAGMA_EACH; j++) {
                        sums[i][j] = __fmaf_rn(xv[i], wv[j], sums[i][j]);
                    }
                }
            }
        }
        /* Two buffers: whoever fills the next one has passed the barrier behind which nobody reads it any more. */
        buffer ^= 1;
    }
    for (int i = 0; i < TAGMA_EACH; i++) {
        const int b = first_input + my_input + i * TAGMA_SIDE;
        for (int j = 0; j < TAGMA_EACH; j++) {
            const int c = first_class + my_class + j * TAGMA_SIDE;
            if (b < batch && c < stride) {
                out[(long long) b * out_stride + c] = sums[i][j];
            }
        }
    }
}

/*
 * One AdaGrad step of a layer for a batch, one thread a weight: G = sum over b of x[b][d] * gradients[b][c] from zero in order of b,
 * g2 = fma(G, G, g2), w = w - (eta * G) / sqrt(g2 + epsilon). The accumulators lie `half` floats behind the weights. Row n is the bias,
 * whose input is 1. The grid's y dimension is the input.
 */
extern "C" __global__ void tagma_dense_adagrad(
        float *layer, long long half, int stride, const float *x, int x_stride, const float *gradients, int gradient_stride, int batch,
        int n, float eta, float epsilon) {
    const int c = blockIdx.x * blockDim.x + threadIdx.x;
    const int d = blockIdx.y;
    if (c < stride) {
        float g = 0.0f;
        for (int b = 0; b < batch; b++) {
            const float input = d == n ? 1.0f : x[(long long) b * x_stride + d];
            g = __fmaf_rn(input, gradients[(long long) b * gradient_stride + c], g);
        }
        float *const weight = layer + tagma_weight_at(stride, n, d, c);
        const float g2 = __fmaf_rn(g, g, weight[half]);
        weight[half] = g2;
        weight[0] = __fsub_rn(weight[0], __fdiv_rn(__fmul_rn(eta, g), __fsqrt_rn(__fadd_rn(g2, epsilon))));
    }
}

/*
 * Scores to probabilities, in place, one block of 256 threads a row: the largest, the powers and the quotients by all, the sum by
 * one thread in order of index. Which of two equal zeros is the largest does not show: exp gives 1 for either difference.
 */
extern "C" __global__ void tagma_softmax(float *scores, int stride, int n) {
    __shared__ float part[256];
    __shared__ float total;
    float *const row = scores + (long long) blockIdx.x * stride;
    const int thread = threadIdx.x;
    float max = -TAGMA_INFINITY;
    for (int c = thread; c < n; c += 256) {
        max = row[c] > max ? row[c] : max;
    }
    part[thread] = max;
    __syncthreads();
    for (int reach = 128; reach > 0; reach >>= 1) {
        if (thread < reach && part[thread + reach] > part[thread]) {
            part[thread] = part[thread + reach];
        }
        __syncthreads();
    }
    max = part[0];
    float sum = 0.0f;
    for (int first = 0; first < n; first += 256) {
        const int c = first + thread;
        const float power = c < n ? tagma_exp(__fsub_rn(row[c], max)) : 0.0f;
        __syncthreads();
        part[thread] = power;
        if (c < n) {
            row[c] = power;
        }
        __syncthreads();
        if (thread == 0) {
            const int count = n - first < 256 ? n - first : 256;
            for (int i = 0; i < count; i++) {
                sum = __fadd_rn(sum, part[i]);
            }
        }
    }
    if (thread == 0) {
        total = sum;
    }
    __syncthreads();
    for (int c = thread; c < n; c += 256) {
        row[c] = __fdiv_rn(row[c], total);
    }
}
