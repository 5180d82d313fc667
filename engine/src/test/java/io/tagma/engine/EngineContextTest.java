package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Team;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that cannot work are refused before anything is made, by a message that names setting, value and way out. */
class EngineContextTest {
    @TempDir
    Path directory;

    static Stream<Arguments> badSettings() {
        return Stream.of(
                bad("tagma.ringCapacity", "1000", "power of two", c -> c.ringCapacity(1000)),
                bad("tagma.ringCapacity", "0", "power of two", c -> c.ringCapacity(0)),
                bad("tagma.shards", "0", "1 to 64", c -> c.shards(0)),
                bad("tagma.shards", "65", "1 to 64", c -> c.shards(65)),
                bad("tagma.slotLength", "100", "multiple of 64", c -> c.slotLength(100)),
                bad("tagma.slotLength", "64", "128", c -> c.slotLength(64)),
                bad("tagma.decisionRingCapacity", "3", "power of two", c -> c.decisionRingCapacity(3)),
                bad("tagma.maxBatch", "0", "1 to 2048", c -> c.limits().maxBatch(0)),
                bad("tagma.maxBatch", "4096", "1 to 2048", c -> c.limits().maxBatch(4096)),
                bad(
                        "tagma.pendingCapacity",
                        "77",
                        "power of two",
                        c -> c.limits().pendingCapacity(77)),
                bad(
                        "tagma.mailboxCapacity",
                        "77",
                        "power of two",
                        c -> c.limits().mailboxCapacity(77)),
                bad("tagma.profileDimension", "0", "1 to", c -> c.limits().profileDimension(0)),
                bad("tagma.maxFeatures", "65", "1 to 64", c -> c.limits().maxFeatures(65)),
                bad("tagma.learnInterval", "0", "1 to", c -> c.limits().learnInterval(0)),
                bad("tagma.hashInterval", "0", "1 to", c -> c.limits().hashInterval(0)),
                bad("tagma.timerCapacity", "0", "1 to", c -> c.limits().timerCapacity(0)),
                bad("tagma.maxTextBytes", "-1", "0 to", c -> c.limits().maxTextBytes(-1)),
                bad("tagma.maxRows", "0", "at least 1", c -> c.limits().maxRows(0)),
                bad("tagma.warmRows", "15", "at least 16", c -> c.limits().warmRows(15)),
                bad("tagma.reputationRate", "0.0", "above 0", c -> c.limits().reputationRate(0f)),
                bad("tagma.reputationRate", "NaN", "above 0", c -> c.limits().reputationRate(Float.NaN)),
                bad("tagma.blockTimeoutNs", "-1", "0 or more", c -> c.blockTimeoutNs(-1)),
                bad("tagma.auditDrainTimeoutNs", "-1", "0 or more", c -> c.auditDrainTimeoutNs(-1)),
                bad("tagma.reportIntervalNs", "0", "above 0", c -> c.reportIntervalNs(0)),
                bad(
                        "tagma.observersStepped",
                        "SHARED",
                        "CALLER",
                        c -> c.observersStepped(true).threading(Threading.SHARED)),
                bad("tagma.idleStrategy", "lazy", "yielding", c -> c.idleStrategy("lazy")),
                bad("tagma.kernel", "cuda9", "scalar", c -> c.kernel("cuda9")),
                bad("intent", "'score'", "unique", c -> c.intent(IntentSpec.auctioned("score", "x"))),
                bad("intent", "two", "one line", c -> c.intent(IntentSpec.auctioned("one\ntwo", "x"))),
                bad("agents", "'early'", "its own", c -> c.agent(Team.learner("early", 0.5f, false))),
                bad("tagma.property", "a=b", "'='", c -> c.property("a=b", "c")),
                bad("tagma.property", "note", "one line", c -> c.property("note", "two\nlines")),
                bad("tagma.subjectKind", "200", "1 to 127", c -> c.subjectKind(200, "card")),
                bad("tagma.subjectKind", "a,b=c", "letters", c -> c.subjectKind(3, "a,b=c")));
    }

    private static Arguments bad(
            final String setting, final String value, final String wayOut, final Consumer<EngineContext> change) {
        return Arguments.of(setting, value, wayOut, change);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badSettings")
    void isRefused(
            final String setting, final String value, final String wayOut, final Consumer<EngineContext> change) {
        final Path target = directory.resolve("engine");
        final EngineContext context = Team.context(target);

        assertThatThrownBy(() -> {
                    change.accept(context);
                    Engine.launch(context);
                })
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining(value)
                .hasMessageContaining(wayOut);
        assertThat(Files.exists(target)).isFalse();
    }

    @Test
    void needsADirectoryAndAnIntent() {
        assertThatThrownBy(() -> Engine.launch(new EngineContext()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("tagma.directory");
        assertThatThrownBy(() -> Engine.launch(new EngineContext().directory(directory)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("IntentSpec");
    }

    @Test
    void batchesThatNoExcerptCouldHoldAreRefusedAndTheDirectoryIsFreeAgain() {
        final EngineContext context = Team.context(directory).slotLength(8192);
        context.limits().maxBatch(2048);

        assertThatThrownBy(() -> Engine.launch(context))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("tagma.maxBatch");
        Engine.launch(Team.context(directory)).close();
    }

    @Test
    void aContextLaunchesOneEngine() {
        final EngineContext context = Team.context(directory);
        Engine.launch(context).close();

        assertThatThrownBy(() -> Engine.launch(context))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("new one");
    }

    @Test
    void aContextThatWasRefusedCanBeMended() {
        final EngineContext context = Team.context(directory).ringCapacity(1000);
        assertThatThrownBy(() -> Engine.launch(context)).isInstanceOf(EngineException.class);

        Engine.launch(context.ringCapacity(1024)).close();
    }

    @Test
    void thresholdsMustBeInOrder() {
        assertThatThrownBy(() -> IntentSpec.voted("x", "y", 0.6f, 0.3f)).hasMessageContaining("'x'");
        assertThatThrownBy(() -> IntentSpec.voted("x", "y", Float.NaN, 0.3f)).hasMessageContaining("0.3");
        final IntentSpec intent = IntentSpec.voted("x", "y", 0.3f, 0.6f);
        assertThat(intent.action(0.29f)).isEqualTo(IntentSpec.ALLOW);
        assertThat(intent.action(0.3f)).isEqualTo(IntentSpec.REVIEW);
        assertThat(intent.action(0.6f)).isEqualTo(IntentSpec.REFUSE);
    }
}
