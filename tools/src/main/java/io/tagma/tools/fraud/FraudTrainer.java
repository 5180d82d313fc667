package io.tagma.tools.fraud;

import io.tagma.engine.Engine;
import io.tagma.engine.training.AutomatedTrainer;
import io.tagma.engine.training.TrainingCommand;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.tools.scenario.Workload.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The trainer of a run and its thread: takes the examples that {@link TrainedAgent} offers, publishes a version every few batches. The
 * submitting thread starts and ends it.
 */
final class FraudTrainer implements AutoCloseable {
    private static final int BATCH = 256;
    private static final int PUBLISH_EVERY = 16;
    private static final int WORKERS = 2;
    private static final int RING = 1 << 14;
    private static final @Nullable AtomicCounter NO_COUNTER = null;

    private final AutomatedTrainer trainer;
    private final AgentRunner runner;
    private final AtomicReference<TrainedAgent.@Nullable Examples> examples;
    private volatile boolean ending;

    private FraudTrainer(final Engine engine, final AtomicReference<TrainedAgent.@Nullable Examples> examples) {
        this.examples = examples;
        this.trainer = new AutomatedTrainer(
                FraudFeatures.BASE_LENGTH,
                BATCH,
                PUBLISH_EVERY,
                WORKERS,
                RING,
                FraudTrainer::worker,
                weights -> engine.training()
                        .give(
                                new TrainingOrder(
                                        "trainer",
                                        "trained beside the engine",
                                        List.of(TrainingCommand.publish(TrainedAgent.NAME, weights))),
                                this::requireRunning));
        this.runner = new AgentRunner(new SleepingMillisIdleStrategy(1), failure -> {}, NO_COUNTER, trainer);
    }

    private void requireRunning() {
        if (ending) {
            throw new IllegalStateException("the run is over");
        }
    }

    /** Starts the trainer of an engine that runs; from now on examples go to it. */
    static FraudTrainer start(final Engine engine, final AtomicReference<TrainedAgent.@Nullable Examples> examples) {
        final FraudTrainer started = new FraudTrainer(engine, examples);
        AgentRunner.startOnThread(started.runner, FraudTrainer::worker);
        examples.set(started.trainer::offer);
        return started;
    }

    private static Thread worker(final Runnable work) {
        final Thread thread = new Thread(work, "tagma-trainer");
        thread.setDaemon(true);
        return thread;
    }

    /** Adds {@code trainer}. */
    void figures(final Map<String, Object> into) {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("batches", trainer.batches());
        figures.put("published", trainer.published());
        figures.put("dropped_examples", trainer.dropped());
        into.put("trainer", figures);
    }

    /** For people. */
    Finding finding() {
        return new Finding(
                "trainer",
                String.format(
                        Locale.ROOT,
                        "%,d batches of %d, %,d versions published, %,d examples found no room",
                        trainer.batches(),
                        BATCH,
                        trainer.published(),
                        trainer.dropped()));
    }

    /** Ends it; examples go nowhere from now on. Idempotent. */
    @Override
    public void close() {
        ending = true;
        examples.set(null);
        runner.close();
        trainer.close();
    }
}
