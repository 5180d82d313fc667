package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tagma.engine.council.NoisyOrVote;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.ShardView;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.HotTier;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A shard that fails is built anew from its journal: nothing that was taken is lost, told twice, or decided otherwise. */
@Timeout(120)
class ShardRestartTest {
    private static final Workload WORKLOAD = Workload.of(61, 600);

    @TempDir
    static Path still;

    private static long calm;

    @TempDir
    Path directory;

    private final List<Long> heard = new ArrayList<>();

    /** Whose thread is the shard's, where the caller steps; observers read the clock too. */
    private final Thread tester = Thread.currentThread();

    /** The run in which nothing fails. */
    @BeforeAll
    static void runCalmly() {
        calm = Engines.run(Team.context(still), WORKLOAD);
    }

    /** In the midst of a batch that is journaled: what is left in memory is good for nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureInTheMidstOfABatchCostsNothing(final boolean staged) {
        final Stumbling rule = new Stumbling(200);
        final Engine engine = Engine.launch(context().voteRule(rule));
        feed(engine, staged);
        assertThat(rule.stumbled()).isTrue();
        assertRestarted(engine, 1, "stumbled");
        assertSameAsCalm(engine);
    }

    /** The same behind a snapshot, from which the shard comes back then. */
    @Test
    void aShardComesBackFromASnapshot() {
        Engines.run(context(), WORKLOAD, 0, 300);
        final Stumbling rule = new Stumbling(50);
        final Engine engine = Engine.launch(context().voteRule(rule));
        WORKLOAD.feed(engine, 300, WORKLOAD.inputs().size());
        assertRestarted(engine, 1, "stumbled");
        assertThat(engine.shard(0).recoveredFrom()).isEqualTo("snapshot");
        assertSameAsCalm(engine);
    }

    /**
     * The journal fails at the n-th excerpt that it begins: with an odd one before the inputs of a batch are in it, with an even one
     * between the inputs and what came of them.
     */
    @ParameterizedTest
    @CsvSource({"3,false", "4,false", "3,true", "4,true"})
    void aJournalThatFailsBeforeTheInputsOrBeforeTheOutputsCostsNothing(final int excerpt, final boolean staged) {
        final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        final Engine engine = Engine.launch(context().epochClock(() -> {
            if (Thread.currentThread().equals(tester) && left.decrementAndGet() == 0) {
                throw new IllegalStateException("no time");
            }
            return 1_700_000_000_000_000_000L;
        }));
        left.set(excerpt);
        feed(engine, staged);
        assertThat(left.get()).isNegative();
        assertRestarted(engine, 1, "no time");
        assertSameAsCalm(engine);
    }

    private static void feed(final Engine engine, final boolean staged) {
        if (staged) {
            WORKLOAD.feedStaged(engine, 0, WORKLOAD.inputs().size());
        } else {
            WORKLOAD.feed(engine);
        }
    }

    @Test
    void aCallerWhoWaitsIsAnswered() {
        final Engine engine = Engine.launch(context().voteRule(new Stumbling(40)));
        final Decision decision = new Decision();
        for (int i = 0; i < WORKLOAD.inputs().size(); i++) {
            final Workload.Input input = WORKLOAD.inputs().get(i);
            if (input.outcome()) {
                assertThat(WORKLOAD.offer(engine, i)).isEqualTo(SubmitCode.ACCEPTED);
            } else {
                assertThat(engine.decide(WORKLOAD.event(input), decision)).isEqualTo(SubmitCode.ACCEPTED);
                assertThat(decision.correlationId()).isEqualTo(input.id());
            }
        }
        Engines.stepUntilIdle(engine);
        assertRestarted(engine, 1, "stumbled");
        assertSameAsCalm(engine);
    }

    /** Frames between shards are neither lost nor sent twice, while other shards and callers go on. */
    @Test
    void shardsOnThreadsOfTheirOwnGoOnTogether() {
        final Queue<Long> told = new ConcurrentLinkedQueue<>();
        final AtomicBoolean armed = new AtomicBoolean();
        final Engine engine = Engine.launch(context()
                .shards(2)
                .threading(Threading.DEDICATED)
                .overflowPolicy(OverflowPolicy.BLOCK)
                .voteRule(new Stumbling(0) {
                    @Override
                    boolean stumbles() {
                        return armed.compareAndSet(true, false);
                    }
                })
                .listener(decision -> told.add(decision.correlationId())));
        final int inputs = WORKLOAD.inputs().size();
        for (int part = 0; part < 3; part++) {
            final int restarts = part;
            WORKLOAD.feed(engine, part * inputs / 3, (part + 1) * inputs / 3);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> engine.shard(0).restarts() + engine.shard(1).restarts() == restarts);
            armed.set(part < 2);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> told.size() >= WORKLOAD.events());
        engine.close();

        assertThat(told).containsExactlyInAnyOrderElementsOf(all());
        assertThat(Journals.allDecisions(directory.resolve("engine"), 2).stream()
                        .map(Journals.Decided::correlationId))
                .containsExactlyInAnyOrderElementsOf(all());
        assertThat(engine.shard(0).counters().ignored.get()
                        + engine.shard(1).counters().ignored.get())
                .as("frames that came twice")
                .isZero();
        assertThat(Engines.replay(context().shards(2))).isEqualTo(engine.stateHash());
    }

    /** What was made over the first body follows the next: the bean, and the search among the hot rows. */
    @Test
    void whatLooksAtAShardSeesTheNextBody() throws JMException {
        final EngineContext context = context().jmx(true).name("restart");
        context.limits().hotRows(16);
        final Stumbling rule = new Stumbling(200);
        final Engine engine = Engine.launch(context.voteRule(rule));
        final ObjectName bean = new ObjectName("io.tagma:engine=\"restart\",type=Shard,shard=0");
        final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        final long[] alike = new long[3];
        final float[] cosines = new float[3];
        final int fed = 50;
        WORKLOAD.feed(engine, 0, fed);
        final HotTier first = Objects.requireNonNull(engine.shard(0).store().hot());
        assertThat(engine.similar(first.subject(0), alike, cosines)).isPositive();
        WORKLOAD.feed(engine, fed, WORKLOAD.inputs().size());
        assertRestarted(engine, 1, "stumbled");
        assertThat(beans.getAttribute(bean, "Events"))
                .isEqualTo(engine.shard(0).counters().events.get());

        final HotTier next = Objects.requireNonNull(engine.shard(0).store().hot());
        assertThat(next).isNotSameAs(first);
        final long subject = next.subject(0);
        assertThat(engine.similar(subject, alike, cosines)).isEqualTo(3);
        assertThat(alike).doesNotContain(subject, 0);
        assertThat(cosines[0]).isBetween(-1.001f, 1.001f);
        assertSameAsCalm(engine);
    }

    @Test
    void aShardThatFailsAgainAndAgainStops() {
        final int[] times = new int[1];
        final boolean[] on = new boolean[1];
        final Engine engine = Engine.launch(context().epochClock(() -> {
            if (on[0] && Thread.currentThread().equals(tester) && times[0]++ % 2 == 0) {
                throw new IllegalStateException("no time");
            }
            return 1_700_000_000_000_000_000L;
        }));
        WORKLOAD.feed(engine, 0, 100);
        on[0] = true;
        assertThat(WORKLOAD.offer(engine, 100)).isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
        final ShardView shard = engine.shard(0);
        assertThat(shard.restarts()).isEqualTo(FaultLimits.DEFAULT.shardRestarts());
        assertThat(shard.failure()).hasMessage("no time");
        assertThat(WORKLOAD.offer(engine, 101)).isEqualTo(SubmitCode.CLOSED);
        on[0] = false;
        engine.close();

        final Engine again = Engine.launch(context());
        WORKLOAD.feed(again, 100, WORKLOAD.inputs().size());
        assertSameAsCalm(again);
    }

    /** What the replay runs into as well is not tried again and again. */
    @Test
    void aShardWhoseJournalDoesNotRebuildItStops() {
        final Stumbling rule = new Stumbling(80);
        rule.forEver = true;
        final Engine engine = Engine.launch(context().voteRule(rule));
        WORKLOAD.feed(engine);
        assertThat(engine.shard(0).restarts()).isZero();
        assertThat(engine.shard(0).failure())
                .hasMessage("stumbled")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        engine.close();
        heard.clear();

        final Engine mended = Engine.launch(context());
        final int had = (int) mended.shard(0).sequence();
        WORKLOAD.feed(mended, had, WORKLOAD.inputs().size());
        mended.close();
        assertThat(mended.stateHash()).isEqualTo(calm);
    }

    @Test
    void withoutRestartsTheFirstFailureStopsIt() {
        final Engine engine =
                Engine.launch(context().voteRule(new Stumbling(80)).faults(FaultLimits.DEFAULT.shardRestarts(0)));
        assertThat(WORKLOAD.offer(engine, 0)).isEqualTo(SubmitCode.ACCEPTED);
        for (int i = 1; i < 200; i++) {
            WORKLOAD.offer(engine, i);
        }
        Engines.stepUntilIdle(engine);
        assertThat(engine.shard(0).failure()).hasMessage("stumbled");
        engine.close();
    }

    private static void assertRestarted(final Engine engine, final int times, final String why) {
        final ShardView shard = engine.shard(0);
        assertThat(shard.failure()).isNull();
        assertThat(shard.restarts()).isEqualTo(times);
        assertThat(shard.lastRestart()).startsWith("built anew 20").contains(why);
    }

    private void assertSameAsCalm(final Engine engine) {
        final ShardView shard = engine.shard(0);
        assertThat(shard.counters().ignored.get()).isZero();
        engine.close();
        assertThat(engine.stateHash()).isEqualTo(calm);
        assertThat(Journals.decisions(directory.resolve("engine"), 0)).isEqualTo(Journals.decisions(still, 0));
        assertThat(heard).as("each is told once, and in order").isEqualTo(all());
        assertThat(Engines.replay(context())).isEqualTo(engine.stateHash());
    }

    private static List<Long> all() {
        return LongStream.rangeClosed(1, WORKLOAD.events()).boxed().toList();
    }

    private EngineContext context() {
        return Team.context(directory.resolve("engine")).listener(decision -> heard.add(decision.correlationId()));
    }

    /** The usual rule, but that one of its calls throws: which no agent is to blame for, and no shard expects. */
    private static class Stumbling implements VoteRule {
        private final VoteRule usual = new NoisyOrVote();
        private final int at;
        private int calls;
        private boolean forEver;

        Stumbling(final int at) {
            this.at = at;
        }

        boolean stumbles() {
            calls++;
            return calls == at || (forEver && calls > at);
        }

        boolean stumbled() {
            return calls >= at;
        }

        @Override
        public String ruleName() {
            return usual.ruleName();
        }

        @Override
        public int stateFloats(final int voters) {
            return usual.stateFloats(voters);
        }

        @Override
        public void init(final float[] state, final int voters) {
            usual.init(state, voters);
        }

        @Override
        public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
            if (stumbles()) {
                throw new IllegalStateException("stumbled");
            }
            return usual.pool(ballots, offset, voters, state);
        }

        @Override
        public void learn(
                final float[] ballots, final int offset, final int voters, final float[] state, final float label) {
            usual.learn(ballots, offset, voters, state, label);
        }

        @Override
        public float standing(final float[] state, final int i) {
            return usual.standing(state, i);
        }
    }
}
