package io.tagma.engine.resilience;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.agrona.concurrent.NanoClock;

/** The engine's clock as resilience4j wants it. Stateless. */
final class BreakerClock extends Clock {
    private static final long NS_PER_S = 1_000_000_000;

    private final NanoClock clock;

    BreakerClock(final NanoClock clock) {
        this.clock = clock;
    }

    @Override
    public Instant instant() {
        final long nowNs = clock.nanoTime();
        return Instant.ofEpochSecond(Math.floorDiv(nowNs, NS_PER_S), Math.floorMod(nowNs, NS_PER_S));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(final ZoneId zone) {
        return this;
    }
}
