/*
 * Similarity of one row against very many, and the best of them. The sum is striped over lanes: 16 chains, of which chain l takes
 * the indices l, l + 16, l + 32, ... in order, then the upper half of the chains is added to the lower half, four times over:
 * 16 to 8, 8 to 4, 4 to 2, 2 to 1. So 16 threads read a row together, 64 bytes at a time, and every width of SIMD can do the same.
 */
#define TAGMA_STRIPES 16
#define TAGMA_TOGETHER 4     /* rows a group of threads reads at the same time, so that enough loads are under way */
#define TAGMA_CHUNK 256      /* rows a block scores before it looks for the best, and its threads */
#define TAGMA_BEST 128       /* the most that can be asked for */

typedef unsigned long long tagma_key;

/* Larger for the better: the score in the upper half, the row number's complement in the lower. 0 is less than any; so is NaN. */
static __device__ __forceinline__ tagma_key tagma_key_of(float score, unsigned int row) {
    /* The two zeros are equal, so the lower row of them is the better: -0 + 0 is 0. */
    const unsigned int bits = __float_as_uint(__fadd_rn(score, 0.0f));
    const unsigned int ordered = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return score != score ? 0ull : (tagma_key) ordered << 32 | (unsigned int) ~row;
}

static __device__ __forceinline__ float tagma_striped_sum(float chain) {
    chain = __fadd_rn(chain, __shfl_xor_sync(0xffffffffu, chain, 8));
    chain = __fadd_rn(chain, __shfl_xor_sync(0xffffffffu, chain, 4));
    chain = __fadd_rn(chain, __shfl_xor_sync(0xffffffffu, chain, 2));
    return __fadd_rn(chain, __shfl_xor_sync(0xffffffffu, chain, 1));
}

/* Keeps the best k of those it had and the chunk's, sorted from the best on: a bitonic sort of both. All threads of the block. */
static __device__ void tagma_keep_best(tagma_key *sorted, tagma_key mine, int k, int *better) {
    const int thread = threadIdx.x;
    if (thread == 0) {
        *better = 0;
    }
    __syncthreads();
    if (mine > sorted[k - 1]) {
        *better = 1;
    }
    __syncthreads();
    if (*better == 0) {
        return; /* the same for all: it was written before the barrier, and is next written behind the next one */
    }
    /* The best in the first TAGMA_BEST, the chunk behind them, nothing behind that. */
    sorted[TAGMA_BEST + thread] = mine;
    if (thread < TAGMA_BEST) {
        sorted[TAGMA_BEST + TAGMA_CHUNK + thread] = 0ull;
        if (thread >= k) {
            sorted[thread] = 0ull;
        }
    }
    __syncthreads();
    for (int size = 2; size <= 2 * TAGMA_CHUNK; size *= 2) {
        for (int reach = size / 2; reach > 0; reach /= 2) {
            const int low = (thread / reach) * 2 * reach + thread % reach;
            const tagma_key a = sorted[low];
            const tagma_key b = sorted[low + reach];
            const bool descending = (low & size) == 0;
            if (descending ? a < b : a > b) {
                sorted[low] = b;
                sorted[low + reach] = a;
            }
            __syncthreads();
        }
    }
}

/* Each block takes every gridDim.x-th chunk of rows and leaves its k best. A cosine has the row's sum of squares beside the product. */
template <bool cosine> static __device__ __forceinline__ void tagma_top_rows(
        const float *rows, long long stride, unsigned int count, const float *query, int n, float query_length, int k,
        unsigned long long *best) {
    __shared__ tagma_key sorted[2 * TAGMA_CHUNK];
    __shared__ tagma_key keys[TAGMA_CHUNK];
    __shared__ int better;
    const int thread = threadIdx.x;
    const int lane = thread % TAGMA_STRIPES;
    const int group = thread / TAGMA_STRIPES;
    sorted[thread] = 0ull;
    sorted[thread + TAGMA_CHUNK] = 0ull;
    __syncthreads();
    const unsigned int chunks = (count + TAGMA_CHUNK - 1) / TAGMA_CHUNK;
    for (unsigned int chunk = blockIdx.x; chunk < chunks; chunk += gridDim.x) {
        const unsigned int first = chunk * TAGMA_CHUNK + group * TAGMA_STRIPES;
        for (int step = 0; step < TAGMA_STRIPES; step += TAGMA_TOGETHER) {
            const float *at[TAGMA_TOGETHER];
            float chain[TAGMA_TOGETHER];
            float square[TAGMA_TOGETHER];
#pragma unroll
            for (int r = 0; r < TAGMA_TOGETHER; r++) {
                /* Behind the last row the last one is read again, and forgotten. */
                const unsigned int row = first + step + r < count ? first + step + r : count - 1;
                at[r] = rows + (long long) row * stride;
                chain[r] = 0.0f;
                square[r] = 0.0f;
            }
#pragma unroll 4
            for (int i = lane; i < n; i += TAGMA_STRIPES) {
                const float q = query[i];
#pragma unroll
                for (int r = 0; r < TAGMA_TOGETHER; r++) {
                    const float value = at[r][i];
                    chain[r] = __fmaf_rn(value, q, chain[r]);
                    if (cosine) {
                        square[r] = __fmaf_rn(value, value, square[r]);
                    }
                }
            }
#pragma unroll
            for (int r = 0; r < TAGMA_TOGETHER; r++) {
                float score = tagma_striped_sum(chain[r]);
                if (cosine) {
                    const float lengths = __fmul_rn(query_length, __fsqrt_rn(tagma_striped_sum(square[r])));
                    score = lengths == 0.0f ? 0.0f : __fdiv_rn(score, lengths);
                }
                const unsigned int row = first + step + r;
                if (lane == 0) {
                    keys[group * TAGMA_STRIPES + step + r] = row < count ? tagma_key_of(score, row) : 0ull;
                }
            }
        }
        __syncthreads();
        tagma_keep_best(sorted, keys[thread], k, &better);
    }
    __syncthreads();
    if (thread < k) {
        best[(long long) blockIdx.x * k + thread] = sorted[thread];
    }
}

extern "C" __global__ void __launch_bounds__(256) tagma_top_k(
        const float *rows, long long stride, unsigned int count, const float *query, int n, int k, unsigned long long *best) {
    tagma_top_rows<false>(rows, stride, count, query, n, 0.0f, k, best);
}

extern "C" __global__ void __launch_bounds__(256) tagma_top_k_cosine(
        const float *rows, long long stride, unsigned int count, const float *query, int n, float query_length, int k,
        unsigned long long *best) {
    tagma_top_rows<true>(rows, stride, count, query, n, query_length, k, best);
}

/* The best of the blocks' best, by one block. */
extern "C" __global__ void __launch_bounds__(256) tagma_top_merge(
        const unsigned long long *candidates, int count, int k, unsigned long long *best) {
    __shared__ tagma_key sorted[2 * TAGMA_CHUNK];
    __shared__ int better;
    const int thread = threadIdx.x;
    sorted[thread] = 0ull;
    sorted[thread + TAGMA_CHUNK] = 0ull;
    __syncthreads();
    for (int first = 0; first < count; first += TAGMA_CHUNK) {
        tagma_keep_best(sorted, first + thread < count ? candidates[first + thread] : 0ull, k, &better);
    }
    __syncthreads();
    if (thread < k) {
        best[thread] = sorted[thread];
    }
}

/* The striped sums alone, 16 threads a row. */
extern "C" __global__ void tagma_striped_dots(const float *rows, long long stride, unsigned int count, const float *query, int n, float *out) {
    const unsigned int row = (blockIdx.x * blockDim.x + threadIdx.x) / TAGMA_STRIPES;
    const float *const at = rows + (long long) (row < count ? row : count - 1) * stride;
    float chain = 0.0f;
    for (int i = threadIdx.x % TAGMA_STRIPES; i < n; i += TAGMA_STRIPES) {
        chain = __fmaf_rn(at[i], query[i], chain);
    }
    chain = tagma_striped_sum(chain);
    if (threadIdx.x % TAGMA_STRIPES == 0 && row < count) {
        out[row] = chain;
    }
}
