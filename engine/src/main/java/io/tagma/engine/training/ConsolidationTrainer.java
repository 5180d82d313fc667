package io.tagma.engine.training;

import io.tagma.engine.intent.EmbeddingBagClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.observe.Counter;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Teaches networks beside a live classifier: labelled texts come through a ring of its own, which never waits (full is a counted
 * outcome), so a trainer that is stalled or dead costs its texts and nothing else. After every so many texts it teaches fresh networks all that
 * it has kept, several times over ({@link TextConsolidation}), and publishes them.
 *
 * <p>{@link #offer} may be called from any thread, {@link #doWork} from one, e.g. an Agrona runner's, which is held up while networks are
 * taught: the ring takes what comes meanwhile.
 */
public final class ConsolidationTrainer implements Agent, AutoCloseable {
    private static final int POLL = 1024;

    private final TextConsolidation consolidation;
    private final int maxTextBytes;
    private final int every;
    private final Publisher publisher;
    private final FrameRing ring;
    private final ExecutorService workers;
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[0]);
    private final Counter taken = new Counter();
    private final Counter taught = new Counter();
    private final Counter published = new Counter();
    private final Counter failures = new Counter();
    private final Counter dropped = new Counter();
    private long tried; // texts that there were when networks were taught last, for better or worse
    private volatile @Nullable String lastFailure;
    private final AtomicLong asked = new AtomicLong();
    private volatile long answered; // of the times it was asked

    /** Where networks go; may wait, and may throw, which is counted: the next ones have learnt what these have. */
    public interface Publisher {
        /** Networks taught all texts so far. */
        void publish(List<EmbeddingBagClassifier> networks);
    }

    /**
     * How it teaches.
     *
     * @param every texts, 1 or more
     * @param passes over the texts, 1 to 1,000
     * @param networks 1 to 16
     * @param workers threads that teach, 1 to 16
     * @param ringCapacity texts that may wait, a power of two
     * @param seed of networks and orders
     */
    public record Terms(int every, int passes, int networks, int workers, int ringCapacity, long seed) {
        /** Checks what is not checked elsewhere. */
        public Terms {
            if (every < 1 || networks < 1 || workers < 1 || workers > 16) {
                throw new IllegalArgumentException(
                        "a consolidation is every text or less often, of 1 network or more, with 1 to 16 workers: "
                                + every + ", " + networks + ", " + workers);
            }
        }
    }

    /**
     * A trainer that has no texts.
     *
     * @param config like that of the live classifier
     */
    public ConsolidationTrainer(
            final Terms terms,
            final IntentClassifierConfig config,
            final Kernels kernels,
            final ThreadFactory threads,
            final Publisher publisher) {
        this.consolidation = new TextConsolidation(config, kernels, terms.passes(), terms.networks(), terms.seed());
        this.maxTextBytes = config.maxTextBytes();
        this.every = terms.every();
        this.publisher = publisher;
        this.ring = new FrameRing(FrameRingConfig.rejecting(
                terms.ringCapacity(), BitUtil.align(maxTextBytes + Integer.BYTES + 64, 2 * BitUtil.CACHE_LINE_LENGTH)));
        this.workers = Executors.newFixedThreadPool(terms.workers(), threads);
    }

    /**
     * Hands over a text and what it meant; never waits. What is longer than the classifier reads is cut.
     *
     * @return false when the ring is full: the text is lost and counted
     */
    public boolean offer(final DirectBuffer source, final int offset, final int length, final int intent) {
        final int kept = Math.min(length, maxTextBytes);
        final long sequence = ring.tryClaim(Integer.BYTES + kept, 0);
        if (sequence < 0) {
            dropped.increment();
            return false;
        }
        final int at = ring.offset(sequence);
        ring.buffer().putInt(at, intent, ByteOrder.LITTLE_ENDIAN);
        ring.buffer().putBytes(at + Integer.BYTES, source, offset, kept);
        ring.commit(sequence);
        return true;
    }

    /** Asks for networks of all that was offered so far, however few texts are new; any thread. See {@link #isIdle}. */
    public void finish() {
        asked.incrementAndGet();
    }

    /** Whether nothing waits and nothing was asked for that is not done; any thread. */
    public boolean isIdle() {
        return answered == asked.get() && ring.backlog() == 0;
    }

    @Override
    public int doWork() throws InterruptedException {
        // Before the ring is looked at: what was offered before it was asked is in there.
        final long request = asked.get();
        final int count = ring.beginBatch(POLL);
        try {
            for (int i = 0; i < count; i++) {
                final int at = ring.frameOffset(i);
                text.wrap(ring.buffer(), at + Integer.BYTES, ring.frameLength(i) - Integer.BYTES);
                final int intent = ring.buffer().getInt(at, ByteOrder.LITTLE_ENDIAN);
                if (consolidation.keep(text, 0, text.capacity(), intent)) {
                    taken.increment();
                }
            }
        } finally {
            ring.endBatch();
        }
        final boolean drained = count < POLL; // what waits is taught with the rest
        final boolean last = request != answered && count == 0;
        if (last || (drained && taken.get() - tried >= every)) {
            try {
                if (taken.get() > taught.get()) {
                    teach();
                }
            } finally {
                if (last) {
                    answered = request; // also where that failed: whoever waits is not to wait for ever
                }
            }
            return 1;
        }
        return count;
    }

    private void teach() throws InterruptedException {
        tried = taken.get();
        try {
            publisher.publish(consolidation.networks(workers));
            taught.add(tried - taught.get());
            published.increment();
        } catch (final RuntimeException e) {
            final Throwable cause = e.getCause();
            lastFailure = cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause;
            failures.increment();
        }
    }

    /** Texts taken; any thread. */
    public long taken() {
        return taken.get();
    }

    /** Texts that the networks published last were taught; any thread. */
    public long taught() {
        return taught.get();
    }

    /** Times that networks were published; any thread. */
    public long published() {
        return published.get();
    }

    /** Times that they could not be taught or published; any thread. */
    public long failures() {
        return failures.get();
    }

    /** Why they could not be the last time; null where they always could. Any thread. */
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** Texts that found the ring full; about right while several threads offer. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public String roleName() {
        return "consolidation";
    }

    /** Ends the workers; what waits in the ring is not learnt from. */
    @Override
    public void close() {
        ring.close();
        workers.shutdownNow();
    }
}
