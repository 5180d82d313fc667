package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.RowRestore;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.RowVersion;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.ProfileRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behaviour variables of rows go to neutral by tenths, as journaled inputs, at rest and while events come; what is none is refused. */
@Timeout(60)
class RowCorrectionsTest {
    private static final Workload WORKLOAD = Workload.of(33, 1200);
    private static final String USER = "user:7";
    private static final long SUBJECT = Subjects.of(Workload.USER, 7);
    private static final int HASTE = 3;
    private static final int CALM = 4;
    private static final int TRUST = 5;

    @TempDir
    private Path directory;

    @TempDir
    private Path scratch;

    /** Each visit makes a user hastier, up to 2 above a neutral 1, and less calm. */
    private static final class Moods implements ProfileRule {
        private static final List<BehaviourVariable> DECLARED =
                List.of(new BehaviourVariable("haste", HASTE, 1f, 2f), new BehaviourVariable("calm", CALM, 0f, 1f));

        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            features[offset] = row.get(HASTE);
            return 1;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(0, row.get(0) + 1f);
            row.set(HASTE, Math.min(3f, Math.max(1f, row.get(HASTE)) + 0.5f));
            row.set(CALM, Math.max(-1f, row.get(CALM) - 0.25f));
        }

        @Override
        public List<BehaviourVariable> behaviours(final int kind) {
            return kind == Workload.USER ? DECLARED : List.of();
        }
    }

    /** Each visit makes a shop more trusted. */
    private static final class Trust implements ProfileRule {
        private static final List<BehaviourVariable> DECLARED = List.of(new BehaviourVariable("trust", TRUST, 0f, 10f));

        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            features[offset] = row.get(TRUST);
            return 1;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(TRUST, row.get(TRUST) + 1f);
        }

        @Override
        public List<BehaviourVariable> behaviours(final int kind) {
            return kind == Workload.SHOP ? DECLARED : List.of();
        }
    }

    private EngineContext context() {
        return Team.context(directory).subjectRule(Moods::new).peerRule(Trust::new);
    }

    private static long[] neutralise(final Engine engine, final String subject, final String... names) {
        return engine.corrections()
                .neutralise(subject, List.of(names), 0, "ada", "asked to", () -> Engines.stepUntilIdle(engine));
    }

    private List<RowVersion> versions() {
        return versions(SUBJECT);
    }

    private List<RowVersion> versions(final long subject) {
        final List<RowVersion> versions = new ArrayList<>();
        try (Replay replay = Replay.open(context(), scratch)) {
            replay.shard(0).history(subject, Long.MAX_VALUE, versions::add);
        }
        return versions;
    }

    @Test
    void aStepIsATenthOfTheWayIsJournaledWithWhoAndWhyAndReplayed() {
        final long hash;
        final long[] first;
        try (Engine engine = Engine.launch(context())) {
            WORKLOAD.feed(engine, 0, 800);
            final long before = engine.stateHash();
            first = neutralise(engine, USER, "haste", "calm");
            assertThat(engine.stateHash()).isNotEqualTo(before);
            assertThat(first[1]).isEqualTo(first[2] - 1);
            for (int i = 0; i < 9; i++) {
                neutralise(engine, USER, "calm");
            }
            hash = engine.stateHash();
        }
        assertThat(Engines.replay(context())).isEqualTo(hash);
        final List<RowVersion> versions = versions();
        final RowVersion last = versions.getLast();
        final List<RowVersion> corrected =
                versions.stream().filter(one -> !one.cause().isEmpty()).toList();
        assertThat(corrected).hasSize(10).extracting(RowVersion::cause).containsOnly("neutralised by ada (asked to)");
        final RowVersion untouched = versions.get(versions.size() - 11);
        final RowVersion then = corrected.getFirst();
        assertThat(then.sequence()).isEqualTo(first[2]);
        assertThat(then.updatedNs()).as("the row's time stays").isEqualTo(untouched.updatedNs());
        assertThat(then.floats()[HASTE]).isCloseTo(untouched.floats()[HASTE] - 0.2f, within(1e-6f));
        assertThat(then.floats()[CALM]).isCloseTo(untouched.floats()[CALM] + 0.1f, within(1e-6f));
        assertThat(last.floats()[CALM]).as("ten steps from -1").isZero();
    }

    @Test
    void whatIsNoneIsRefusedAndNothingIsChanged() {
        try (Engine engine = Engine.launch(context())) {
            WORKLOAD.feed(engine, 0, 400);
            final long before = engine.stateHash();
            final long inputs = engine.shard(0).sequence();
            assertThatThrownBy(() -> neutralise(engine, USER, "haste", "joy"))
                    .hasMessage("no variable [joy] of user:7 to neutralise; there are: haste, calm");
            assertThatThrownBy(() -> neutralise(engine, "shop:1", "haste"))
                    .hasMessage("no variable [haste] of shop:1 to neutralise; there are: trust");
            assertThat(engine.shard(0).sequence()).as("nothing was journaled").isEqualTo(inputs);
            assertThatThrownBy(() -> neutralise(engine, "user:4711", "haste"))
                    .hasMessage("nothing was changed: there is no row of user:4711 on shard 0");
            final long ignored = engine.shard(0).counters().ignored.get();
            // straight into the ring: one of the two places is declared, the other is not, so neither is touched
            assertThat(engine.submit(new RowRestore().subject(SUBJECT).neutralise(HASTE, 0)))
                    .isEqualTo(SubmitCode.ACCEPTED);
            Engines.stepUntilIdle(engine);
            assertThat(engine.shard(0).counters().ignored.get()).isEqualTo(ignored + 1);
            assertThat(engine.stateHash()).isEqualTo(before);
        }
    }

    @Test
    void whatIsNeutralAlreadyIsToldFromARowThatIsNot() {
        try (Engine engine = Engine.launch(context())) {
            WORKLOAD.feed(engine, 0, 800); // which leaves both as pronounced as they get: ten steps from neutral
            for (int i = 0; i < 10; i++) {
                neutralise(engine, USER, "calm");
            }
            final long before = engine.stateHash();
            assertThatThrownBy(() -> neutralise(engine, USER, "calm"))
                    .hasMessage("nothing was changed: 'calm' of user:7 is neutral already");
            assertThat(engine.stateHash()).isEqualTo(before);
            neutralise(engine, USER, "haste", "calm"); // one of the two is left
            for (int i = 0; i < 9; i++) {
                neutralise(engine, USER, "haste");
            }
            assertThatThrownBy(() -> neutralise(engine, USER, "calm", "haste"))
                    .hasMessage("nothing was changed: 'calm', 'haste' of user:7 are neutral already");
        }
    }

    @Test
    void aSecondSubjectsVariablesAreThoseOfItsOwnRule() {
        try (Engine engine = Engine.launch(context())) {
            WORKLOAD.feed(engine, 0, 400);
            neutralise(engine, "shop:3", "trust");
        }
        final List<RowVersion> versions = versions(Subjects.of(Workload.SHOP, 3));
        final float before = versions.get(versions.size() - 2).floats()[TRUST];
        assertThat(before).isGreaterThan(2f);
        assertThat(versions.getLast().floats()[TRUST]).isCloseTo(before - 1f, within(1e-5f));
    }

    @Test
    void aReasonLongerThanASlotIsKeptWhole() {
        final String why = "because ".repeat(100).strip();
        try (Engine engine = Engine.launch(context())) {
            WORKLOAD.feed(engine, 0, 400);
            engine.corrections().neutralise(USER, List.of("haste"), 0, "ada", why, () -> Engines.stepUntilIdle(engine));
            assertThatThrownBy(() -> engine.corrections()
                            .neutralise(USER, List.of("haste"), 0, "ada", "x".repeat(3000), () -> {}))
                    .hasMessageContaining("3006 bytes, 2048 at most");
        }
        assertThat(versions().getLast().cause()).isEqualTo("neutralised by ada (" + why + ")");
    }

    @Test
    void aLiveEngineTakesItBetweenItsEventsAndReplaysToTheSameState() {
        final Engine engine = Engine.launch(context().threading(Threading.DEDICATED));
        try {
            WORKLOAD.feed(engine, 0, 400);
            for (int i = 4; i < 14; i++) {
                WORKLOAD.feed(engine, 100 * i, 100 * i + 100);
                final long[] done = engine.corrections().neutralise(USER, List.of("haste"), 0, "ada", "asked to");
                assertThat(done[2]).isPositive();
            }
        } finally {
            engine.close();
        }
        assertThat(Engines.replay(context())).isEqualTo(engine.stateHash());
        assertThat(versions()).filteredOn(one -> !one.cause().isEmpty()).hasSize(10);
    }
}
