package io.tagma.engine.shard;

import io.tagma.engine.agent.Supervision;
import io.tagma.engine.observe.Counter;
import io.tagma.engine.supervise.RestartWindow;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a shard that failed live again. Its state is a function of its journal, so whatever a failure has left of it in memory is thrown
 * away and built anew as a launch does, on the shard's own thread, while its rings keep what waits; at most so often within a minute, as
 * OTP's supervisors do, and then it stops. Owned by the shard's thread; what tells is for any.
 */
final class ShardLives {
    /** The period of the intensity. */
    static final long PERIOD_NS = TimeUnit.MINUTES.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ShardLives.class);
    private static final long NS_PER_MS = 1_000_000;

    // By the machine's clock: the engine's may be simulated, and a shard that fails without end does so in machine
    // time.
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final EpochNanoClock epochClock;
    private final RestartWindow window;
    private final int intensity;
    private final UnaryOperator<ShardBody> builder;
    private final Counter restarts = new Counter();
    private volatile @Nullable Throwable lastFailure;
    private volatile long lastMs;
    private volatile long lastTookNs;

    /**
     * Of a shard that has not failed.
     *
     * @param intensity most restarts within a minute; 0 for none
     * @param builder closes what is left of a body and makes the next
     */
    ShardLives(final int intensity, final EpochNanoClock epochClock, final UnaryOperator<ShardBody> builder) {
        this.intensity = intensity;
        this.window = new RestartWindow(intensity, PERIOD_NS);
        this.epochClock = epochClock;
        this.builder = builder;
    }

    /**
     * The next body of a shard that failed; null where there is none: the process itself is lost, the disk is full, it failed too often, or
     * its journal does not rebuild it. {@code why} then says so.
     */
    @Nullable
    ShardBody next(final ShardBody failed, final Throwable why) {
        if (intensity == 0 || Supervision.isFatal(why) || failed.journal().isFull()) {
            return null;
        }
        final long beganNs = clock.nanoTime();
        final int shard = failed.core().parts().shard();
        if (!window.admit(beganNs)) {
            LOG.error("shard {} failed more than {} times within a minute and stops", shard, intensity, why);
            return null;
        }
        LOG.warn(
                "shard {} failed behind input {} and is built anew",
                shard,
                failed.core().sequence(),
                why);
        try {
            final ShardBody next = builder.apply(failed);
            lastFailure = why;
            lastMs = epochClock.nanoTime() / NS_PER_MS;
            lastTookNs = clock.nanoTime() - beganNs;
            restarts.increment();
            return next;
        } catch (final Throwable again) {
            // What the replay does not get over, the next would not either.
            LOG.error("shard {} could not be built anew and stops", shard, again);
            why.addSuppressed(again);
            return null;
        }
    }

    /** Bodies after the first. */
    long restarts() {
        return restarts.get();
    }

    /** Why the last body had to go; null before. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** When that was, ms since the epoch. */
    long lastMs() {
        return lastMs;
    }

    /** How long the next one took to make, ns. */
    long lastTookNs() {
        return lastTookNs;
    }
}
