package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.ring.ConsumerSignal;
import io.tagma.ring.DutyCycleConfig;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.DutyCycleRunner;
import io.tagma.ring.ElasticConfig;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.IdleStrategies;
import io.tagma.ring.MovingSignal;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * On whose threads an engine's shards run: one each, one for all, the caller's, or as many as the load needs. Owned by the launching
 * thread; {@link #elastic()} is for any. A shard keeps its own failure, so nothing that it does ends its thread; see {@link ShardDuty}.
 */
final class ShardThreads implements AutoCloseable {
    private final DutyCycleConfig fixed;
    private final @Nullable DutyCycleRunner runner;
    private final @Nullable ElasticRunner elastic;

    private ShardThreads(
            final DutyCycleConfig fixed,
            final @Nullable DutyCycleRunner runner,
            final @Nullable ElasticRunner elastic) {
        this.fixed = fixed;
        this.runner = runner;
        this.elastic = elastic;
    }

    /** What has to be known of the threads before the shards can be made: whom their rings wake. */
    static final class Plan {
        private final EngineContext context;
        private final DutyCycleConfig fixed;
        private final IdleStrategy[] idles;
        private final List<MovingSignal> moving = new ArrayList<>();

        Plan(final EngineContext context) {
            this.context = context;
            final boolean elastic = context.threading() == Threading.ELASTIC;
            this.idles = new IdleStrategy[elastic ? 0 : context.shards()];
            this.fixed = new DutyCycleConfig(
                    elastic ? Threading.CALLER : context.threading(),
                    1,
                    thread -> idles[thread],
                    context.threadFactory(),
                    failure -> {},
                    DutyCycleConfig.DEFAULT_CLOSE_TIMEOUT_MS);
            for (int thread = 0; thread < idles.length; thread++) {
                idles[thread] = IdleStrategies.byName(context.idleStrategy());
            }
        }

        /** Whom a shard's rings tell that a frame is there; to be asked once for each shard, in order. */
        ConsumerSignal signal(final int shard) {
            if (context.threading() == Threading.ELASTIC) {
                final MovingSignal signal = new MovingSignal();
                moving.add(signal);
                return context.idleStrategy().equals(IdleStrategies.BLOCKING) ? signal : ConsumerSignal.NONE;
            }
            final IdleStrategy idle = idles[fixed.threadOf(shard, context.shards())];
            return idle instanceof ConsumerSignal parked ? parked : ConsumerSignal.NONE;
        }

        /** The threads, which do not run yet. */
        ShardThreads over(final List<ShardDuty> duties) {
            if (context.threading() != Threading.ELASTIC) {
                return new ShardThreads(fixed, new DutyCycleRunner(fixed, duties), null);
            }
            final ElasticConfig config = new ElasticConfig(
                    context.elastic(),
                    context.nanoClock(),
                    thread -> IdleStrategies.byName(context.idleStrategy()),
                    context.threadFactory(),
                    failure -> {},
                    DutyCycleConfig.DEFAULT_CLOSE_TIMEOUT_MS);
            return new ShardThreads(fixed, null, new ElasticRunner(config, duties, moving));
        }
    }

    void start() {
        if (runner != null) {
            runner.start();
        } else if (elastic != null) {
            elastic.start();
        }
    }

    /** One duty cycle of every shard on the calling thread. */
    int step() {
        if (runner == null) {
            throw new IllegalStateException("only shards of CALLER threading can be stepped: ELASTIC");
        }
        return runner.step();
    }

    /** The pool, where there is one. */
    @Nullable
    ElasticRunner elastic() {
        return elastic;
    }

    /** The number of the thread that a shard runs on; -1 for the caller's. */
    int threadOf(final int shard, final int shards) {
        if (elastic != null) {
            return elastic.threadOf(shard);
        }
        return fixed.threading() == Threading.CALLER ? -1 : fixed.threadOf(shard, shards);
    }

    /** Names of the threads that run, in their order; none where the caller steps. */
    List<String> names() {
        return runner != null ? runner.threadNames() : elastic != null ? elastic.threadNames() : List.of();
    }

    @Override
    public void close() {
        if (runner != null) {
            runner.close();
        } else if (elastic != null) {
            elastic.close();
        }
    }
}
