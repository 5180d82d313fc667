package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several shards: events that concern two subjects are decided once, also when the process dies on their way. */
class ShardsTest {
    private static final Workload WORKLOAD = Workload.of(5, 900);

    private static final NanoClock NANOS = SystemNanoClock.INSTANCE;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"1,CALLER", "2,CALLER", "3,CALLER", "2,SHARED", "3,DEDICATED", "3,ELASTIC"})
    void everyEventIsDecidedOnceAndEveryShardReplays(final int shards, final Threading threading) {
        final Engine engine = Engine.launch(context(directory, shards).threading(threading));
        WORKLOAD.feed(engine);
        engine.close();

        assertThat(ids(Journals.allDecisions(directory, shards)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList());
        if (shards > 1) {
            assertThat(engine.shard(0).counters().referred.get()).isPositive();
        }
        final Engine replayed = Engine.launch(context(directory, shards));
        for (int shard = 0; shard < shards; shard++) {
            assertThat(replayed.shard(shard).stateHash())
                    .isEqualTo(engine.shard(shard).stateHash());
        }
        replayed.close();
        assertThat(replayed.stateHash()).isEqualTo(engine.stateHash());
    }

    /** Outcomes are taught where the event was decided. */
    @Test
    void outcomesFindTheirDecisionOnTheDecidersShard() {
        final Engine engine = Engine.launch(context(directory, 3));
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            Engines.stepUntilIdle(engine);
        }
        engine.close();

        assertThat(IntStream.range(0, 3)
                        .mapToLong(i -> engine.shard(i).counters().unmatched.get())
                        .sum())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void aCrashLosesNothingThatWasJournaled(final int steps) {
        final int shards = 3;
        final Path crashed = directory.resolve("crashed");
        final Engine engine = Engine.launch(context(directory.resolve("live"), shards));
        for (int i = 0; i < 200; i++) {
            WORKLOAD.offer(engine, i);
        }
        for (int i = 0; i < steps; i++) {
            engine.step();
        }
        CrashCopy.of(directory.resolve("live"), crashed);
        engine.close();

        final Engine recovered = Engine.launch(context(crashed, shards));
        Engines.stepUntilIdle(recovered);
        recovered.close();

        long events = 0;
        for (int shard = 0; shard < shards; shard++) {
            events += Journals.inputs(crashed, shard).stream()
                    .filter(template -> template == EventFrameDecoder.TEMPLATE_ID)
                    .count();
        }
        assertThat(events).isPositive();
        assertThat(ids(Journals.allDecisions(crashed, shards)))
                .doesNotHaveDuplicates()
                .hasSize((int) events);
        assertThat(Engines.replay(context(crashed, shards))).isEqualTo(recovered.stateHash());
    }

    @ParameterizedTest
    @ValueSource(ints = {130, 150, 170, 190, 200})
    void anEventThatFitsItsSlotIsDecidedEvenIfItsReferralWouldNotFit(final int textBytes) {
        final Event event = new Event();
        final Engine engine = Engine.launch(context(directory, 3));
        int accepted = 0;
        for (int i = 1; i <= 30; i++) {
            event.reset()
                    .correlationId(i)
                    .subject(Subjects.of(Workload.USER, i))
                    .peer(Subjects.of(Workload.SHOP, i))
                    .timeNs(i)
                    .intent(Team.SCORE)
                    .value(1f)
                    .value(2f)
                    .text("x".repeat(textBytes));
            accepted += engine.submit(event) == SubmitCode.ACCEPTED ? 1 : 0;
        }
        Engines.stepUntilIdle(engine);
        WORKLOAD.feed(engine, 0, 100); // whatever became of the long ones, the shards go on
        engine.close();

        final long plain = WORKLOAD.inputs().subList(0, 100).stream()
                .filter(input -> !input.outcome())
                .count();
        assertThat(Journals.allDecisions(directory, 3)).hasSize(accepted + (int) plain);
    }

    /** A shard that stops takes nothing with it: what waits for it is decided after the next launch. */
    @Test
    @Timeout(60)
    void eventsForAShardThatDiedAreDecidedAfterTheNextLaunch() {
        final Engine engine = Engine.launch(context(directory, 2).agent(mortal(true)));
        for (int i = 0; i < 200; i++) {
            WORKLOAD.offer(engine, i);
        }
        Engines.stepUntilIdle(engine);
        assertThat(engine.shard(1).failure()).isInstanceOf(OutOfMemoryError.class);
        assertThat(engine.shard(0).failure()).isNull();
        final long before = NANOS.nanoTime();
        engine.close();
        assertThat(NANOS.nanoTime() - before).isLessThan(5_000_000_000L);

        final Engine next = Engine.launch(context(directory, 2).agent(mortal(false)));
        Engines.stepUntilIdle(next);
        next.close();

        long events = 0;
        for (int shard = 0; shard < 2; shard++) {
            events += Journals.inputs(directory, shard).stream()
                    .filter(template -> template == EventFrameDecoder.TEMPLATE_ID)
                    .count();
        }
        assertThat(ids(Journals.allDecisions(directory, 2)))
                .doesNotHaveDuplicates()
                .hasSize((int) events);
    }

    private static AgentFactory mortal(final boolean dies) {
        return AgentFactory.of(AgentDescriptor.of("mortal", "score"), agent -> (task, ballot) -> {
            if (dies && agent.shard() == 1 && task.correlationId() > 20) {
                throw new OutOfMemoryError("simulated");
            }
            ballot.logOdds(0f);
        });
    }

    @Test
    void aStormOfMessagesBetweenShardsLosesNoEvent() {
        final int shards = 2;
        final Engine engine = Engine.launch(storm());
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            while (WORKLOAD.offer(engine, i) == SubmitCode.FULL) {
                engine.step();
            }
        }
        for (int i = 0; i < 100; i++) {
            engine.step();
        }
        assertThat(engine.shard(0).counters().lostMessages.get()).isPositive();
        final Path crashed = CrashCopy.of(directory, directory.resolveSibling(directory.getFileName() + "-crashed"));
        assertThat(engine.shard(0).failure()).isNull();
        assertThat(engine.shard(1).failure()).isNull();
        assertThat(ids(Journals.allDecisions(directory, shards)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList());
        engine.close();

        final Engine recovered = Engine.launch(storm().directory(crashed));
        for (int i = 0; i < 100; i++) {
            recovered.step();
        }
        assertThat(ids(Journals.allDecisions(crashed, shards)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList());
        recovered.close();
    }

    /** Every message is answered with four, of agents that do not know their measure for the first 20,000. */
    private EngineContext storm() {
        final EngineContext context = Team.bare(directory)
                .shards(2)
                .blockTimeoutNs(0)
                .ringCapacity(256)
                .agent(AgentFactory.of(AgentDescriptor.of("chatter", "score", "route"), Chatter::new));
        context.limits().maxBatch(8);
        return context;
    }

    private static final class Chatter implements Agent {
        private final AgentContext context;
        private final UnsafeBuffer text = new UnsafeBuffer(new byte[16]);
        private final float[] shouts;

        Chatter(final AgentContext context) {
            this.context = context;
            this.shouts = context.memory(1);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
            shout();
        }

        @Override
        public void onMessage(final AgentMessage message) {
            shout();
        }

        private void shout() {
            for (int i = 0; i < 4 && shouts[0] < 20_000; i++) {
                shouts[0]++;
                context.send(1 - context.shard(), 0, 1, text, 0, 16);
            }
        }
    }

    private static List<Long> ids(final List<Journals.Decided> decisions) {
        return decisions.stream().map(Journals.Decided::correlationId).toList();
    }

    private static EngineContext context(final Path path, final int shards) {
        final EngineContext context = Team.context(path)
                .shards(shards)
                .overflowPolicy(OverflowPolicy.REJECT)
                .ringCapacity(4096);
        context.limits().maxBatch(16);
        return context;
    }
}
