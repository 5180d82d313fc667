package io.tagma.perf.calls;

import io.tagma.engine.resilience.ExternalService;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service as slow as the reference: log-normal latency of mean 2,745 ms with sigma 1 (99th percentile 17 s), 2 % errors; a further
 * request of a batch costs a tenth of the first. Time runs faster by a factor, for service and policies alike. Thread-safe.
 */
final class StubService implements ExternalService {
    static final double MEAN_MS = 2_745;

    private static final double SIGMA = 1;
    private static final double ERRORS = 0.02;
    private static final double FURTHER = 0.1;
    private static final double NS_PER_MS = 1e6;

    private final SplittableRandom random;
    private final double speed;
    private final AtomicLong calls = new AtomicLong();

    StubService(final long seed, final double speed) {
        this.random = new SplittableRandom(seed);
        this.speed = speed;
    }

    @Override
    public List<Reply> call(final List<byte[]> requests) throws Exception {
        calls.incrementAndGet();
        final long waitNs;
        final boolean fails;
        synchronized (random) {
            final double ms = MEAN_MS * Math.exp(SIGMA * random.nextGaussian() - SIGMA * SIGMA / 2);
            waitNs = (long) (ms * NS_PER_MS / speed * (1 + FURTHER * (requests.size() - 1)));
            fails = random.nextDouble() < ERRORS;
        }
        new CountDownLatch(1).await(waitNs, TimeUnit.NANOSECONDS);
        if (fails) {
            throw new IllegalStateException("error 500");
        }
        return requests.stream().map(bytes -> new Reply(new float[0], bytes)).toList();
    }

    long calls() {
        return calls.get();
    }
}
