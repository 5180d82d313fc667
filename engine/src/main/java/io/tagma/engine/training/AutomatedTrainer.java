package io.tagma.engine.training;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.observe.Counter;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import org.agrona.BitUtil;
import org.agrona.concurrent.Agent;

/**
 * Trains a logistic model in batches beside the scoring path: examples come through a ring of its own, which never waits (full is a
 * counted outcome), so a trainer that is stalled or dead costs its examples and nothing else. What it learns reaches decisions only by
 * being published: an order in the journal, weights and all.
 *
 * <p>A batch is cut into chunks of {@value #CHUNK} examples whatever the number of workers; each chunk's gradient is one sum in the
 * order of its examples, and chunks are added in their order: the same examples give the same weights to the last bit. Weights
 * move by AdaGrad (Duchi, Hazan and Singer, 2011) on the mean log-loss.
 *
 * <p>{@link #offer} may be called from any thread, {@link #doWork} from one, e.g. an Agrona runner's.
 */
public final class AutomatedTrainer implements Agent, AutoCloseable {
    /** Examples whose gradients are summed in one go. */
    public static final int CHUNK = 32;

    private static final float RATE = 0.2f;
    private static final int POLL = 256;

    private final int features;
    private final int batchSize;
    private final int publishEvery;
    private final Publisher publisher;
    private final FrameRing ring;
    private final ExecutorService workers;
    private final float[] batch;
    private final float[] weights;
    private final float[] squares;
    private final float[][] gradients;
    private final List<Callable<Boolean>> tasks = new ArrayList<>();
    private final Counter batches = new Counter();
    private final Counter published = new Counter();
    private final Counter failures = new Counter();
    private final Counter dropped = new Counter();
    private int filled;

    /** Where new versions go; may wait, and may throw, which is counted: the next version has what this one had. */
    public interface Publisher {
        /** Weights by feature, then the bias. */
        void publish(float[] weights);
    }

    /**
     * A trainer that knows nothing.
     *
     * @param features of an example, 1 to 1,024
     * @param batchSize examples, a multiple of {@value #CHUNK}
     * @param publishEvery batches
     * @param workers threads that compute gradients, 1 to 64
     * @param ringCapacity examples that may wait, a power of two
     */
    public AutomatedTrainer(
            final int features,
            final int batchSize,
            final int publishEvery,
            final int workers,
            final int ringCapacity,
            final ThreadFactory threads,
            final Publisher publisher) {
        if (features < 1
                || features > 1024
                || batchSize < CHUNK
                || batchSize % CHUNK != 0
                || publishEvery < 1
                || workers < 1
                || workers > 64) {
            throw new IllegalArgumentException("a trainer has 1 to 1024 features, batches of a multiple of " + CHUNK
                    + ", publishes every batch or less often, with 1 to 64 workers: " + features + ", " + batchSize
                    + ", " + publishEvery + ", " + workers);
        }
        this.features = features;
        this.batchSize = batchSize;
        this.publishEvery = publishEvery;
        this.publisher = publisher;
        this.ring = new FrameRing(FrameRingConfig.rejecting(
                ringCapacity, BitUtil.align((features + 1) * Float.BYTES + 64, 2 * BitUtil.CACHE_LINE_LENGTH)));
        this.workers = Executors.newFixedThreadPool(workers, threads);
        this.batch = new float[batchSize * (features + 1)];
        this.weights = new float[features + 1];
        this.squares = new float[features + 1];
        this.gradients = new float[batchSize / CHUNK][features + 1];
        Arrays.fill(squares, 1f);
        for (int i = 0; i < gradients.length; i++) {
            final int chunk = i;
            tasks.add(() -> gradient(chunk));
        }
    }

    /**
     * Hands over an example; never waits.
     *
     * @return false when the ring is full: the example is lost and counted
     */
    public boolean offer(final float[] x, final int offset, final float label) {
        final long sequence = ring.tryClaim((features + 1) * Float.BYTES, 0);
        if (sequence < 0) {
            dropped.increment();
            return false;
        }
        int at = ring.offset(sequence);
        for (int i = 0; i <= features; i++, at += Float.BYTES) {
            ring.buffer().putFloat(at, i < features ? x[offset + i] : label, ByteOrder.LITTLE_ENDIAN);
        }
        ring.commit(sequence);
        return true;
    }

    @Override
    public int doWork() throws InterruptedException {
        final int count = ring.beginBatch(Math.min(POLL, batchSize - filled));
        try {
            for (int i = 0; i < count; i++) {
                int at = ring.frameOffset(i);
                for (int f = 0; f <= features; f++, at += Float.BYTES) {
                    batch[filled * (features + 1) + f] = ring.buffer().getFloat(at, ByteOrder.LITTLE_ENDIAN);
                }
                filled++;
            }
        } finally {
            ring.endBatch();
        }
        if (filled == batchSize) {
            filled = 0;
            train();
        }
        return count;
    }

    private void train() throws InterruptedException {
        for (final Future<Boolean> chunk : workers.invokeAll(tasks)) {
            try {
                chunk.get();
            } catch (final ExecutionException e) {
                throw new IllegalStateException("a chunk's gradient failed", e);
            }
        }
        for (int i = 0; i <= features; i++) {
            float sum = 0f;
            for (final float[] gradient : gradients) {
                sum += gradient[i];
            }
            final float mean = sum / batchSize;
            squares[i] = Math.fma(mean, mean, squares[i]);
            weights[i] -= RATE * mean / (float) Math.sqrt(squares[i]);
        }
        batches.increment();
        if (batches.get() % publishEvery == 0) {
            try {
                publisher.publish(weights.clone());
                published.increment();
            } catch (final RuntimeException e) {
                failures.increment();
            }
        }
    }

    private boolean gradient(final int chunk) {
        final float[] gradient = gradients[chunk];
        Arrays.fill(gradient, 0f);
        for (int example = chunk * CHUNK; example < (chunk + 1) * CHUNK; example++) {
            final int at = example * (features + 1);
            float sum = weights[features];
            for (int i = 0; i < features; i++) {
                sum = Math.fma(weights[i], batch[at + i], sum);
            }
            final float error = FloatMath.sigmoid(sum) - batch[at + features];
            for (int i = 0; i < features; i++) {
                gradient[i] = Math.fma(error, batch[at + i], gradient[i]);
            }
            gradient[features] += error;
        }
        return true;
    }

    /** Batches trained; any thread. */
    public long batches() {
        return batches.get();
    }

    /** Versions published; any thread. */
    public long published() {
        return published.get();
    }

    /** Versions that could not be published; any thread. */
    public long failures() {
        return failures.get();
    }

    /** Examples that found the ring full; about right while several threads offer. */
    public long dropped() {
        return dropped.get();
    }

    /** The weights by feature, then the bias. By the thread that works, or after it. */
    public float[] weights() {
        return weights.clone();
    }

    @Override
    public String roleName() {
        return "trainer";
    }

    /** Ends the workers; what waits in the ring is not learnt from. */
    @Override
    public void close() {
        ring.close();
        workers.shutdownNow();
    }
}
