package io.tagma.ring;

import static io.tagma.ring.Frames.SLOT_LENGTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Several producer threads against one consumer, seeded: what each producer was told, what the consumer saw and what the counters say must
 * be one and the same account, and each producer's frames must arrive in order and intact.
 */
@Timeout(120)
class FrameRingContentionTest {
    private static final int PRODUCERS = 4;
    private static final int ATTEMPTS = 100_000;
    private static final int FRAMES_TO_CLOSE = 20_000;
    private static final int CAPACITY = 64;
    private static final int DROPPABLE_CLASS = 1;
    private static final long SEED = 0x5EEDL;
    private static final int ABORTED_IN = 16;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void theAccountClosesUnderContention(final OverflowPolicy policy) throws Exception {
        final FrameRing ring = ring(policy, TimeUnit.SECONDS.toNanos(30));
        final CyclicBarrier start = new CyclicBarrier(PRODUCERS + 1);
        final List<Future<Told>> producers = startProducers(ring, start, ATTEMPTS);
        final Future<Seen> consumer = threads.submit(() -> {
            start.await();
            return consume(ring);
        });

        final Told told = sum(producers);
        ring.close();
        final Seen seen = consumer.get();

        final RingCounters counters = ring.counters();
        assertThat(seen.corrupt).isZero();
        assertThat(seen.outOfOrder).isZero();
        assertThat(told.attempts()).isEqualTo((long) PRODUCERS * ATTEMPTS);
        assertThat(counters.claimed()).isEqualTo(told.committed + told.aborted);
        assertThat(counters.consumed()).isEqualTo(seen.frames);
        assertThat(counters.aborted()).isEqualTo(told.aborted);
        assertThat(counters.consumed() + counters.dropped()).isEqualTo(told.committed);
        assertThat(counters.rejected()).isEqualTo(told.full);
        assertThat(counters.timedOut()).isEqualTo(told.timedOut);
        assertThat(counters.refusedClosed()).isEqualTo(told.closed).isZero();
        assertThat(counters.droppedOfClass(DROPPABLE_CLASS)).isEqualTo(counters.dropped());
        assertThat(seen.precious).isEqualTo(told.precious);
        assertThat(ring.backlog()).isZero();
        assertThat(told.timedOut).isZero();
        assertThat(counters.rejected() > 0).isEqualTo(policy == OverflowPolicy.REJECT);
        assertThat(counters.waits() > 0).isEqualTo(policy != OverflowPolicy.REJECT);
        assertThat(counters.dropped() > 0).isEqualTo(policy == OverflowPolicy.DROP_OLDEST);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void closingUnderLoadLosesNothingThatGotIn(final OverflowPolicy policy) throws Exception {
        final FrameRing ring = ring(policy, TimeUnit.SECONDS.toNanos(30));
        final CyclicBarrier start = new CyclicBarrier(PRODUCERS + 1);
        final List<Future<Told>> producers = startProducers(ring, start, Integer.MAX_VALUE);
        final Future<Seen> consumer = threads.submit(() -> {
            start.await();
            return consumeAndCloseAt(ring, FRAMES_TO_CLOSE);
        });

        final Seen seen = consumer.get();
        final Told told = sum(producers);

        final RingCounters counters = ring.counters();
        assertThat(told.closed).isEqualTo(PRODUCERS).isEqualTo(counters.refusedClosed());
        // Claims that the closing ring took back are refusals to their producers and holes to the account.
        assertThat(counters.aborted()).isGreaterThanOrEqualTo(told.aborted);
        assertThat(seen.frames + counters.dropped()).isEqualTo(told.committed);
        assertThat(seen.precious).isEqualTo(told.precious);
        ring.beginBatch(1);
        assertThat(counters.claimed()).isEqualTo(counters.consumed() + counters.dropped() + counters.aborted());
    }

    @Test
    void closeFreesProducersThatBlock() throws Exception {
        final FrameRing ring = ring(OverflowPolicy.BLOCK, Long.MAX_VALUE);
        Frames.fill(ring, 0);
        final List<Future<Long>> blocked = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            blocked.add(threads.submit(() -> Frames.put(ring, 1, 0)));
        }
        while (ring.counters().waits() < PRODUCERS) {
            Thread.onSpinWait();
        }
        ring.close();
        for (final Future<Long> result : blocked) {
            assertThat(result.get()).isEqualTo(RingCode.CLOSED);
        }
        assertThat(ring.counters().refusedClosed()).isEqualTo(PRODUCERS);
    }

    @Test
    void aConsumerThatDiesHoldsItsProducersNoLongerThanTheTimeOutAndASuccessorGoesOn() throws Exception {
        final FrameRing ring = ring(OverflowPolicy.BLOCK, TimeUnit.MILLISECONDS.toNanos(1));
        Frames.fill(ring, 0);
        final Future<?> consumer = threads.submit(() -> {
            ring.beginBatch(10);
            throw new IllegalStateException("dies over its batch");
        });
        assertThatThrownBy(consumer::get).hasRootCauseMessage("dies over its batch");

        assertThat(Frames.put(ring, 99, 0)).isEqualTo(RingCode.TIMED_OUT);

        final List<Long> taken = threads.submit(() -> Frames.take(ring, 10)).get();
        assertThat(taken).startsWith(0L, 1L, 2L).hasSize(10);
        assertThat(Frames.put(ring, 99, 0)).isNotNegative();
    }

    private static FrameRing ring(final OverflowPolicy policy, final long timeoutNs) {
        final FrameRingConfig config = FrameRingConfig.rejecting(CAPACITY, SLOT_LENGTH)
                .waiting(SystemNanoClock.INSTANCE, YieldingIdleStrategy::new);
        return new FrameRing(
                switch (policy) {
                    case REJECT -> config;
                    case BLOCK -> config.blocking(timeoutNs);
                    case DROP_OLDEST -> config.droppingOldest(timeoutNs, 1L << DROPPABLE_CLASS);
                });
    }

    private List<Future<Told>> startProducers(final FrameRing ring, final CyclicBarrier start, final int attempts) {
        final List<Future<Told>> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            final int producer = p;
            final Callable<Told> work = () -> {
                start.await();
                return produce(ring, producer, attempts);
            };
            producers.add(threads.submit(work));
        }
        return producers;
    }

    // A frame: producer, its running number, and as many copies of both mixed as its random length holds.
    private static Told produce(final FrameRing ring, final int producer, final int attempts) {
        final SplittableRandom random = new SplittableRandom(SEED + producer);
        final Told told = new Told();
        for (int i = 0; i < attempts && told.closed == 0; i++) {
            final int length = 16 + 8 * random.nextInt(6);
            final int frameClass = random.nextInt(3);
            final long sequence = ring.tryClaim(length, frameClass);
            if (sequence >= 0) {
                write(ring, ring.offset(sequence), length, producer, i);
                if (random.nextInt(ABORTED_IN) == 0) {
                    ring.abort(sequence);
                    told.aborted++;
                } else {
                    ring.commit(sequence);
                    told.committed++;
                    told.precious += frameClass == DROPPABLE_CLASS ? 0 : 1;
                }
            } else {
                told.count(sequence);
                Thread.yield();
            }
        }
        return told;
    }

    private static void write(
            final FrameRing ring, final int offset, final int length, final int producer, final int number) {
        ring.buffer().putLong(offset, producer);
        ring.buffer().putLong(offset + 8, number);
        for (int at = 16; at < length; at += 8) {
            ring.buffer().putLong(offset + at, mix(producer, number, at));
        }
    }

    private static long mix(final long producer, final long number, final int at) {
        return (producer << 48 ^ number) * 0x9E37_79B9_7F4A_7C15L + at;
    }

    private static Seen consume(final FrameRing ring) {
        return consumeAndCloseAt(ring, Long.MAX_VALUE);
    }

    private static Seen consumeAndCloseAt(final FrameRing ring, final long frames) {
        final Seen seen = new Seen();
        final SplittableRandom random = new SplittableRandom(SEED);
        while (!ring.isDrained()) {
            final int batch = ring.beginBatch(1 + random.nextInt(CAPACITY));
            for (int i = 0; i < batch; i++) {
                seen.check(ring, i);
            }
            ring.endBatch();
            if (seen.frames >= frames) {
                ring.close();
            }
            if (batch == 0) {
                Thread.yield();
            }
        }
        return seen;
    }

    private static Told sum(final List<Future<Told>> producers)
            throws InterruptedException, ExecutionException, TimeoutException {
        final Told sum = new Told();
        for (final Future<Told> producer : producers) {
            sum.add(producer.get(60, TimeUnit.SECONDS));
        }
        return sum;
    }

    /** What the ring told its producers. Owned by one producer, then by the test. */
    private static final class Told {
        private long committed;
        private long precious;
        private long aborted;
        private long full;
        private long timedOut;
        private long closed;

        void count(final long code) {
            full += code == RingCode.FULL ? 1 : 0;
            timedOut += code == RingCode.TIMED_OUT ? 1 : 0;
            closed += code == RingCode.CLOSED ? 1 : 0;
        }

        void add(final Told other) {
            committed += other.committed;
            precious += other.precious;
            aborted += other.aborted;
            full += other.full;
            timedOut += other.timedOut;
            closed += other.closed;
        }

        long attempts() {
            return committed + aborted + full + timedOut + closed;
        }
    }

    /** What the consumer saw. Owned by the consumer, then by the test. */
    private static final class Seen {
        private final long[] lastNumber = new long[PRODUCERS];
        private long frames;
        private long precious;
        private long corrupt;
        private long outOfOrder;

        Seen() {
            Arrays.fill(lastNumber, -1);
        }

        void check(final FrameRing ring, final int i) {
            final int offset = ring.frameOffset(i);
            final int producer = (int) ring.buffer().getLong(offset);
            final long number = ring.buffer().getLong(offset + 8);
            for (int at = 16; at < ring.frameLength(i); at += 8) {
                corrupt += ring.buffer().getLong(offset + at) == mix(producer, number, at) ? 0 : 1;
            }
            outOfOrder += number > lastNumber[producer] ? 0 : 1;
            lastNumber[producer] = number;
            precious += ring.frameClass(i) == DROPPABLE_CLASS ? 0 : 1;
            frames++;
        }
    }
}
