package io.tagma.engine.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.resilience.ExternalService.Reply;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * All calls of one service. A request is answered from the cache, joins a call for the same bytes, or waits until one of a few callers
 * takes it with others. Thread-safe: one lock, never held during a call.
 */
final class ServiceDesk {
    /** Told once what became of a request. */
    @FunctionalInterface
    interface Told {
        void answered(int code, long ageNs, Reply reply);
    }

    private static final Reply NOTHING = Reply.of();

    /** A request's bytes and who waits for the answer. */
    private record Flight(ByteBuffer key, List<Told> waiting) {}

    private final ExternalService service;
    private final CallPolicy policy;
    private final NanoClock clock;
    private final ExecutorService threads;
    private final CircuitBreaker breaker;
    private final AnswerCache cache;
    private final Map<ByteBuffer, Flight> flights = new HashMap<>();
    private final Deque<Flight> queue = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SplittableRandom random;
    private double retryCredit = 1;
    private int callers;
    private int inService;
    private int waiting;
    private long asked;
    private long hits;
    private long joined;
    private long calls;
    private long called;
    private long retries;
    private long timeouts;
    private long failures;
    private long stale;
    private long failed;
    private long refused;

    ServiceDesk(
            final ExternalService service,
            final CallPolicy policy,
            final NanoClock clock,
            final ExecutorService threads) {
        this.service = service;
        this.policy = policy;
        this.clock = clock;
        this.threads = threads;
        this.cache = new AnswerCache(policy.cached());
        this.random = new SplittableRandom(policy.seed());
        final BreakerTerms terms = policy.breaker();
        this.breaker = CircuitBreaker.of(
                "service",
                CircuitBreakerConfig.custom()
                        .slidingWindow(terms.window(), terms.leastCalls(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold((float) (100 * terms.failureShare()))
                        .waitDurationInOpenState(Duration.ofNanos(terms.openNs()))
                        .permittedNumberOfCallsInHalfOpenState(terms.trialCalls())
                        .clock(new BreakerClock(clock))
                        .build());
    }

    /** Takes a request; false when as many wait as may. */
    boolean ask(final byte[] bytes, final Told told) {
        final ByteBuffer key = ByteBuffer.wrap(bytes);
        final AnswerCache.Kept good;
        lock.lock();
        try {
            if (waiting == policy.waiting()) {
                refused++;
                return false;
            }
            asked++;
            good = cache.get(key, policy.freshNs(), clock.nanoTime());
            if (good != null) {
                hits++;
            } else {
                waiting++;
                enqueue(key, told);
            }
        } finally {
            lock.unlock();
        }
        if (good != null) {
            told.answered(Answer.OK, 0, good.reply());
        }
        return true;
    }

    private void enqueue(final ByteBuffer key, final Told told) {
        final Flight under = flights.get(key);
        if (under != null) {
            under.waiting().add(told);
            joined++;
            return;
        }
        final Flight flight = new Flight(key, new ArrayList<>(List.of(told)));
        flights.put(key, flight);
        queue.add(flight);
        changed.signalAll();
        if (callers < policy.concurrent()) {
            callers++;
            try {
                threads.execute(this::serve);
            } catch (final RejectedExecutionException closing) {
                callers--; // nobody waits for an answer any more
            }
        }
    }

    /** One caller: takes what waits until nothing does. */
    private void serve() {
        for (List<Flight> batch = take(); !batch.isEmpty(); batch = take()) {
            int code = Answer.FAILED;
            List<Reply> replies = List.of();
            try {
                replies = attempt(batch);
                code = replies.isEmpty() ? Answer.REFUSED : Answer.OK;
            } catch (final InterruptedException closing) {
                Thread.currentThread().interrupt();
                return;
            } catch (final ExecutionException | TimeoutException spent) {
                code = Answer.FAILED;
            }
            finish(batch, code, replies);
        }
    }

    private List<Flight> take() {
        final List<Flight> batch = new ArrayList<>();
        lock.lock();
        try {
            long leftNs = queue.isEmpty() ? 0 : policy.lingerNs();
            while (queue.size() < policy.maxBatch() && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            while (batch.size() < policy.maxBatch() && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            callers -= batch.isEmpty() ? 1 : 0;
        } catch (final InterruptedException closing) {
            Thread.currentThread().interrupt();
            callers--;
        } finally {
            lock.unlock();
        }
        return batch;
    }

    /** The replies; none when the breaker is open or too many calls hang. */
    private List<Reply> attempt(final List<Flight> batch)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int attempt = 1; ; attempt++) {
            if (!admitted(batch.size(), attempt)) {
                return List.of();
            }
            final long began = clock.nanoTime();
            try {
                final List<Reply> replies = callOnce(batch);
                breaker.onSuccess(clock.nanoTime() - began, TimeUnit.NANOSECONDS);
                return replies;
            } catch (final ExecutionException | TimeoutException e) {
                breaker.onError(clock.nanoTime() - began, TimeUnit.NANOSECONDS, e);
                if (!mayRetry(attempt, e instanceof TimeoutException)) {
                    throw e;
                }
            }
        }
    }

    private boolean admitted(final int requests, final int attempt) {
        lock.lock();
        try {
            // A call that was given up but does not heed its interrupt still holds a thread: these are bounded too.
            if (inService >= 2 * policy.concurrent() || !breaker.tryAcquirePermission()) {
                return false;
            }
            inService++;
            calls++;
            called += requests;
            retries += attempt > 1 ? 1 : 0;
            retryCredit = Math.min(policy.concurrent(), retryCredit + (attempt == 1 ? policy.retryShare() : 0));
            return true;
        } finally {
            lock.unlock();
        }
    }

    private List<Reply> callOnce(final List<Flight> batch)
            throws InterruptedException, ExecutionException, TimeoutException {
        final List<byte[]> requests =
                batch.stream().map(flight -> flight.key().array()).toList();
        final Future<List<Reply>> call;
        try {
            call = threads.submit(() -> guarded(requests));
        } catch (final RejectedExecutionException closing) {
            left();
            throw new ExecutionException(closing);
        }
        try {
            return call.get(policy.timeoutNs(), TimeUnit.NANOSECONDS);
        } finally {
            call.cancel(true);
        }
    }

    private List<Reply> guarded(final List<byte[]> requests) throws Exception {
        try {
            final List<Reply> replies = service.call(requests);
            if (replies.size() != requests.size()) {
                throw new IllegalStateException(
                        "a service gave " + replies.size() + " replies to " + requests.size() + " requests");
            }
            return replies;
        } finally {
            left();
        }
    }

    private void left() {
        lock.lock();
        try {
            inService--;
        } finally {
            lock.unlock();
        }
    }

    /** Counts the failure; waits and is true where there is another attempt. */
    private boolean mayRetry(final int attempt, final boolean late) throws InterruptedException {
        lock.lock();
        try {
            failures++;
            timeouts += late ? 1 : 0;
            if (attempt == policy.attempts() || retryCredit < 1) {
                return false;
            }
            retryCredit--;
            final long most = policy.backoffNs() << Math.min(attempt - 1, 20);
            long leftNs = most <= 0 ? 0 : random.nextLong(most);
            while (leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void finish(final List<Flight> batch, final int code, final List<Reply> replies) {
        for (int i = 0; i < batch.size(); i++) {
            final Flight flight = batch.get(i);
            final List<Told> told;
            AnswerCache.@Nullable Kept old = null;
            final long nowNs = clock.nanoTime();
            lock.lock();
            try {
                flights.remove(flight.key());
                told = flight.waiting();
                waiting -= told.size();
                if (code == Answer.OK) {
                    cache.put(flight.key(), replies.get(i), nowNs);
                } else {
                    old = cache.get(flight.key(), policy.staleNs(), nowNs);
                    stale += old == null ? 0 : told.size();
                    failed += old == null && code == Answer.FAILED ? told.size() : 0;
                    refused += old == null && code == Answer.REFUSED ? told.size() : 0;
                }
            } finally {
                lock.unlock();
            }
            for (final Told each : told) {
                if (code == Answer.OK) {
                    each.answered(Answer.OK, 0, replies.get(i));
                } else if (old == null) {
                    each.answered(code, 0, NOTHING);
                } else {
                    each.answered(Answer.OK, Math.max(1, nowNs - old.atNs()), old.reply());
                }
            }
        }
    }

    CallCounts counts() {
        lock.lock();
        try {
            return new CallCounts(
                    asked,
                    hits,
                    joined,
                    calls,
                    called,
                    retries,
                    timeouts,
                    failures,
                    stale,
                    failed,
                    refused,
                    waiting,
                    policy.waiting(),
                    breaker.getState().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        } finally {
            lock.unlock();
        }
    }
}
