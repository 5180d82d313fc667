package io.tagma.perf.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Frames a second from one and from two producers to one consumer, over a frame ring and over a bare Disruptor ring of long holders. The
 * main thread consumes. Arguments: frames a round (20 million), rounds (3).
 */
public final class RingThroughput {
    private static final int CAPACITY = 16_384;
    private static final int BATCH = 256;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private RingThroughput() {}

    /**
     * Runs it.
     *
     * @param args frames a round, rounds.
     */
    public static void main(final String[] args) {
        final long frames = args.length > 0 ? Long.parseLong(args[0]) : 20_000_000L;
        final int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        for (int round = 0; round < rounds; round++) {
            for (int producers = 1; producers <= 2; producers++) {
                report("frame ring", producers, frames, frameRing(producers, frames));
                report("bare disruptor", producers, frames, bareDisruptor(producers, frames));
            }
        }
    }

    private static void report(final String name, final int producers, final long frames, final long elapsedNs) {
        System.out.printf(
                "%-15s %d producer(s) %8.1f M/s %6.1f ns%n",
                name, producers, frames * 1e3 / elapsedNs, (double) elapsedNs / frames);
    }

    private static long frameRing(final int producers, final long frames) {
        final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(CAPACITY, 64)
                .blocking(TIMEOUT_NS)
                .waiting(SystemNanoClock.INSTANCE, YieldingIdleStrategy::new));
        return race(
                producers,
                frames,
                value -> {
                    final long sequence = ring.tryClaim(Long.BYTES, 0);
                    ring.buffer().putLong(ring.offset(sequence), value);
                    ring.commit(sequence);
                },
                () -> {
                    final int batch = ring.beginBatch(BATCH);
                    long sum = 0;
                    for (int i = 0; i < batch; i++) {
                        sum += ring.buffer().getLong(ring.frameOffset(i));
                    }
                    ring.endBatch();
                    return sum;
                });
    }

    private static long bareDisruptor(final int producers, final long frames) {
        final RingBuffer<long[]> ring =
                RingBuffer.createMultiProducer(() -> new long[1], CAPACITY, new BusySpinWaitStrategy());
        final Sequence consumed = new Sequence();
        ring.addGatingSequences(consumed);
        final long[] next = {0};
        return race(
                producers,
                frames,
                value -> {
                    final long sequence = ring.next();
                    ring.get(sequence)[0] = value;
                    ring.publish(sequence);
                },
                () -> {
                    long sum = 0;
                    long sequence = next[0];
                    final long end = sequence + BATCH;
                    while (sequence < end && ring.isAvailable(sequence)) {
                        sum += ring.get(sequence++)[0];
                    }
                    if (sequence > next[0]) {
                        next[0] = sequence;
                        consumed.set(sequence - 1);
                    }
                    return sum;
                });
    }

    // Each frame carries a 1, so the consumer knows from the sum when it has seen them all.
    private static long race(
            final int producers, final long frames, final LongConsumer produce, final LongSupplier consume) {
        final long each = frames / producers;
        try (ExecutorService threads = Executors.newFixedThreadPool(producers)) {
            final long startNs = SystemNanoClock.INSTANCE.nanoTime();
            for (int p = 0; p < producers; p++) {
                threads.execute(() -> {
                    for (long i = 0; i < each; i++) {
                        produce.accept(1);
                    }
                });
            }
            long sum = 0;
            while (sum < each * producers) {
                final long got = consume.getAsLong();
                sum += got;
                if (got == 0) {
                    Thread.yield();
                }
            }
            return SystemNanoClock.INSTANCE.nanoTime() - startNs;
        }
    }
}
