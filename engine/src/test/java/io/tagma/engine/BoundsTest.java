package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.ProfileRow;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can be full or too long: a counted outcome, after which the engine goes on. */
class BoundsTest {
    private static final Workload WORKLOAD = Workload.of(13, 400);

    @TempDir
    Path directory;

    @Test
    void aFullStoreIsADecisionAndTheRowsThereAreGoOn() {
        final EngineContext context = Team.context(directory);
        context.limits().maxRows(20);
        final Engine engine = Engine.launch(context);
        WORKLOAD.feed(engine);
        engine.close();

        final var decisions = Journals.decisions(directory, 0);
        final long refused = decisions.stream()
                .filter(decision -> decision.status() == Decision.STORE_FULL)
                .count();
        assertThat(decisions).hasSize(WORKLOAD.events());
        assertThat(refused).isPositive().isLessThan(WORKLOAD.events());
        assertThat(engine.shard(0).counters().storeFull.get()).isEqualTo(refused);
        assertThat(engine.shard(0).counters().unmatched.get()).isPositive();

        final EngineContext again = Team.context(directory);
        again.limits().maxRows(20);
        assertThat(Engines.replay(again)).isEqualTo(engine.stateHash());
    }

    @Test
    void whatIsTooLongOrNotANumberIsRefusedWithACodeAndCounted() {
        final Engine engine = Engine.launch(Team.context(directory).slotLength(128));
        try (engine) {
            final Event event = new Event();
            assertThat(engine.submit(good(event).text("x".repeat(100)))).isEqualTo(SubmitCode.TOO_LONG);
            assertThat(engine.submit(good(event).text("x".repeat(5000)))).isEqualTo(SubmitCode.TOO_LONG);
            assertThat(engine.submit(good(event).value(Float.NaN))).isEqualTo(SubmitCode.NOT_FINITE);
            assertThat(engine.submit(good(event).intent(7))).isEqualTo(SubmitCode.UNKNOWN_INTENT);
            assertThat(engine.submit(good(event).intent(Event.UNCLASSIFIED).text("hello")))
                    .isEqualTo(SubmitCode.UNKNOWN_INTENT);
            assertThat(engine.submit(good(event).subject(0))).isEqualTo(SubmitCode.INVALID);
            assertThat(engine.submit(good(event).frameClass(64))).isEqualTo(SubmitCode.INVALID);
            assertThat(engine.rejected()).isEqualTo(7);
            assertThat(engine.submit(good(event))).isEqualTo(SubmitCode.ACCEPTED);
            Engines.stepUntilIdle(engine);
            assertThat(engine.shard(0).counters().decisions.get()).isEqualTo(1);
        }
    }

    private static Event good(final Event event) {
        return event.reset()
                .correlationId(1)
                .subject(Subjects.of(Workload.USER, 1))
                .timeNs(1)
                .intent(Team.SCORE)
                .value(1f)
                .value(2f);
    }

    @Test
    void aFullRingRejects() {
        final Engine engine = Engine.launch(ring(OverflowPolicy.REJECT));
        try (engine) {
            fill(engine, 16);
            assertThat(WORKLOAD.offer(engine, 16)).isEqualTo(SubmitCode.FULL);
            assertThat(engine.rejected()).isEqualTo(1);
            assertThat(engine.shard(0).ingress().counters().rejected()).isEqualTo(1);
            engine.step();
            assertThat(WORKLOAD.offer(engine, 16)).isEqualTo(SubmitCode.ACCEPTED);
        }
    }

    @Test
    void aFullRingBlocksUntilTheTimeout() {
        final AtomicLong clock = new AtomicLong();
        final CountDownLatch gate = new CountDownLatch(1);
        final Engine engine = Engine.launch(ring(OverflowPolicy.BLOCK)
                .threading(Threading.DEDICATED)
                .listener(decision -> await(gate))
                .blockTimeoutNs(1_000_000)
                .nanoClock(() -> clock.addAndGet(1000)));
        int accepted = 0;
        int code = WORKLOAD.offer(engine, 0);
        while (code == SubmitCode.ACCEPTED) {
            accepted++;
            code = WORKLOAD.offer(engine, accepted);
        }
        assertThat(code).isEqualTo(SubmitCode.TIMED_OUT);
        assertThat(accepted).isBetween(16, 32);
        assertThat(clock.get()).isGreaterThan(1_000_000);
        assertThat(engine.shard(0).ingress().counters().timedOut()).isEqualTo(1);
        gate.countDown();
        engine.close();

        assertThat(Journals.inputs(directory, 0)).hasSize(accepted);
    }

    @Test
    void aCallerWhoStepsIsNotMadeToWaitForHimself() {
        final Engine engine = Engine.launch(ring(OverflowPolicy.BLOCK));
        try (engine) {
            fill(engine, 16);
            assertThat(WORKLOAD.offer(engine, 16)).isEqualTo(SubmitCode.FULL);
        }
    }

    @Test
    void aFullRingShedsWhatMayBeDropped() {
        final AtomicLong clock = new AtomicLong();
        final Engine engine = Engine.launch(ring(OverflowPolicy.DROP_OLDEST)
                .blockTimeoutNs(1_000_000)
                .droppableClasses(1L << 5)
                .nanoClock(() -> clock.addAndGet(1000)));
        final Event event = new Event();
        for (int i = 1; i <= 16; i++) {
            assertThat(engine.submit(good(event).correlationId(i).frameClass(i % 2 == 0 ? 5 : 0)))
                    .isEqualTo(SubmitCode.ACCEPTED);
        }
        assertThat(engine.submit(good(event).correlationId(17))).isEqualTo(SubmitCode.TIMED_OUT);
        Engines.stepUntilIdle(engine);
        assertThat(engine.submit(good(event).correlationId(18))).isEqualTo(SubmitCode.ACCEPTED);
        engine.close();

        final long dropped = engine.shard(0).ingress().counters().dropped();
        final Set<Long> decided = Journals.decisions(directory, 0).stream()
                .map(Journals.Decided::correlationId)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(dropped).isPositive();
        assertThat(decided).hasSize(17 - (int) dropped).contains(18L);
        assertThat(decided)
                .containsAll(LongStream.rangeClosed(1, 16)
                        .filter(i -> i % 2 == 1)
                        .boxed()
                        .toList());
    }

    private EngineContext ring(final OverflowPolicy policy) {
        final EngineContext context = Team.context(directory).ringCapacity(16).overflowPolicy(policy);
        context.limits().maxBatch(16);
        return context;
    }

    private static void fill(final Engine engine, final int count) {
        for (int i = 0; i < count; i++) {
            assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
        }
    }

    @Test
    void closingHandlesWhatWasAccepted() {
        final Engine engine = Engine.launch(ring(OverflowPolicy.REJECT).blockTimeoutNs(0));
        fill(engine, 16);
        engine.close();

        assertThat(Journals.inputs(directory, 0)).hasSize(16);
        assertThat(WORKLOAD.offer(engine, 17)).isEqualTo(SubmitCode.CLOSED);
        engine.close();
    }

    @Test
    void closingAThreadedEngineHandlesWhatWasAccepted() {
        final CountDownLatch gate = new CountDownLatch(1);
        final Engine engine = Engine.launch(Team.context(directory)
                .threading(Threading.DEDICATED)
                .blockTimeoutNs(0)
                .listener(decision -> await(gate)));
        for (int i = 0; i < 300; i++) {
            assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
        }
        final Thread closing = Thread.ofPlatform().start(engine::close);
        gate.countDown();
        join(closing);

        assertThat(Journals.inputs(directory, 0)).hasSize(300);
    }

    private static void await(final CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRuleThatContributesTooMuchIsCutAndSpoilsNobodysMemory() {
        final int[] learnt = new int[1];
        final EngineContext context = Team.bare(directory)
                .subjectRule(Verbose::new)
                .peerRule(Verbose::new)
                .agent(AgentFactory.of(AgentDescriptor.of("strict", "score", "route"), c -> new Agent() {
                    @Override
                    public void handle(final Task task, final Ballot ballot) {
                        ballot.logOdds((float) task.correlationId());
                    }

                    @Override
                    public void learn(final Feedback feedback) {
                        learnt[0]++;
                        assertThat(feedback.featureCount()).isEqualTo(8);
                        final float first = feedback.features()[feedback.offset()];
                        for (int i = 0; i < feedback.featureCount(); i++) {
                            assertThat(feedback.features()[feedback.offset() + i])
                                    .isEqualTo(first);
                        }
                    }
                }));
        final Engine engine = Engine.launch(context);
        WORKLOAD.feed(engine);
        engine.close();

        assertThat(learnt[0]).isPositive();
        assertThat(engine.shard(0).counters().faults.get()).isZero();
    }

    /** Writes as many features as there is room for, more than were agreed. */
    private static final class Verbose implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            Arrays.fill(features, offset, features.length, (float) task.correlationId());
            return features.length - offset;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            row.set(0, 1f);
        }
    }
}
