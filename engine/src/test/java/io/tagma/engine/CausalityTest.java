package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.VectorClock;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.shard.DecisionTrace;
import io.tagma.engine.shard.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages between agents say what their senders knew, on one shard and across, and a replay knows the same. */
@Timeout(60)
class CausalityTest {
    private static final Workload WORKLOAD = Workload.of(7, 300);
    private static final int ASK = 1;
    private static final int TELL = 2;

    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();

    /** Asks its neighbour on the next shard at every tenth task; who is asked tells the third; the third writes down what it can tell. */
    private final class Talker implements Agent {
        private final AgentContext context;
        private final int shards;
        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[8]);
        private final List<VectorClock> heard = new ArrayList<>();

        Talker(final AgentContext context, final int shards) {
            this.context = context;
            this.shards = shards;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
            if (context.agentId() == 0 && task.correlationId() % 10 == 0) {
                send(ASK, 1);
            }
        }

        @Override
        public void onMessage(final AgentMessage message) {
            final VectorClock clock = Objects.requireNonNull(message.clock());
            for (final VectorClock before : heard) {
                // What a message carries never falls behind what the same sender knew before.
                if (message.fromAgent() == (context.agentId() + 2) % 3 && shards == 1) {
                    assertThat(before.compare(clock)).isEqualTo(VectorClock.Order.BEFORE);
                }
            }
            final VectorClock copy = new VectorClock(clock.capacity());
            copy.copyFrom(clock);
            heard.add(copy);
            synchronized (log) {
                log.add(context.shard() + "/" + context.agentId() + " " + message.kind() + " " + clock);
            }
            if (message.kind() == ASK) {
                send(TELL, 2);
            }
        }

        private void send(final int kind, final int to) {
            assertThat(context.send((context.shard() + 1) % shards, to, kind, payload, 0, 8))
                    .isTrue();
        }
    }

    private EngineContext context(final int shards, final int slotLength) {
        final EngineContext context = Team.bare(directory).shards(shards).slotLength(slotLength);
        for (int i = 0; i < 3; i++) {
            context.agent(
                    AgentFactory.of(AgentDescriptor.of("talker-" + i, "score"), made -> new Talker(made, shards)));
        }
        return context;
    }

    @ParameterizedTest
    @CsvSource({"1,256", "3,256", "3,128"})
    void clocksAreTheSameLiveInRecoveryAndInReplay(final int shards, final int slotLength) {
        final Engine engine = Engine.launch(context(shards, slotLength));
        WORKLOAD.feed(engine, 0, 200);
        engine.close();
        final Engine resumed = Engine.launch(context(shards, slotLength)); // from the snapshot
        assertThat(resumed.stateHash()).isEqualTo(engine.stateHash());
        WORKLOAD.feed(resumed, 200, WORKLOAD.inputs().size());
        resumed.close();
        final List<String> live = log.stream().sorted().toList();
        assertThat(live).hasSizeGreaterThan(20);
        log.clear();
        assertThat(Engines.replay(context(shards, slotLength))).isEqualTo(resumed.stateHash());
        assertThat(log.stream().sorted().toList()).isEqualTo(live);
    }

    /** A decision's explanation has the clocks and the messages behind it. */
    @Test
    void anExplanationNamesTheMessagesThatADecisionKnewOf(@TempDir final Path scratch) throws IOException {
        final Engine engine = Engine.launch(context(1, 256));
        WORKLOAD.feed(engine);
        engine.close();
        final long last = Journals.allDecisions(directory, 1).getLast().sequence();
        final Path rows = Files.createDirectory(scratch.resolve("rows"));
        try (Replay replay = Replay.open(context(1, 256), rows)) {
            final DecisionTrace trace = replay.shard(0).explain(last);
            assertThat(trace.causes().clocks()).isNotEmpty();
            assertThat(trace.causes().messages()).isNotEmpty().allMatch(message -> message.sequence() < last);
            assertThat(trace.causes().messages().getLast().clock()).startsWith("{");
            assertThat(trace.causes().outcomes()).isPositive();
        }
    }
}
