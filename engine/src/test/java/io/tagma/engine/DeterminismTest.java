package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One seed, one state hash: however the events fall into batches, on whichever thread, with whichever kernels. */
class DeterminismTest {
    private static final Workload WORKLOAD = Workload.of(7, 1500);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void theStateHashDoesNotDependOnBatchThreadOrKernel(final int learnInterval) {
        final long expected = run("reference", learnInterval, 64, Threading.CALLER, "scalar");

        assertThat(run("batch-1", learnInterval, 1, Threading.CALLER, "scalar")).isEqualTo(expected);
        assertThat(run("batch-1024", learnInterval, 1024, Threading.CALLER, "scalar"))
                .isEqualTo(expected);
        assertThat(run("vector", learnInterval, 64, Threading.CALLER, "vector")).isEqualTo(expected);
        assertThat(run("shared", learnInterval, 64, Threading.SHARED, "auto")).isEqualTo(expected);
        assertThat(run("dedicated", learnInterval, 1024, Threading.DEDICATED, "vector"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsLearntWhenIsPartOfTheResult() {
        assertThat(run("every", 1, 64, Threading.CALLER, "scalar"))
                .isNotEqualTo(run("sixteenth", 16, 64, Threading.CALLER, "scalar"));
    }

    @Test
    void anotherSeedHasAnotherHash() {
        final long expected = run("seed-7", 1, 64, Threading.CALLER, "scalar");

        assertThat(Engines.run(Team.context(directory.resolve("seed-8")), Workload.of(8, 1500)))
                .isNotEqualTo(expected);
    }

    @Test
    void replayComesToTheHashOfTheRunWhateverTheBatchAndTheKernel() {
        final long live = run("replayed", 16, 64, Threading.DEDICATED, "vector");

        final EngineContext other = context("replayed", 16, 7, Threading.CALLER, "scalar");
        assertThat(Engines.replay(other)).isEqualTo(live);
        assertThat(Engines.replay(context("replayed", 16, 1024, Threading.SHARED, "auto")))
                .isEqualTo(live);
    }

    private long run(
            final String name,
            final int learnInterval,
            final int batch,
            final Threading threading,
            final String kernel) {
        return Engines.run(context(name, learnInterval, batch, threading, kernel), WORKLOAD);
    }

    private EngineContext context(
            final String name,
            final int learnInterval,
            final int batch,
            final Threading threading,
            final String kernel) {
        final EngineContext context =
                Team.context(directory.resolve(name)).threading(threading).kernel(kernel);
        context.limits().learnInterval(learnInterval).maxBatch(batch);
        return threading == Threading.CALLER ? context : context.overflowPolicy(OverflowPolicy.BLOCK);
    }
}
