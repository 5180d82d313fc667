package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.model.ModelHook;
import io.tagma.engine.training.TrainingOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hooks around the agents of an engine, beside a twin that never had one. */
@Timeout(60)
class HookedAgentsTest {
    private static final Workload WORKLOAD = Workload.of(51, 1200);
    private static final int PUT = 400;
    private static final int TAKEN = 800;
    private static final int END = 1200;

    @TempDir
    private Path directory;

    /** Scores by correlation id; NaN where nothing was decided. */
    private final float[] scores = new float[END + 1];

    private EngineContext context(final String name) {
        Arrays.fill(scores, Float.NaN);
        return Team.context(directory.resolve(name))
                .listener(decision -> scores[(int) decision.correlationId()] = decision.score());
    }

    private static void give(final Engine engine, final String... commands) {
        engine.training()
                .give(TrainingOrder.of("ada", "a test", List.of(commands)), () -> Engines.stepUntilIdle(engine));
    }

    private long twin(final float[] into) {
        final long hash = Engines.run(context("twin"), WORKLOAD, 0, END);
        System.arraycopy(scores, 0, into, 0, scores.length);
        return hash;
    }

    /** The last event among the first so many inputs. */
    private static int lastEvent(final int inputs) {
        return (int) WORKLOAD.inputs().subList(0, inputs).stream()
                .filter(input -> !input.outcome())
                .count();
    }

    private static int different(final float[] one, final float[] other, final int from, final int to) {
        int different = 0;
        for (int i = from; i < to; i++) {
            different += Float.compare(one[i], other[i]) == 0 ? 0 : 1;
        }
        return different;
    }

    /** Outcomes come in all the while: what is learnt from a decision that a hook changed is what would have been learnt without it. */
    @ParameterizedTest
    @CsvSource({
        "early, scale:1:-2.5, true",
        "late, transform:0:1:3, true",
        "odd, mask:1, true",
        "early, swap:1:3, true",
        "odd, replace:gaussian-naive-bayes, true",
        "late, blend:softmax-adagrad:0.5, true",
        "early, shadow:drift-aware:softmax-adagrad:reset, false",
        "apprentice, swap:1:3, false",
    })
    void aHookThatIsTakenAwayLeavesNothingBehind(final String agent, final String hook, final boolean changes) {
        final float[] without = new float[END + 1];
        final long hash = twin(without);
        final Engine engine = Engine.launch(context("hooked"));
        final long hooked;
        try (engine) {
            WORKLOAD.feed(engine, 0, PUT);
            final long before = engine.stateHash();
            give(engine, "hook " + agent + " trial " + hook);
            hooked = engine.stateHash();
            assertThat(hooked).isNotEqualTo(before);
            WORKLOAD.feed(engine, PUT, TAKEN);
            give(engine, "unhook " + agent + " trial");
            WORKLOAD.feed(engine, TAKEN, END);
        }

        final int changed = different(scores, without, lastEvent(PUT) + 1, lastEvent(TAKEN) + 1);
        assertThat(changed > 20).as("%d decisions changed", changed).isEqualTo(changes);
        assertThat(different(scores, without, 1, lastEvent(PUT) + 1)).isZero();
        assertThat(different(scores, without, lastEvent(TAKEN) + 1, scores.length))
                .isZero();
        assertThat(engine.stateHash()).as("as if there never had been one").isEqualTo(hash);
        assertThat(Engines.replay(context("hooked"))).isEqualTo(hash);
    }

    @Test
    void hooksOfOnesOwnAreReplayedByTheirName() {
        final HookTypes types = HookTypes.builtIn()
                .with("negate:INDEX", p -> new ModelHook.Transform(Integer.parseInt(p.getFirst()), -1f, 0f));
        final Engine engine = Engine.launch(context("own").hooks(types));
        try (engine) {
            WORKLOAD.feed(engine, 0, PUT);
            give(engine, "hook early trial negate:1");
            WORKLOAD.feed(engine, PUT, TAKEN);
            assertThat(engine.training().getStatus().get(1)).contains("hooks [trial=negate:1]");
        }

        assertThat(Engines.replay(context("own").hooks(types))).isEqualTo(engine.stateHash());
        // without it the order is refused there, and the replay says that it differs
        final Throwable differs = org.assertj.core.api.Assertions.catchThrowable(() -> Engines.replay(context("own")));
        assertThat(differs).isInstanceOf(EngineException.class);
    }

    @Test
    void aLaunchGoesOnFromASnapshotWithHooksAndWithThoseThatAnUndoBringsBack() {
        final Engine engine = Engine.launch(context("snapshot"));
        try (engine) {
            WORKLOAD.feed(engine, 0, 200);
            give(engine, "hook early a blend:softmax-adagrad:0.5");
            WORKLOAD.feed(engine, 200, PUT);
            give(engine, "hook odd b shadow:gaussian-naive-bayes");
            give(engine, "unhook early a");
            WORKLOAD.feed(engine, PUT, TAKEN);
        }
        final Engine again = Engine.launch(context("snapshot"));
        try (again) {
            assertThat(again.shard(0).recoveredFrom()).startsWith("snapshot");
            assertThat(again.stateHash()).isEqualTo(engine.stateHash());
            assertThat(again.training().status(0)).isEqualTo(engine.training().status(0));
            give(again, "undo");
            assertThat(again.training().status(0).models().getFirst().hooks())
                    .first()
                    .asString()
                    .matches("a=blend:softmax-adagrad:0.5 right in \\d+ of \\d\\d+");
            WORKLOAD.feed(again, TAKEN, END);
        }
        assertThat(Engines.replay(context("snapshot"))).isEqualTo(again.stateHash());
    }

    @Test
    void aModelThatAHookBringsIsCounted() {
        try (Engine engine = Engine.launch(context("counted"))) {
            give(engine, "hook early watched shadow:softmax-adagrad");
            WORKLOAD.feed(engine, 0, END);

            assertThat(engine.training().status(0).models().getFirst().hooks())
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("watched=shadow:softmax-adagrad right in \\d\\d+ of \\d\\d+");
        }
    }

    /** Answers by a feature, counts its calls in its memory, and writes itself a letter about each. */
    private static final class Counting implements Agent {
        private final AgentContext context;
        private final float[] memory;
        private final UnsafeBuffer letter = new UnsafeBuffer(new byte[4]);

        Counting(final AgentContext context) {
            this.context = context;
            this.memory = context.memory(3);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            memory[0] += 1f;
            memory[1] += task.features()[1];
            context.send(0, context.agentId(), 1, letter, 0, 4);
            ballot.logOdds(task.features()[1] - 0.5f);
        }

        @Override
        public void onMessage(final AgentMessage message) {
            memory[2] += 1f;
        }
    }

    @Test
    void anAgentThatIsAskedTwiceWritesAndSendsOnce() {
        final AgentFactory counting = AgentFactory.of(AgentDescriptor.of("counting", "score"), Counting::new);
        final long hash = Engines.run(
                Team.bare(directory.resolve("twin")).agent(counting).agent(Team.learner("early", 0.5f, false)),
                WORKLOAD,
                0,
                END);
        final Engine engine = Engine.launch(
                Team.bare(directory.resolve("hooked")).agent(counting).agent(Team.learner("early", 0.5f, false)));
        try (engine) {
            WORKLOAD.feed(engine, 0, PUT);
            give(engine, "hook counting trial scale:1:9");
            WORKLOAD.feed(engine, PUT, TAKEN);
            give(engine, "unhook counting trial");
            WORKLOAD.feed(engine, TAKEN, END);
        }
        assertThat(engine.stateHash()).isEqualTo(hash);
    }
}
