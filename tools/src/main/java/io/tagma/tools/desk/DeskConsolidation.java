package io.tagma.tools.desk;

import io.tagma.engine.Engine;
import io.tagma.engine.intent.EmbeddingBagClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.training.ConsolidationTrainer;
import io.tagma.engine.training.TrainingRecord;
import io.tagma.ring.IdleStrategies;
import io.tagma.tools.scenario.Workload.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a day at the desk and the thread that teaches them: every so many lessons they are taught all lessons so far, and
 * published into the engine. The submitting thread starts it, tells it the lessons and ends it.
 */
final class DeskConsolidation implements AutoCloseable {
    private static final int PASSES = 8;
    private static final int NETWORKS = 2;
    private static final int RING = 1 << 14;
    private static final @Nullable AtomicCounter NO_COUNTER = null;

    private final IntentClassifierConfig config;
    private final ConsolidationTrainer trainer;
    private final AgentRunner runner;
    private final Thread thread;
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[0]);
    private volatile boolean ending;
    private volatile @Nullable String died;
    private volatile @Nullable TrainingRecord last;

    /** Starts it beside an engine that runs. */
    DeskConsolidation(final Engine engine, final int intents, final int every, final long seed) {
        config = IntentClassifierConfig.of(intents);
        trainer = new ConsolidationTrainer(
                new ConsolidationTrainer.Terms(every, PASSES, NETWORKS, workers(), RING, seed),
                config,
                engine.kernels().kernels(),
                DeskConsolidation::worker,
                networks -> publish(engine, networks));
        runner = new AgentRunner(
                new SleepingMillisIdleStrategy(1), failure -> died = failure.toString(), NO_COUNTER, trainer);
        thread = AgentRunner.startOnThread(runner, DeskConsolidation::worker);
    }

    /** A processor for the shard and one for whoever submits are left to them, where there are so many. */
    private static int workers() {
        return Math.clamp(Runtime.getRuntime().availableProcessors() - 2, 1, NETWORKS);
    }

    private static Thread worker(final Runnable work) {
        final Thread made = new Thread(work, "tagma-consolidation");
        made.setDaemon(true);
        return made;
    }

    private void publish(final Engine engine, final List<EmbeddingBagClassifier> networks) {
        last = engine.training()
                .publish(
                        "consolidation",
                        "taught " + networks.getFirst().learnt() / PASSES + " texts beside the engine",
                        config,
                        networks,
                        this::requireRunning);
    }

    private void requireRunning() {
        if (ending) {
            throw new IllegalStateException("the run is over");
        }
    }

    /** A lesson; never waits. */
    void offer(final byte[] lesson, final int intent) {
        text.wrap(lesson);
        trainer.offer(text, 0, lesson.length, intent);
    }

    /** Waits until networks that were taught all lessons are published, or cannot be. */
    void finish(final Runnable step) {
        trainer.finish();
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (!trainer.isIdle() && thread.isAlive()) {
            step.run();
            idle.idle(0);
        }
    }

    /** Adds {@code consolidation}. */
    void figures(final Map<String, Object> into) {
        final TrainingRecord order = last;
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("texts", trainer.taken());
        figures.put("dropped_texts", trainer.dropped());
        figures.put("published", trainer.published());
        figures.put("not_published", trainer.failures());
        final String failure = failure();
        if (failure != null) {
            figures.put("last_failure", failure);
        }
        figures.put("order_sequence", order == null ? 0 : order.sequence());
        into.put("consolidation", figures);
    }

    private @Nullable String failure() {
        return died == null ? trainer.lastFailure() : died;
    }

    /** For people. */
    Finding finding() {
        final TrainingRecord order = last;
        final String failure = failure();
        return new Finding(
                "consolidated",
                String.format(
                        Locale.ROOT,
                        "%,d times, %d networks taught %,d texts %d times over%s%s",
                        trainer.published(),
                        NETWORKS,
                        trainer.taught(),
                        PASSES,
                        order == null ? "" : "; the last is in force from input " + order.sequence() + " on",
                        failure == null
                                ? ""
                                : "; not published " + trainer.failures() + " times; last failure: " + failure));
    }

    /** Ends it. Idempotent. */
    @Override
    public void close() {
        ending = true;
        trainer.close(); // first: whoever teaches is interrupted
        runner.close();
    }
}
