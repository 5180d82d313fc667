package io.tagma.perf.calls;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Request;
import io.tagma.engine.resilience.BreakerTerms;
import io.tagma.engine.resilience.CallPolicy;
import io.tagma.engine.resilience.ExternalCalls;
import io.tagma.engine.resilience.ExternalCalls.Called;
import io.tagma.engine.resilience.ExternalService;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One workload, done plainly and through {@link ExternalCalls}: closed loop, so many clients, each waits for its answer before it asks
 * for the next. Which of {@code keys} things is asked for follows Zipf's law with exponent 1. Used by one thread.
 */
final class CallsRun {
    /** How a client gets an answer: whether a good one came. */
    @FunctionalInterface
    private interface Way {
        boolean ask(int i, byte[] bytes) throws InterruptedException;
    }

    private static final long MS = 1_000_000;
    private static final int ATTEMPTS = 3;

    private final int requests;
    private final int clients;
    private final double speed;
    private final long seed;
    private final byte[][] asked;
    private final NanoClock clock = SystemNanoClock.INSTANCE;

    CallsRun(final int requests, final int clients, final int keys, final double speed, final long seed) {
        this.requests = requests;
        this.clients = clients;
        this.speed = speed;
        this.seed = seed;
        this.asked = new byte[requests][];
        final double[] until = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += 1.0 / (i + 1);
            until[i] = sum;
        }
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < requests; i++) {
            final int at = Arrays.binarySearch(until, random.nextDouble() * sum);
            asked[i] = new byte[] {(byte) (at < 0 ? -at - 1 : at), (byte) ((at < 0 ? -at - 1 : at) >> 8)};
        }
    }

    /** The naive way: each request is a call, tried again at once when it fails. */
    CallFigures naive() throws Exception {
        final StubService service = new StubService(seed, speed);
        return measure(service, (i, bytes) -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    return !service.call(List.of(bytes)).isEmpty();
                } catch (final InterruptedException e) {
                    throw e;
                } catch (final Exception failed) {
                    // and again
                }
            }
            return false;
        });
    }

    /** Through the engine's calls, with or without a cache; joined and batched either way. */
    CallFigures shielded(final boolean cache) throws Exception {
        final StubService service = new StubService(seed, speed);
        final ConcurrentHashMap<Long, LinkedBlockingQueue<Integer>> waiting = new ConcurrentHashMap<>();
        final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
        try (ExternalCalls calls = new ExternalCalls(
                List.of(new Called(service, policy(cache))),
                (shard, request, code, ageNs, floats, bytes) -> {
                    Objects.requireNonNull(waiting.get(request)).add(code);
                    return 0;
                },
                threads,
                clock)) {
            return measure(service, (i, bytes) -> {
                final LinkedBlockingQueue<Integer> answer = new LinkedBlockingQueue<>();
                waiting.put((long) i, answer);
                final Request request = new Request().wrap(0, i, 0, 0, Long.MAX_VALUE);
                return calls.ask(request.payload(new UnsafeBuffer(bytes), 0, bytes.length))
                        && answer.take() == Answer.OK;
            });
        }
    }

    private CallPolicy policy(final boolean cache) {
        return CallPolicy.DEFAULT
                .trying(ATTEMPTS, scaled(60_000), scaled(200), 0.2)
                .caching(cache ? 1024 : 0, scaled(600_000), scaled(3_600_000))
                .batching(4, 0, clients, 4 * clients)
                .breaking(BreakerTerms.DEFAULT);
    }

    private long scaled(final long ms) {
        return (long) (ms * MS / speed);
    }

    private CallFigures measure(final ExternalService service, final Way way) throws Exception {
        final long[] tookNs = new long[requests];
        final AtomicInteger next = new AtomicInteger();
        final AtomicLong good = new AtomicLong();
        final long began = clock.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final Callable<Void> client = () -> {
                for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                    final long at = clock.nanoTime();
                    good.addAndGet(way.ask(i, asked[i]) ? 1 : 0);
                    tookNs[i] = clock.nanoTime() - at;
                }
                return null;
            };
            for (final Future<Void> each : threads.invokeAll(Collections.nCopies(clients, client))) {
                each.get();
            }
        }
        final long tookAllNs = clock.nanoTime() - began;
        Arrays.sort(tookNs);
        return new CallFigures(
                tookAllNs * speed / (1000.0 * MS),
                Arrays.stream(tookNs).average().orElseThrow() * speed / MS,
                tookNs[requests / 2] * speed / MS,
                tookNs[requests * 99 / 100] * speed / MS,
                ((StubService) service).calls(),
                requests - good.get());
    }
}
