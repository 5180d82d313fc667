package io.tagma.perf.kernel;

import io.tagma.engine.kernel.Kernels;

/** The same call where one kind of receiver comes by, and where several do: what keeping the hot path to one provider is worth. Stateless. */
final class CallSites {
    private static final int LENGTH = 15;
    private static final int CALLS = 1000;
    private static final float[] X = new float[LENGTH];
    private static final float[] W = new float[LENGTH];

    private CallSites() {}

    /** Calls of one provider at a place of their own. */
    static float one(final Kernels kernels) {
        float sum = 0f;
        for (int i = 0; i < CALLS; i++) {
            sum += kernels.dot(W, X, LENGTH);
        }
        return sum;
    }

    /** Calls of several providers in turn at one place. */
    static float many(final Kernels[] kernels) {
        float sum = 0f;
        for (int i = 0; i < CALLS; i++) {
            sum += kernels[i % kernels.length].dot(W, X, LENGTH);
        }
        return sum;
    }

    /** Calls in one call of {@link #one} or {@link #many}. */
    static int calls() {
        return CALLS;
    }
}
