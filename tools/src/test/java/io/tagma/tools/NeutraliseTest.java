package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.Engine;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma profile --neutralise}: at rest, on an engine that runs, undone, replayed, refused. */
class NeutraliseTest {
    private static final String CARD = "card:1";
    private static final String LARGEST = "largest ordinary";
    private static final String COUNT = "count (1 d)";

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void run() {
        directory = temporary.resolve("d");
        ok("run", "--input", Payments.write(temporary.resolve("payments.csv"), 2_000), "--dir", directory);
    }

    private static Invocation ok(final Object... arguments) {
        final Invocation invocation = Invocation.of(arguments);
        assertThat(invocation.code()).as(invocation.err() + invocation.out()).isEqualTo(Tagma.EXIT_OK);
        return invocation;
    }

    private float value(final String name) {
        return Float.parseFloat(ok("profile", directory, CARD).after(name).split(" ", 2)[0]);
    }

    @Test
    void aStepAtRestIsJournaledShownReplayedAndUndone() {
        final float before = value(LARGEST);
        final float amount = value("amount (1 d)");
        final Invocation step = ok(
                "profile",
                directory,
                CARD,
                "--neutralise",
                LARGEST + "," + COUNT,
                "--who",
                "ada",
                "--why",
                "the card was stolen, and is not any more");
        assertThat(value(LARGEST)).isCloseTo(before < 50f ? 0f : before - 25f, within(1e-3f));
        assertThat(value("amount (1 d)")).as("others stay").isEqualTo(amount);
        assertThat(step.out()).contains("card:1: largest ordinary", "neutralised by ada (the card was stolen");
        assertThat(ok("profile", directory, CARD, "--history", "--limit", "1").out())
                .contains("neutralised by ada (the card was stolen, and is not any more): ");
        ok("replay", directory, "--verify");
        final String undo = step.out().lines().toList().getLast();
        assertThat(undo).startsWith("to undo: tagma rollback ");
        ok("rollback", directory, CARD, "--to", undo.substring(undo.lastIndexOf(' ') + 1));
        assertThat(value(LARGEST)).isEqualTo(before);
        ok("replay", directory, "--verify");
    }

    @Test
    void aLiveEngineTakesIt() {
        final float before = value(LARGEST);
        final EngineDirectory source = EngineDirectory.open(directory);
        final Engine engine = Engine.launch(new Scenarios()
                .of(source)
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(directory));
        try (engine) {
            final Invocation step = ok("profile", directory, CARD, "--neutralise", LARGEST, "--who", "ada");
            assertThat(step.out())
                    .contains("to undo, once the engine rests (the whole row goes back, with what came since): tagma"
                            + " rollback ");
            assertThat(value(LARGEST)).isCloseTo(before < 50f ? 0f : before - 25f, within(1e-3f));
        }
        assertThat(ok("replay", directory, "--verify").out()).contains("all equal");
    }

    @Test
    void whatDoesNotExistOrIsNeutralIsRefused() {
        final float before = value(LARGEST);
        final Invocation unknown = Invocation.of("profile", directory, CARD, "--neutralise", LARGEST + ",temper");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err())
                .contains("refused, nothing was changed: no behaviour variable 'temper' of card:1; there are: count (1"
                        + " d),");
        assertThat(value(LARGEST)).isEqualTo(before);
        while (value(COUNT) > 0) {
            ok("profile", directory, CARD, "--neutralise", COUNT);
        }
        assertThat(Invocation.of("profile", directory, CARD, "--neutralise", COUNT)
                        .err())
                .contains("'count (1 d)' of card:1 is neutral already");
        assertThat(Invocation.of("profile", directory, "card:4711", "--neutralise", LARGEST)
                        .err())
                .contains("no row for card:4711");
    }
}
