package io.tagma.engine.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The breaker of the hot path, held against resilience4j's over the same traces. */
class HotBreakerTest {
    private static final int TRACES = 200;
    private static final int STEPS = 2_000;

    @Test
    void goesThroughTheSameStatesAsResilience4j() {
        long opened = 0;
        long closedAgain = 0;
        for (int seed = 0; seed < TRACES; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int window = 1 + random.nextInt(40);
            final BreakerTerms terms = new BreakerTerms(
                    window,
                    1 + random.nextInt(window),
                    (1 + random.nextInt(10)) / 10.0,
                    1_000_000L * random.nextInt(1, 50),
                    1 + random.nextInt(8));
            final AtomicLong clock = new AtomicLong();
            final HotBreaker ours = new HotBreaker(terms);
            final CircuitBreaker theirs = theirs(terms, clock);
            int before = HotBreaker.CLOSED;
            double bad = 0.1;
            for (int step = 0; step < STEPS; step++) {
                clock.addAndGet(random.nextLong(2_000_000));
                bad = random.nextInt(100) == 0 ? random.nextDouble() : bad;
                final boolean may = ours.tryAcquire(clock.get());
                assertThat(may)
                        .describedAs("seed %d, step %d, %s", seed, step, terms)
                        .isEqualTo(theirs.tryAcquirePermission());
                if (may && random.nextDouble() < bad) {
                    ours.failed(clock.get());
                    theirs.onError(1, TimeUnit.NANOSECONDS, new IllegalStateException());
                } else if (may) {
                    ours.succeeded(clock.get());
                    theirs.onSuccess(1, TimeUnit.NANOSECONDS);
                }
                assertThat(state(ours.state()))
                        .describedAs("seed %d, step %d, %s", seed, step, terms)
                        .isEqualTo(theirs.getState());
                closedAgain += before == HotBreaker.HALF_OPEN && ours.state() == HotBreaker.CLOSED ? 1 : 0;
                before = ours.state();
            }
            opened += ours.opened();
        }
        assertThat(opened).isGreaterThan(TRACES); // the traces have seen what they are about
        assertThat(closedAgain).isGreaterThan(TRACES / 2);
    }

    private static CircuitBreaker theirs(final BreakerTerms terms, final AtomicLong clock) {
        return CircuitBreaker.of(
                "trace",
                CircuitBreakerConfig.custom()
                        .slidingWindow(terms.window(), terms.leastCalls(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold((float) (100 * terms.failureShare()))
                        .waitDurationInOpenState(Duration.ofNanos(terms.openNs()))
                        .permittedNumberOfCallsInHalfOpenState(terms.trialCalls())
                        .clock(new BreakerClock(clock::get))
                        .build());
    }

    private static CircuitBreaker.State state(final int ours) {
        return switch (ours) {
            case HotBreaker.OPEN -> CircuitBreaker.State.OPEN;
            case HotBreaker.HALF_OPEN -> CircuitBreaker.State.HALF_OPEN;
            default -> CircuitBreaker.State.CLOSED;
        };
    }

    @Test
    void refusesTermsThatCannotWork() {
        assertThatThrownBy(() -> new BreakerTerms(8, 9, 0.5, 1_000_000, 1)).hasMessageContaining("8, 9");
        assertThatThrownBy(() -> new BreakerTerms(8, 4, 0, 1_000_000, 1)).hasMessageContaining("failureShare");
        assertThatThrownBy(() -> CallPolicy.DEFAULT.trying(0, 1, 1, 0)).hasMessageContaining("attempts");
    }
}
