package io.tagma.engine.observe;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * One shard's histograms, a set for each interval. Owned by the shard's thread, which records without atomics; an observer
 * asks for the interval's set and the owner hands it over between two duty cycles.
 *
 * <p>A duration is only noted when it is recorded, and counted with the next {@value #NOTES}: a histogram is a quarter of a megabyte, so
 * that a lone decision would wait for four or five of its lines to come from memory.
 *
 * <p>Stations inside a decision are timed for one input in {@value #SAMPLE}, since reading the clock at each of them costs
 * as much as a station, and those of a batch where it holds such an input: a batch of n inputs in n of {@value #SAMPLE} cases. Which
 * input of each {@value #SAMPLE} that is changes irregularly, as events and outcomes may come in turns. End-to-end latency is recorded for
 * every decision.
 */
public final class StationTimer {
    /** One input in this many is timed station by station. */
    public static final int SAMPLE = 1 << StationTimer.SAMPLE_BITS;

    private static final int SAMPLE_BITS = 6;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L; // multiplicative hashing: Knuth, TAOCP 6.4

    private static final long HIGHEST_NS = 60_000_000_000L;
    private static final int NOTES = 64;
    private static final int STATION_SHIFT = 56; // above the highest duration
    private static final long NS_MASK = (1L << STATION_SHIFT) - 1;

    private final NanoClock clock;
    private boolean enabled;
    private Histogram[] active = fresh();
    private volatile Histogram[] spare = fresh();
    private volatile int phase = IDLE;
    private final long[] notes = new long[NOTES];
    private int noted;
    private boolean sampling;
    private boolean samplingBatch;
    private long lastNs;

    private static final int IDLE = 0;
    private static final int REQUESTED = 1;
    private static final int HANDED_OVER = 2;

    /** A timer; a disabled one records nothing and never reads the clock. */
    public StationTimer(final NanoClock clock, final boolean enabled) {
        this.clock = clock;
        this.enabled = enabled;
    }

    private static Histogram[] fresh() {
        final Histogram[] set = new Histogram[Station.COUNT];
        for (final Station station : Station.values()) {
            final Histogram histogram = new Histogram(HIGHEST_NS, 3);
            histogram.setTag(station.label());
            set[station.index()] = histogram;
        }
        return set;
    }

    /** The owner's: nothing is recorded while a journal is being replayed. */
    public void enable(final boolean value) {
        enabled = value;
    }

    /** Whether this input is timed; if so the first station starts now. */
    public void begin(final long sequence) {
        sampling = enabled && sequence == sampleOf(sequence >>> SAMPLE_BITS);
        if (sampling) {
            lastNs = clock.nanoTime();
        }
    }

    /** The station that ends here took the time since the last mark. */
    public void mark(final Station station) {
        if (sampling) {
            final long now = clock.nanoTime();
            record(station, now - lastNs);
            lastNs = now;
        }
    }

    /**
     * A batch begins. Its stations are timed where one of its inputs is.
     *
     * @param first sequence of its first input
     * @param count of its inputs, at least 1
     * @return as {@link #batchNow}
     */
    public long beginBatch(final long first, final int count) {
        samplingBatch = enabled && holdsSample(first, first + count - 1);
        return batchNow();
    }

    /** The sequence that is timed among those of a block of {@value #SAMPLE}. */
    private static long sampleOf(final long block) {
        return (block << SAMPLE_BITS) + (((block + 1) * GOLDEN) >>> (Long.SIZE - SAMPLE_BITS));
    }

    private static boolean holdsSample(final long first, final long last) {
        final long firstBlock = first >>> SAMPLE_BITS;
        final long lastBlock = last >>> SAMPLE_BITS;
        final long sample = sampleOf(firstBlock);
        return (sample >= first && sample <= last)
                || (lastBlock > firstBlock && (lastBlock > firstBlock + 1 || sampleOf(lastBlock) <= last));
    }

    /** The clock, or 0 where this batch is not timed. */
    public long batchNow() {
        return samplingBatch ? clock.nanoTime() : 0;
    }

    /** Records what this batch took at a station, where it is timed. */
    public void recordBatch(final Station station, final long ns) {
        if (samplingBatch) {
            record(station, ns);
        }
    }

    /** The clock, or 0 when disabled. */
    public long now() {
        return enabled ? clock.nanoTime() : 0;
    }

    /** Records a duration. */
    public void record(final Station station, final long ns) {
        if (enabled) {
            notes[noted] = (long) station.index() << STATION_SHIFT | Math.clamp(ns, 0, HIGHEST_NS);
            if (++noted == NOTES) {
                count();
            }
        }
    }

    /** Records a duration that several had. */
    public void record(final Station station, final long ns, final int times) {
        if (times == 1) {
            record(station, ns);
        } else if (enabled && times > 0) {
            active[station.index()].recordValueWithCount(Math.clamp(ns, 0, HIGHEST_NS), times);
        }
    }

    private void count() {
        for (int i = 0; i < noted; i++) {
            active[(int) (notes[i] >>> STATION_SHIFT)].recordValue(notes[i] & NS_MASK);
        }
        noted = 0;
    }

    /** The owner's turn, between duty cycles: hands the interval over when an observer has asked. */
    public void duty() {
        if (phase == REQUESTED) {
            count();
            final Histogram[] full = active;
            active = spare;
            spare = full;
            phase = HANDED_OVER;
        }
    }

    /** An observer asks for the interval so far. One observer at a time. */
    public void request() {
        if (phase == IDLE) {
            phase = REQUESTED;
        }
    }

    /**
     * An observer collects what it asked for.
     *
     * @return whether the owner has handed over; then the interval was added to {@code totals} and the set is free again
     */
    public boolean collect(final Histogram[] interval, final Histogram[] totals) {
        if (phase != HANDED_OVER) {
            return false;
        }
        final Histogram[] full = spare;
        for (int i = 0; i < full.length; i++) {
            interval[i].add(full[i]);
            totals[i].add(full[i]);
            full[i].reset();
        }
        phase = IDLE;
        return true;
    }

    /** A set of empty histograms, one a station, tagged with its label. */
    public static Histogram[] emptySet() {
        return fresh();
    }
}
