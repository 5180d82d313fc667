package io.tagma.perf.kernel;

import io.tagma.engine.kernel.DenseLayer;
import io.tagma.engine.kernel.FloatRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** The libraries that score dense layers and are there on this machine. Used by one thread. */
final class DensePeers {
    private final TreeSet<String> missing = new TreeSet<>();

    /** Why a library is not there. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(final String why, final Throwable cause) {
            super(why, cause);
        }
    }

    /** A library, if it is there. */
    private interface Opening {
        DensePeer open() throws Unavailable;
    }

    /** A layer and a batch as the libraries take them. Nobody writes to it once it is made. */
    static final class Job {
        private final int inputs;
        private final int outputs;
        private final int batch;
        private final float[] weights;
        private final float[] bias;
        private final float[] x;

        Job(final DenseLayer layer, final FloatRows rows, final int batch) {
            inputs = layer.inputs();
            outputs = layer.outputs();
            this.batch = batch;
            weights = new float[inputs * outputs];
            bias = new float[outputs];
            x = new float[batch * inputs];
            for (int o = 0; o < outputs; o++) {
                for (int d = 0; d < inputs; d++) {
                    weights[d * outputs + o] = layer.weight(d, o);
                }
                bias[o] = layer.weight(inputs, o);
            }
            for (int r = 0; r < batch; r++) {
                for (int d = 0; d < inputs; d++) {
                    x[r * inputs + d] = rows.get(r, d);
                }
            }
        }

        /** D. */
        int inputs() {
            return inputs;
        }

        /** C. */
        int outputs() {
            return outputs;
        }

        /** B. */
        int batch() {
            return batch;
        }

        /** D x C, row by row. */
        float[] weights() {
            return weights;
        }

        /** C. */
        float[] bias() {
            return bias;
        }

        /** B x D, row by row. */
        float[] x() {
            return x;
        }
    }

    /** Measures each library, and holds it against our scores: equal but for rounding. */
    void measure(final Job job, final FloatRows ours, final Function<DensePeer, Runnable> measuring) {
        final List<Opening> openings = List.of(() -> new OpenBlas(job), () -> new OnnxLayer(job));
        for (final Opening opening : openings) {
            final Optional<DensePeer> found = open(opening);
            if (found.isPresent()) {
                try (DensePeer peer = found.get()) {
                    measuring.apply(peer).run();
                    compare(job, ours, peer);
                }
            }
        }
    }

    /** What was left out, and why. */
    List<String> missing() {
        return new ArrayList<>(missing);
    }

    private Optional<DensePeer> open(final Opening opening) {
        try {
            return Optional.of(opening.open());
        } catch (final Unavailable e) {
            missing.add(e.getMessage());
            return Optional.empty();
        }
    }

    private static void compare(final Job job, final FloatRows ours, final DensePeer peer) {
        for (int r = 0; r < job.batch(); r++) {
            for (int o = 0; o < job.outputs(); o++) {
                // Weights and inputs lie between -1 and 1: no partial sum is greater than D + 1.
                final float bound = (job.inputs() + 1) * Math.ulp((float) job.inputs());
                if (!(Math.abs(ours.get(r, o) - peer.score(r, o)) <= bound)) {
                    throw new IllegalStateException(peer.name() + " scores " + peer.score(r, o) + " where we score "
                            + ours.get(r, o) + ": row " + r + ", output " + o);
                }
            }
        }
    }
}
