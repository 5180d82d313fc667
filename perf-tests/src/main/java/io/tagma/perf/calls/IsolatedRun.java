package io.tagma.perf.calls;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.resilience.IsolatedAgents;
import io.tagma.engine.resilience.IsolatedAgents.Isolated;
import io.tagma.engine.resilience.IsolationTerms;
import io.tagma.perf.decision.Scratch;
import io.tagma.ring.DutyCycleConfig.Threading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks isolated agents across threads, one event at a time: from the event's submission, over its journal, the agents' rings and
 * threads, and the journal of their answers, until the last answer is with the agent that asked. Used by one thread.
 */
final class IsolatedRun {
    private static final int PAYLOAD = 32;
    private static final long TIMEOUT_NS = 15_000_000;

    private final int agents;
    private final long[] tookNs;
    private final int warm;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final AtomicInteger unanswered = new AtomicInteger();
    private int answered;

    /** So many agents asked at once, so many times, of which the first {@code warm} do not count. */
    IsolatedRun(final int agents, final int rounds, final int warm) {
        this.agents = agents;
        this.tookNs = new long[rounds];
        this.warm = warm;
    }

    /** Runs; the percentiles are then there. */
    IsolatedRun run() throws IOException {
        final Path directory = Files.createTempDirectory("tagma-asked-");
        final Event event = new Event();
        try (Engine engine = Engine.launch(context(directory))) {
            for (int i = 0; i < tookNs.length; i++) {
                answered = 0;
                final long began = clock.nanoTime();
                engine.submit(event.reset()
                        .correlationId(i + 1)
                        .subject(Subjects.of(1, 1))
                        .timeNs(i + 1)
                        .intent(0)
                        .value(1f));
                while (answered < agents) {
                    engine.step();
                }
                tookNs[i] = clock.nanoTime() - began;
            }
        } finally {
            Scratch.delete(directory);
        }
        Arrays.sort(tookNs, warm, tookNs.length);
        return this;
    }

    /** A quantile, 0 to 1, us. */
    double us(final double quantile) {
        return tookNs[warm + (int) (quantile * (tookNs.length - warm - 1))] / 1e3;
    }

    int unanswered() {
        return unanswered.get();
    }

    private EngineContext context(final Path directory) {
        final Isolated[] bidders = new Isolated[agents];
        Arrays.setAll(bidders, i -> new Isolated("bidder-" + i, () -> (request, reply) -> reply.floats(i)));
        return new EngineContext()
                .directory(directory)
                .threading(Threading.CALLER)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .intent(IntentSpec.voted("work", "work", 1f, 1f))
                .agent(AgentFactory.of(AgentDescriptor.of("asks", "work"), Asking::new))
                .outside(OutsideTerms.of(
                        IsolatedAgents.of(new IsolationTerms(64, 64, 1_000_000_000, "yielding", 1_000), bidders)));
    }

    /** Asks all of them about each event. */
    private final class Asking implements Agent {
        private final AgentContext context;
        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD]);

        Asking(final AgentContext context) {
            this.context = context;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(0f);
            for (int i = 0; i < agents; i++) {
                context.ask(i, payload, 0, PAYLOAD, TIMEOUT_NS);
            }
        }

        @Override
        public void onAnswer(final Answer answer) {
            answered++;
            unanswered.addAndGet(answer.code() == Answer.OK ? 0 : 1);
        }
    }
}
