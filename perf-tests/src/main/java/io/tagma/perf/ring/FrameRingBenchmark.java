package io.tagma.perf.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a frame costs on one thread, without the cache traffic between two: claim, write one long, commit, and take it out again, in rounds
 * of {@value #FRAMES}. Beside it the same round trip over a bare Disruptor ring of long holders: the difference is what frames add.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameRingBenchmark {
    private static final int FRAMES = 256;
    private static final int CAPACITY = 4096;

    private final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(CAPACITY, 64));

    private final RingBuffer<long[]> bare =
            RingBuffer.createMultiProducer(() -> new long[1], CAPACITY, new BusySpinWaitStrategy());
    private final Sequence bareConsumed = new Sequence();
    private long bareNext;

    /** Gates the bare ring, as the frame ring gates itself. */
    public FrameRingBenchmark() {
        bare.addGatingSequences(bareConsumed);
    }

    /** Claim and commit, then a batch that reads each frame. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long frameRing() {
        for (int i = 0; i < FRAMES; i++) {
            final long sequence = ring.tryClaim(Long.BYTES, 0);
            ring.buffer().putLong(ring.offset(sequence), i);
            ring.commit(sequence);
        }
        long sum = 0;
        final int frames = ring.beginBatch(FRAMES);
        for (int i = 0; i < frames; i++) {
            sum += ring.buffer().getLong(ring.frameOffset(i));
        }
        ring.endBatch();
        return sum;
    }

    /** The Disruptor's {@code next} and {@code publish}, then a hand-written poll of the same batch. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long bareDisruptor() {
        for (int i = 0; i < FRAMES; i++) {
            final long sequence = bare.next();
            bare.get(sequence)[0] = i;
            bare.publish(sequence);
        }
        long sum = 0;
        final long end = bareNext + FRAMES;
        while (bareNext < end && bare.isAvailable(bareNext)) {
            sum += bare.get(bareNext++)[0];
        }
        bareConsumed.set(bareNext - 1);
        return sum;
    }
}
