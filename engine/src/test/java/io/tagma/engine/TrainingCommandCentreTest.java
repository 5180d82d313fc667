package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.training.AutomatedTrainer;
import io.tagma.engine.training.TrainingCommand;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.engine.training.TrainingRecord;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders to the models change what is learnt, are journaled, whole, and can be taken back to the same state hash. */
@Timeout(60)
class TrainingCommandCentreTest {
    private static final Workload WORKLOAD = Workload.of(33, 1200);

    @TempDir
    private Path directory;

    private static TrainingRecord give(final Engine engine, final String... commands) {
        return engine.training()
                .give(TrainingOrder.of("ada", "a test", List.of(commands)), () -> Engines.stepUntilIdle(engine));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pause",
                "freeze early",
                "tune late rate 0.25",
                "promote odd",
                "inject early 2 0.5,-1.25,3.0e-7",
                "publish early 1,2,3,4,5,6",
                "hook early trial scale:1:2.5",
                "hook odd trial blend:softmax-adagrad:0.5",
                "hook apprentice trial shadow:drift-aware:softmax-adagrad:reset",
                "unhook late there",
            })
    void undoGivesTheStateHashThatWasThereBefore(final String command) {
        try (Engine engine = Engine.launch(Team.context(directory))) {
            WORKLOAD.feed(engine, 0, 800);
            give(engine, "promote early"); // so that something lies beneath
            give(engine, "hook late there shadow:gaussian-naive-bayes");
            WORKLOAD.feed(engine, 800, 900);
            final long before = engine.stateHash();
            final TrainingRecord done = give(engine, command);
            final long changed = engine.stateHash();
            assertThat(changed).isNotEqualTo(before);
            assertThat(done.who()).isEqualTo("ada");
            assertThat(done.why()).isEqualTo("a test");
            assertThat(done.timeNs()).isPositive();
            give(engine, "undo");
            assertThat(engine.stateHash()).isEqualTo(before);
            give(engine, "redo");
            assertThat(engine.stateHash()).isEqualTo(changed);
        }
    }

    @Test
    void aPausedTeamLearnsNothingAndAStepLetsItLearnFromSoMany() {
        try (Engine engine = Engine.launch(Team.context(directory))) {
            WORKLOAD.feed(engine, 0, 400);
            give(engine, "pause");
            WORKLOAD.feed(engine, 400, 800);
            final long untaught = engine.shard(0).counters().untaught.get();
            final long outcomes = engine.shard(0).counters().outcomes.get();
            assertThat(untaught).isPositive();
            give(engine, "step 3");
            WORKLOAD.feed(engine, 800, 1000);
            final long met = engine.shard(0).counters().outcomes.get() - outcomes;
            assertThat(engine.shard(0).counters().untaught.get() - untaught).isEqualTo(met - 3);
            assertThat(engine.training().getStatus().getFirst()).startsWith("paused, 0 steps left");
        }
    }

    @Test
    void aFrozenModelStandsStillWhileTheOthersLearnAndARollbackBringsItBack() {
        try (Engine engine = Engine.launch(Team.context(directory))) {
            WORKLOAD.feed(engine, 0, 400);
            give(engine, "promote early");
            final long promoted = engine.stateHash();
            give(engine, "rollback early");
            assertThat(engine.stateHash()).as("it is that version").isEqualTo(promoted);
            give(
                    engine,
                    "freeze early",
                    "freeze late",
                    "freeze odd",
                    "freeze apprentice",
                    "freeze north",
                    "freeze south");
            give(engine, "start");
            give(engine, "rollback early 1");
            assertThat(engine.stateHash()).as("nothing was learnt between").isEqualTo(promoted);
        }
    }

    @Test
    void anOrderIsCarriedOutWholeOrNotAtAll() {
        try (Engine engine = Engine.launch(Team.context(directory))) {
            WORKLOAD.feed(engine, 0, 200);
            final long before = engine.stateHash();
            assertThatThrownBy(() -> give(engine, "pause", "freeze early", "freeze nobody"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no model 'nobody'; there are: early, late, odd");
            assertThatThrownBy(() -> give(engine, "promote early", "inject early 5 1,2"))
                    .hasMessageContaining("has 6 floats: 2 from 5 do not fit");
            assertThatThrownBy(() -> give(engine, "undo")).hasMessageContaining("nothing to undo");
            assertThatThrownBy(() -> give(engine, "hook early a mask:0", "hook early a mask:1"))
                    .hasMessageContaining("distinct: 'a'");
            assertThatThrownBy(() -> give(engine, "hook early a mask:0", "hook late b explode:3"))
                    .hasMessageContaining("no hook 'explode'; there are: blend:TYPE:SHARE | mask:INDEX");
            assertThatThrownBy(() -> give(engine, "hook early a swap:0:8"))
                    .hasMessageContaining("there is no input 8: 0 to 7 are");
            assertThatThrownBy(() -> give(engine, "hook early a shadow:oracle"))
                    .hasMessageContaining("no model type 'oracle'");
            assertThatThrownBy(() -> give(engine, "unhook early a")).hasMessageContaining("no hook 'a'; there are []");
            assertThat(engine.stateHash()).isEqualTo(before);
            assertThat(engine.training().getHistory())
                    .hasSize(8)
                    .allSatisfy(line -> assertThat(line).contains("REFUSED"));
        }
    }

    /** Orders between events, from a seed, on two shards: replay and snapshot come to the state that the engine closed with. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatWasOrderedIsReplayedAndIsInSnapshots(final long seed) {
        final String[] commands = {
            "pause",
            "resume",
            "freeze late",
            "thaw late",
            "tune early rate 0.5",
            "tune odd rate 3",
            "promote early",
            "promote odd",
            "rollback early",
            "inject late 1 0.25,0.5",
            "undo",
            "undo",
            "redo",
            "step 2",
            "start",
            "hook early a transform:1:0.5:0.25",
            "hook early b blend:dynamic-logistic:0.5",
            "hook odd a shadow:softmax-adagrad",
            "unhook early b",
            "unhook odd a",
            "undo"
        };
        final SplittableRandom random = new SplittableRandom(seed);
        final EngineContext context = Team.context(directory).shards(2).slotLength(256);
        final Engine engine = Engine.launch(context);
        long number = 0;
        try (engine) {
            for (int at = 0; at < 1200; at += 40) {
                WORKLOAD.feed(engine, at, at + 40);
                try {
                    give(engine, commands[random.nextInt(commands.length)]);
                } catch (final IllegalArgumentException refused) {
                    assertThat(refused).hasMessageNotContaining("Exception");
                }
                number++;
            }
            assertThat(engine.training().status(1).lastNumber()).isEqualTo(number);
        }
        final Engine again = Engine.launch(Team.context(directory).shards(2));
        try (again) {
            assertThat(again.stateHash()).isEqualTo(engine.stateHash());
            assertThat(again.training().status(1)).isEqualTo(engine.training().status(1));
            again.training().give(TrainingOrder.of("ada", "after a restart", List.of("pause")), again::step);
        }
        assertThat(Engines.replay(Team.context(directory).shards(2))).isEqualTo(again.stateHash());
    }

    @Test
    void aLongOrderTakesManySlotsAndARunningEngineTakesItFromAnyThread() throws Exception {
        try (Engine engine = Engine.launch(
                Team.context(directory).threading(Threading.DEDICATED).slotLength(128))) {
            final String reason = "because ".repeat(60).strip();
            final TrainingRecord record =
                    engine.training().give(TrainingOrder.of("ada", reason, List.of("publish early 1,2,3,4,5,6e-3")));
            assertThat(record.done()).isTrue();
            assertThat(record.why()).isEqualTo(reason);
            assertThat(engine.training().getStatus().get(1)).contains("early", "version 1", "kept [1]");
        }
    }

    /** The weights are in the journal, so a replay needs neither the trainer nor its examples. */
    @Test
    void aTrainersVersionsAreJournaledAndReplayed() throws InterruptedException {
        final Engine engine = Engine.launch(Team.context(directory));
        try (engine;
                AutomatedTrainer trainer = new AutomatedTrainer(
                        5,
                        64,
                        2,
                        2,
                        256,
                        Thread.ofPlatform().daemon().factory(),
                        weights -> engine.training()
                                .give(
                                        new TrainingOrder(
                                                "trainer",
                                                "every 2 batches",
                                                List.of(TrainingCommand.publish("early", weights))),
                                        () -> Engines.stepUntilIdle(engine)))) {
            final SplittableRandom random = new SplittableRandom(9);
            for (int i = 0; i < 640; i++) {
                final float x = random.nextInt(2) * 2 - 1f;
                trainer.offer(new float[] {x, 0, 0, 0, 0}, 0, x > 0 ? 1 : 0);
                trainer.doWork();
                if (i % 2 == 0) {
                    WORKLOAD.feed(engine, i / 2, i / 2 + 1);
                }
            }
            assertThat(trainer.published()).isEqualTo(5);
            assertThat(engine.training().getStatus().get(1)).contains("version 5", "kept [2, 3, 4, 5]");
        }
        assertThat(Engines.replay(Team.context(directory))).isEqualTo(engine.stateHash());
    }
}
