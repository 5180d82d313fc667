package io.tagma.perf.overload;

import io.tagma.perf.decision.DecisionSink;
import io.tagma.perf.decision.NaiveDecider;
import io.tagma.perf.decision.Payments;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The naive agents behind an executor's queue, which takes everything: nothing is rejected, and everything waits. */
final class QueueingService implements Service {
    private static final long END_S = 120;

    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("naive").daemon(true).factory());
    private final NaiveDecider decider;
    private final Answers answers;

    QueueingService(final Payments payments, final Path directory, final Answers answers) {
        this.answers = answers;
        decider = new NaiveDecider(payments, directory, new DecisionSink(payments.count()));
    }

    @Override
    public boolean offer(final int number) {
        executor.execute(() -> {
            decider.start(number, 1);
            answers.answered(number);
        });
        return true;
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(END_S, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        decider.close();
    }
}
