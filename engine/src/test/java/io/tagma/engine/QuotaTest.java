package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentQuota;
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
import io.tagma.engine.ingest.sbe.ProbationFrameDecoder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that takes more than its quota is not called for a while; that is journaled, and so replays. */
@Timeout(60)
class QuotaTest {
    private static final long MS = 1_000_000;
    private static final int HOG = 6;
    private static final AgentQuota TIME = new AgentQuota(20 * MS, Long.MAX_VALUE, 1_000 * MS, 3_000 * MS, 1);

    private final AtomicLong nowNs = new AtomicLong();
    private final Event event = new Event();
    private long sent;

    @TempDir
    Path directory;

    @Test
    void anAgentThatTakesTooMuchTimeIsLeftOutForAWhileAndTheReplayAgrees() {
        final Engine engine = Engine.launch(context(directory, TIME));
        final AgentCell hog = engine.shard(0).agents().get(HOG);
        feedUntil(engine, true);
        // Over its 20 ms with the 21st task; at an event each 1.1 ms the next look, 5 ms after the last, is at most 5
        // events later.
        assertThat(hog.handled()).isBetween(21L, 26L);
        final long handled = hog.handled();
        feed(engine, 50);
        assertThat(hog.handled()).as("not asked").isEqualTo(handled);
        assertThat(engine.shard(0).agents().getFirst().handled()).isEqualTo(sent);
        assertThat(engine.shard(0).probationsBegun()).isEqualTo(1);

        nowNs.addAndGet(3_000 * MS);
        feedUntil(engine, false);
        feed(engine, 5);
        assertThat(hog.handled()).isGreaterThan(handled);
        engine.close();

        assertThat(Journals.inputs(directory, 0).stream()
                        .filter(template -> template == ProbationFrameDecoder.TEMPLATE_ID))
                .as("one begins it and one ends it")
                .hasSize(2);
        assertThat(Journals.allDecisions(directory, 1)).hasSize((int) sent);
        assertThat(Engines.replay(context(directory, TIME))).isEqualTo(engine.stateHash());
        assertThat(Engines.replay(context(directory, AgentQuota.NONE)))
                .as("a replay needs no quota")
                .isEqualTo(engine.stateHash());
    }

    @Test
    void aProbationOutlivesACrashAndAClose() {
        final Path live = directory.resolve("live");
        final Engine engine = Engine.launch(context(live, TIME));
        feedUntil(engine, true);
        feed(engine, 10);
        final Path crashed = CrashCopy.of(live, directory.resolve("crashed"));
        final long hash = engine.stateHash();
        engine.close(); // with a snapshot

        for (final Path each : new Path[] {crashed, live}) {
            final Engine again = Engine.launch(context(each, TIME));
            assertThat(again.stateHash()).isEqualTo(hash);
            assertThat(again.shard(0).agents().get(HOG).isSuspended()).isTrue();
            nowNs.addAndGet(3_000 * MS);
            feedUntil(again, false);
            again.close();
        }
    }

    @Test
    void anAgentThatAllocatesTooMuchIsFoundToo() {
        final Engine engine =
                Engine.launch(context(directory, new AgentQuota(Long.MAX_VALUE, 100 << 20, 1_000 * MS, 3_000 * MS, 4)));
        feedUntil(engine, true);
        assertThat(engine.shard(0).agents().get(HOG).handled()).isBetween(1L, 2_000L);
        for (int agent = 0; agent < HOG; agent++) {
            assertThat(engine.shard(0).agents().get(agent).isSuspended()).isFalse();
        }
        engine.close();
    }

    /** Until the hog's state is this. */
    private void feedUntil(final Engine engine, final boolean suspended) {
        while (engine.shard(0).agents().get(HOG).isSuspended() != suspended) {
            feed(engine, 1);
            nowNs.addAndGet(suspended ? 0 : 100 * MS); // a probation takes its time from when it was seen
        }
    }

    private void feed(final Engine engine, final int events) {
        for (int i = 0; i < events; i++) {
            sent++;
            nowNs.addAndGet(MS / 10);
            event.reset()
                    .correlationId(sent)
                    .subject(Subjects.of(Workload.USER, sent % 50))
                    .timeNs(sent)
                    .intent(Team.SCORE)
                    .value(1f)
                    .value(2f);
            int code;
            while ((code = engine.submit(event))
                    == SubmitCode.FULL) { // the watcher has claimed a slot and lost its turn
                Engines.stepUntilIdle(engine);
                Thread.yield();
            }
            assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            Engines.stepUntilIdle(engine);
        }
    }

    private EngineContext context(final Path path, final AgentQuota quota) {
        final EngineContext context = Team.context(path)
                .nanoClock(nowNs::get)
                .observersStepped(true)
                .agent(AgentFactory.of(AgentDescriptor.of("hog", "score"), Hog::new));
        context.limits().agentQuota(quota);
        return context;
    }

    /** Takes a millisecond of the simulated time and half a megabyte for each task. */
    private final class Hog implements Agent {
        private final float[] memory;
        private byte[] last = {};

        Hog(final AgentContext context) {
            this.memory = context.memory(1);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            memory[0]++;
            nowNs.addAndGet(MS);
            last = new byte[1 << 19];
            ballot.logOdds(last.length > 0 ? 0.1f : 0f);
        }
    }
}
