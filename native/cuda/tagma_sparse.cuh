/* Weight tables: rows of `stride` weights, each row followed by as many accumulators (io.tagma.engine.kernel.WeightTable). */

/* One thread an output, the y dimension one input of a batch: its features are those from starts[y] to starts[y + 1]. */
extern "C" __global__ void tagma_sparse_scores(
        const float *table, int stride, const int *starts, const int *rows, const float *values, float *out) {
    const int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c < stride) {
        float sum = 0.0f;
        const int end = starts[blockIdx.y + 1];
        for (int j = starts[blockIdx.y]; j < end; j++) {
            sum = __fmaf_rn(values[j], table[(long long) rows[j] * 2 * stride + c], sum);
        }
        out[(long long) blockIdx.y * stride + c] = sum;
    }
}

/* The same for few features a call: the lists come with it and there is one input. */
extern "C" __global__ void tagma_sparse_adagrad(
        float *table, int stride, const int *rows, const float *values, const float *gradient, float eta, float epsilon, float *moved) {
    const int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= stride) {
        return;
    }
    const int j = blockIdx.y;
    float *const weights = table + (long long) rows[j] * 2 * stride;
    float w = weights[c];
    float g2 = weights[stride + c];
    if (gradient[c] != 0.0f) { /* NaN is not zero either */
        const float g = __fmul_rn(gradient[c], values[j]);
        g2 = __fmaf_rn(g, g, g2);
        w = __fsub_rn(w, __fdiv_rn(__fmul_rn(eta, g), __fsqrt_rn(__fadd_rn(g2, epsilon))));
        weights[c] = w;
        weights[stride + c] = g2;
    }
    /* What the rows are now, one after the other, for the copy that the host keeps. */
    moved[(long long) j * 2 * stride + c] = w;
    moved[(long long) j * 2 * stride + stride + c] = g2;
}

/* Rows that the host changed, one after the other, to their places in the table. */
extern "C" __global__ void tagma_scatter_rows(float *table, int row_floats, const int *rows, const float *changed) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < row_floats) {
        table[(long long) rows[blockIdx.y] * row_floats + i] = changed[(long long) blockIdx.y * row_floats + i];
    }
}
