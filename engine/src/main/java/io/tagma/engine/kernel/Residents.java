package io.tagma.engine.kernel;

/**
 * Where a provider keeps layers and rows in memory of its own, so that a call need not send them. Residents belong to the thread that
 * declared them: calls by other threads are the processor's, with the same result.
 *
 * <p>The memory of whoever declared them stays the truth. Kernels move both sides; whoever else writes a resident says so by
 * {@link #changed}, and the provider sends what changed before it is next asked.
 */
public interface Residents {
    /** Of a provider that works where the rows are: nothing to keep, nothing to tell. */
    Residents NONE = new Residents() {
        @Override
        public boolean usable() {
            return false;
        }

        @Override
        public String reside(final DenseLayer layer) {
            return "these kernels work where the layer is";
        }

        @Override
        public String reside(final FloatRows rows) {
            return "these kernels work where the rows are";
        }

        @Override
        public void leave(final Object layerOrRows) {
            // nothing is kept
        }

        @Override
        public void changed(final DenseLayer layer) {
            // nothing is kept
        }

        @Override
        public void changed(final FloatRows rows, final int first, final int count) {
            // nothing is kept
        }
    };

    /** Whether there is such memory, and it may still be used. */
    boolean usable();

    /**
     * Keeps a copy of a layer from now on: weights and accumulators, twice {@link DenseLayer#half} bytes.
     *
     * @return the empty string, or why it is not kept; then all is as before
     */
    String reside(DenseLayer layer);

    /**
     * Keeps a copy of rows from now on, {@code stride * 4} bytes a row.
     *
     * @return the empty string, or why they are not kept; then all is as before
     */
    String reside(FloatRows rows);

    /** Gives the copy back; what is none is left alone. */
    void leave(Object layerOrRows);

    /** The owner wrote weights. */
    void changed(DenseLayer layer);

    /** The owner wrote rows {@code first} to {@code first + count - 1}. */
    void changed(FloatRows rows, int first, int count);
}
