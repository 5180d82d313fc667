/*
 * The elementary functions of io.tagma.engine.kernel.FloatMath, step for step: additions, multiplications and fused
 * multiply-adds of floats, each rounded to nearest. The intrinsics say so at every step, so that no compiler may contract or
 * flush; the same holds for the host's compiler, for which cuda_on_cpu.h gives them.
 */
#ifndef TAGMA_MATH_CUH
#define TAGMA_MATH_CUH

#ifndef __CUDACC__
#include "cuda_on_cpu.h"
#endif

#define TAGMA_INFINITY __uint_as_float(0x7f800000u)
#define TAGMA_NAN __uint_as_float(0x7fc00000u)

static __device__ __forceinline__ float tagma_power_of_two(int exponent) {
    return __uint_as_float((unsigned int) (exponent + 127) << 23);
}

static __device__ __forceinline__ float tagma_exp(float x) {
    /* Comparisons, not fminf and fmaxf: a NaN must come through. */
    float clamped = x < -105.0f ? -105.0f : x;
    clamped = clamped > 89.0f ? 89.0f : clamped;
    const float rounded = __fmaf_rn(clamped, 0x1.715476p0f, 0x1.8p23f);
    const float n = __fsub_rn(rounded, 0x1.8p23f);
    float r = __fmaf_rn(n, -0x1.62e4p-1f, clamped);
    r = __fmaf_rn(n, -1.4286068e-06f, r);
    float p = __fmaf_rn(0.00019790244f, r, 0.0013944759f);
    p = __fmaf_rn(p, r, 0.008333498f);
    p = __fmaf_rn(p, r, 0.041666295f);
    p = __fmaf_rn(p, r, 0.16666666f);
    p = __fmaf_rn(p, r, 0.5f);
    const float y = __fadd_rn(__fmaf_rn(p, __fmul_rn(r, r), r), 1.0f);
    const int power = (int) (__float_as_uint(rounded) - 0x4b400000u);
    const int half = power >> 1;
    return __fmul_rn(__fmul_rn(y, tagma_power_of_two(half)), tagma_power_of_two((int) ((unsigned int) power - (unsigned int) half)));
}

static __device__ __forceinline__ float tagma_log(float x) {
    const bool subnormal = x < 0x1p-126f;
    const unsigned int bits = __float_as_uint(subnormal ? __fmul_rn(x, 0x1p23f) : x);
    const int exponent = (int) (bits - 0x3f3504f3u) >> 23;
    const float f = __fsub_rn(__uint_as_float(bits - ((unsigned int) exponent << 23)), 1.0f);
    const float e = __fsub_rn((float) exponent, subnormal ? 23.0f : 0.0f);
    float q = __fmaf_rn(0.067466445f, f, -0.11675657f);
    q = __fmaf_rn(q, f, 0.118881635f);
    q = __fmaf_rn(q, f, -0.124055885f);
    q = __fmaf_rn(q, f, 0.14219552f);
    q = __fmaf_rn(q, f, -0.16667996f);
    q = __fmaf_rn(q, f, 0.20002119f);
    q = __fmaf_rn(q, f, -0.2500001f);
    q = __fmaf_rn(q, f, 0.33333313f);
    const float square = __fmul_rn(f, f);
    float y = __fmul_rn(q, __fmul_rn(square, f));
    y = __fmaf_rn(e, 1.4286068e-06f, y);
    y = __fmaf_rn(-0.5f, square, y);
    const float finite = __fmaf_rn(e, 0x1.62e4p-1f, __fadd_rn(f, y));
    if (x == 0.0f) {
        return -TAGMA_INFINITY;
    }
    if (!(x > 0.0f)) {
        return TAGMA_NAN;
    }
    return x == TAGMA_INFINITY ? x : finite;
}

static __device__ __forceinline__ float tagma_sigmoid(float x) {
    const float magnitude = __uint_as_float(__float_as_uint(x) | 0x80000000u); /* -|x| */
    const float t = tagma_exp(magnitude);
    return __fdiv_rn(x >= 0.0f ? 1.0f : t, __fadd_rn(1.0f, t));
}

#endif
