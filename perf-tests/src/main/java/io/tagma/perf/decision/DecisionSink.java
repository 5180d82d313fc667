package io.tagma.perf.decision;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.perf.load.LatencyRecorder;
import io.tagma.tools.fraud.RankingQuality;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AtomicBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where every variant hands its decisions over, in the order of the payments: the acknowledgement. Written by one thread at a time, the one that
 * decides; {@link #decided()} may be read by any.
 */
public final class DecisionSink {
    private static final float SMALLEST = 1e-7f;

    private final float[] scores;
    private final AtomicLong decided = new AtomicLong();
    private final @Nullable AtomicBuffer acknowledgements;
    private @Nullable LatencyRecorder recorder;
    private int recordFrom;

    /** A sink for the scores of {@code count} payments. */
    public DecisionSink(final int count) {
        this(count, null);
    }

    /** A sink that also puts the number of decisions into memory which outlives the process. */
    DecisionSink(final int count, final @Nullable AtomicBuffer acknowledgements) {
        this.scores = new float[count];
        this.acknowledgements = acknowledgements;
    }

    /** Payment {@code i} was decided and the decision is journaled, as far as this variant journals. */
    void decided(final int i, final float score) {
        scores[i] = score;
        final LatencyRecorder current = recorder;
        if (current != null) {
            current.answered(i - recordFrom);
        }
        if (acknowledgements != null) {
            acknowledgements.putLongOrdered(0, i + 1L);
        }
        decided.lazySet(i + 1L);
    }

    /** From now on decisions are recorded, payment {@code from} being request 0. While nothing is under way. */
    void record(final LatencyRecorder latencies, final int from) {
        recorder = latencies;
        recordFrom = from;
    }

    /** Payments decided so far. */
    long decided() {
        return decided.get();
    }

    /** Starts over. */
    void clear() {
        recorder = null;
        decided.set(0);
    }

    float score(final int i) {
        return scores[i];
    }

    /**
     * How well the first {@code count} decisions rank.
     *
     * @param probabilities whether scores are probabilities; log-odds otherwise
     */
    RankingQuality quality(final Payments payments, final int count, final boolean probabilities) {
        final RankingQuality quality = new RankingQuality();
        for (int i = 0; i < count; i++) {
            quality.add(probabilities ? logOdds(scores[i]) : scores[i], payments.fraud(i));
        }
        return quality;
    }

    private static float logOdds(final float probability) {
        final float bounded = Math.clamp(probability, SMALLEST, 1f - SMALLEST);
        return FloatMath.log(bounded / (1f - bounded));
    }
}
