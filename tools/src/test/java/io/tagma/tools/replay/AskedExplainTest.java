package io.tagma.tools.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.shard.DecisionTrace;
import io.tagma.engine.shard.Replay;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.scenario.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a decision that waited for bids: who was asked, when each answered, which answer came too late. */
class AskedExplainTest {
    private static final byte[] NO_BYTES = {};

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong();
    private final List<Long> asked = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set as an engine opens it
    private Answers answers;

    @Test
    void bidsWithTheirTimesTheWindowAndLateOnesAreShown() throws IOException {
        try (Engine engine = Engine.launch(context())) {
            engine.submit(new Event()
                    .correlationId(7)
                    .subject(Subjects.of(1, 1))
                    .timeNs(1)
                    .intent(0)
                    .value(1f));
            step(engine);
            clock.addAndGet(2_500_000);
            answers.answer(0, asked.get(1), Answer.OK, 0, new float[] {12.5f}, NO_BYTES);
            step(engine);
            clock.addAndGet(12_500_000);
            step(engine);
            clock.addAndGet(1_000_000);
            answers.answer(0, asked.get(0), Answer.OK, 0, new float[] {99f}, NO_BYTES);
            step(engine);
        }
        final Path scratch = Files.createDirectory(directory.resolve("scratch"));
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (Replay replay = Replay.open(context(), scratch);
                PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            final DecisionTrace trace = replay.shard(0).explain(1);
            new ExplainReport(
                            out,
                            replay.context().subjectNames(),
                            new Vocabulary(Map.of(), List.of(), List.of("none", "sold")))
                    .print(trace);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.strip().replaceAll(" +", " ")))
                .contains(
                        "decision sequence 3 on shard 0, event 7",
                        "asked bids, for the event of sequence 1",
                        "window 15.000 ms, ended since the window had passed",
                        "first 0 none 16.000 4 late",
                        "second 1 12500000 2.500 2",
                        "third 2 none - - no answer");
    }

    private static void step(final Engine engine) {
        for (int idle = 0; idle < 3; ) {
            idle = engine.step() == 0 ? idle + 1 : 0;
        }
    }

    private EngineContext context() {
        final EngineContext context = new EngineContext()
                .directory(directory.resolve("engine"))
                .threading(Threading.CALLER)
                .audit(false)
                .histograms(false)
                .jmx(false)
                .nanoClock(clock::get)
                .intent(IntentSpec.asked(
                        "deal", "deal", AuctionTerms.of(AuctionRule.FIRST_PRICE, AuctionDirection.PROCUREMENT)))
                .outside(OutsideTerms.of((into, threads, ignored) -> {
                    answers = into;
                    return (Outside) this::ask;
                }));
        for (final String name : List.of("first", "second", "third")) {
            final int service = context.agents().size();
            context.agent(AgentFactory.of(AgentDescriptor.of(name, "deal"), c -> new Asking(service)));
        }
        return context;
    }

    private boolean ask(final Request request) {
        return asked.add(request.id());
    }

    private record Asking(int service) implements Agent {
        @Override
        public void requestBid(final Task task, final BidRequest request) {
            request.ask(service, 0);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.action(1);
        }
    }
}
