package io.tagma.tools.fraud;

/**
 * Standard normal variates by the ziggurat, the same on every machine. Immutable, so any thread may share it.
 *
 * <p>Marsaglia and Tsang, "The ziggurat method for generating random variables", 2000, in Doornik's form (ZIGNOR,
 * 2005): 128 layers, the layer and the place in it from different bits of one draw. Tables and the rare tail go through
 * {@link StrictMath}, so no platform's {@code log} shows in a result; 98.8 % of the draws are a look-up and a product.
 */
final class NormalSampler {
    private static final int LAYERS = 128;
    private static final double TAIL_START = 3.442619855899;
    private static final double LAYER_AREA = 9.91256303526217e-3;
    private static final double UNIT_52 = 0x1.0p-52;

    private final double[] edge = new double[LAYERS + 1];
    private final double[] ratio = new double[LAYERS];

    NormalSampler() {
        double height = StrictMath.exp(-0.5 * TAIL_START * TAIL_START);
        edge[0] = LAYER_AREA / height;
        edge[1] = TAIL_START;
        for (int i = 2; i < LAYERS; i++) {
            edge[i] = StrictMath.sqrt(-2 * StrictMath.log(LAYER_AREA / edge[i - 1] + height));
            height = StrictMath.exp(-0.5 * edge[i] * edge[i]);
        }
        edge[LAYERS] = 0;
        for (int i = 0; i < LAYERS; i++) {
            ratio[i] = edge[i + 1] / edge[i];
        }
    }

    double next(final SplitMix64 random) {
        while (true) {
            final long bits = random.nextLong();
            final int layer = (int) bits & (LAYERS - 1);
            final double u = (bits >> 11) * UNIT_52; // signed: uniform in [-1, 1)
            if (Math.abs(u) < ratio[layer]) {
                return u * edge[layer];
            }
            if (layer == 0) {
                return tail(random, u < 0);
            }
            final double x = u * edge[layer];
            final double outer = StrictMath.exp(-0.5 * (edge[layer] * edge[layer] - x * x));
            final double inner = StrictMath.exp(-0.5 * (edge[layer + 1] * edge[layer + 1] - x * x));
            if (inner + random.nextDouble() * (outer - inner) < 1.0) {
                return x;
            }
        }
    }

    // Marsaglia 1964: an exponential proposal beyond the last edge. 1 - u keeps the logarithm's argument above zero.
    private static double tail(final SplitMix64 random, final boolean negative) {
        double x;
        double y;
        do {
            x = StrictMath.log(1 - random.nextDouble()) / TAIL_START;
            y = StrictMath.log(1 - random.nextDouble());
        } while (-2 * y < x * x);
        return negative ? x - TAIL_START : TAIL_START - x;
    }
}
