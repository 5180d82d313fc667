package io.tagma.engine.kernel;

import java.util.List;

/**
 * A kernel to be measured. Immutable.
 *
 * @param <T> what its calls work on
 * @param name as in {@link Kernels} and {@link RowKernels}
 * @param counts what its calls are made with, ascending: floats, outputs, features or rows
 * @param unit work of one of them, as whoever follows the measurement reckons it
 * @param call one call
 */
record MeasuredKernel<T>(String name, List<Integer> counts, long unit, Call<T> call) {

    /** One call of a kernel. */
    @FunctionalInterface
    interface Call<T> {
        void run(T inputs, Kernels kernels, int count);
    }

    /** The same at the first so many sizes only. */
    MeasuredKernel<T> atFirst(final int sizes) {
        return new MeasuredKernel<>(name, counts.subList(0, Math.min(sizes, counts.size())), unit, call);
    }
}
