package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks are put around the models of an engine in another process, which is then killed. */
class HookedRunTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temporary;

    @Test
    void aKilledEnginesHooksAreReplayedAndCanBeTakenAway() throws IOException, InterruptedException {
        final Path directory = temporary.resolve("d");
        final Process run = ChildTagma.start(temporary, "run", "--dir", directory, "--rate", 500, "--seconds", 600);
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> Invocation.of("train", directory, "status").code() == 0);
            order(directory, "hook", "velocity", "trial", "swap:0:3");
            order(directory, "hook", "amount", "trial", "blend:softmax-adagrad:0.5");
            order(directory, "hook", "single", "watch", "shadow:drift-aware:dynamic-logistic:adapt");
            order(directory, "unhook", "amount", "trial");
            final Invocation refused = Invocation.of("train", directory, "hook", "amount", "trial", "mask:64");
            assertThat(refused.code()).isEqualTo(Tagma.EXIT_FAILURE);
            assertThat(refused.err()).contains("refused, nothing was changed: there is no input 64");
        } finally {
            run.destroyForcibly();
            run.waitFor(20, TimeUnit.SECONDS);
        }
        final Invocation left = Invocation.of("replay", directory, "--verify");
        assertThat(left.code()).as(left.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(Invocation.of("train", directory, "status").out())
                .contains("hooks [trial=swap:0:3]", "hooks [watch=shadow:drift-aware:dynamic-logistic:adapt");
        order(directory, "undo"); // the hook that was taken away is there again
        assertThat(Invocation.of("train", directory, "status").out())
                .contains("hooks [trial=blend:softmax-adagrad:0.5");
        final Invocation more = Invocation.of("run", "--dir", directory, "--events", "500");
        assertThat(more.code()).as(more.err()).isEqualTo(Tagma.EXIT_OK);
        assertThat(Invocation.of("replay", directory, "--verify").after("state hash"))
                .isEqualTo(more.after("state hash"));
    }

    private static void order(final Path directory, final String... command) {
        final List<Object> words = new ArrayList<>(List.of("train", directory));
        words.addAll(List.of(command));
        final Invocation order = Invocation.of(words.toArray());
        assertThat(order.code()).as(order.err()).isEqualTo(Tagma.EXIT_OK);
    }
}
