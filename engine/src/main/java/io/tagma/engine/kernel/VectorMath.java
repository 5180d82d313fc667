package io.tagma.engine.kernel;

import static io.tagma.engine.kernel.VectorKernels.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatMath}, the same steps in the same order, one argument a lane; stateless, any thread.
 *
 * <p>Branches of the scalar form are blends here: both sides are computed, neither can trap.
 */
final class VectorMath {
    private VectorMath() {}

    static FloatVector exp(final FloatVector x) {
        final FloatVector clamped = x.max(FloatMath.EXP_MIN).min(FloatMath.EXP_MAX);
        final FloatVector rounded = clamped.fma(FloatMath.LOG2_E, FloatMath.ROUND_MAGIC);
        final FloatVector n = rounded.sub(FloatMath.ROUND_MAGIC);
        FloatVector r = n.fma(broadcast(-FloatMath.LN2_HIGH), clamped);
        r = n.fma(broadcast(-FloatMath.LN2_LOW), r);
        FloatVector p = r.fma(FloatMath.E5, FloatMath.E4);
        p = p.fma(r, broadcast(FloatMath.E3));
        p = p.fma(r, broadcast(FloatMath.E2));
        p = p.fma(r, broadcast(FloatMath.E1));
        p = p.fma(r, broadcast(FloatMath.E0));
        final FloatVector y = p.fma(r.mul(r), r).add(1f);
        final IntVector power = rounded.reinterpretAsInts().sub(FloatMath.ROUND_MAGIC_BITS);
        final IntVector half = power.lanewise(VectorOperators.ASHR, 1);
        return y.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    }

    static FloatVector log(final FloatVector x) {
        final VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        final IntVector bits = x.blend(x.mul(FloatMath.TWO_23), subnormal).reinterpretAsInts();
        final IntVector exponent =
                bits.sub(FloatMath.SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, FloatMath.MANTISSA_BITS);
        final FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS))
                .reinterpretAsFloats()
                .sub(1f);
        final FloatVector power = (FloatVector) exponent.convertShape(VectorOperators.I2F, SPECIES, 0);
        final FloatVector e = power.sub(FloatVector.zero(SPECIES).blend(FloatMath.TWO_23_LOG2, subnormal));
        final FloatVector square = f.mul(f);
        FloatVector y = logPolynomial(f).mul(square.mul(f));
        y = e.fma(broadcast(FloatMath.LN2_LOW), y);
        y = square.fma(broadcast(-0.5f), y);
        final FloatVector finite = e.fma(broadcast(FloatMath.LN2_HIGH), f.add(y));
        return finite.blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY))
                .blend(Float.NaN, x.compare(VectorOperators.GT, 0f).not())
                .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
    }

    private static FloatVector logPolynomial(final FloatVector f) {
        FloatVector q = f.fma(FloatMath.L8, FloatMath.L7);
        q = q.fma(f, broadcast(FloatMath.L6));
        q = q.fma(f, broadcast(FloatMath.L5));
        q = q.fma(f, broadcast(FloatMath.L4));
        q = q.fma(f, broadcast(FloatMath.L3));
        q = q.fma(f, broadcast(FloatMath.L2));
        q = q.fma(f, broadcast(FloatMath.L1));
        return q.fma(f, broadcast(FloatMath.L0));
    }

    static FloatVector sigmoid(final FloatVector x) {
        final FloatVector t = exp(x.abs().neg());
        return t.blend(1f, x.compare(VectorOperators.GE, 0f)).div(t.add(1f));
    }

    private static FloatVector broadcast(final float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    private static FloatVector powerOfTwo(final IntVector exponent) {
        return exponent.add(FloatMath.EXPONENT_BIAS)
                .lanewise(VectorOperators.LSHL, FloatMath.MANTISSA_BITS)
                .reinterpretAsFloats();
    }
}
