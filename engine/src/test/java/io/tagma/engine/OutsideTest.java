package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentContext;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Request;
import io.tagma.engine.agent.Task;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Deals;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.ShardCounters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents ask outside their shard: it leaves once, comes back as an input, and a replay needs nobody. */
class OutsideTest {
    private static final float[] NO_FLOATS = {};
    private static final byte[] NO_BYTES = {};
    private static final long TIMEOUT_NS = 1_000;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong();
    private final Event event = new Event();
    private final List<String> asked = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Long> numbers = new ArrayList<>();
    private boolean takes = true;

    @SuppressWarnings("NullAway.Init") // set as an engine opens it
    private Answers answers;

    @Test
    void anAnswerIsAnInputAndAReplayAsksNobody() {
        final Engine engine = Engine.launch(context(directory));
        submit(engine, 1);
        submit(engine, 2);
        assertThat(asked).containsExactly("agent 0 asks 3: event 1", "agent 0 asks 3: event 2");
        assertThat(answer(1, Answer.OK, 7.5f)).isZero();
        assertThat(answer(0, Answer.FAILED)).isZero();
        Engines.stepUntilIdle(engine);
        engine.close();

        assertThat(told).containsExactly(numbers.get(1) + " code 0 [7.5]", numbers.get(0) + " code 2 []");
        asked.clear();
        assertThat(Engines.replay(context(directory))).isEqualTo(engine.stateHash());
        assertThat(asked).isEmpty();
        assertThat(told).hasSize(4); // the same twice
        assertThat(told.subList(2, 4)).isEqualTo(told.subList(0, 2));
    }

    @Test
    void whatIsLateIsGivenUpOnceAndNothingIsAppliedTwice() {
        final Engine engine = Engine.launch(context(directory));
        submit(engine, 1);
        submit(engine, 2);
        answer(0, Answer.OK, 1f);
        answer(0, Answer.OK, 2f);
        Engines.stepUntilIdle(engine);
        clock.addAndGet(TIMEOUT_NS);
        Engines.stepUntilIdle(engine);
        answer(1, Answer.OK, 3f);
        assertThat(answers.answer(0, 4711L << 12, Answer.OK, 0, NO_FLOATS, NO_BYTES))
                .isZero();
        Engines.stepUntilIdle(engine);
        engine.close();

        assertThat(told).containsExactly(numbers.get(0) + " code 0 [1.0]", numbers.get(1) + " code 1 []");
        final ShardCounters counters = engine.shard(0).counters();
        assertThat(counters.answers.get()).isEqualTo(2);
        assertThat(counters.lateAnswers.get()).isEqualTo(1);
        assertThat(counters.strayAnswers.get()).isEqualTo(2);
        assertThat(Engines.replay(context(directory))).isEqualTo(engine.stateHash());
    }

    @Test
    void whatNobodyTakesIsRefusedAtOnceAndNoMoreAreOpenThanAllowed() {
        takes = false;
        final Engine engine = Engine.launch(context(directory));
        submit(engine, 1);
        assertThat(told).singleElement().asString().endsWith("code 3 []");
        takes = true;
        for (int i = 2; i <= 11; i++) {
            submit(engine, i);
        }
        assertThat(numbers.stream().filter(n -> n == 0)).hasSize(2); // 8 are open, the ninth and the tenth were refused
        engine.close();
        assertThat(Engines.replay(context(directory))).isEqualTo(engine.stateHash());
    }

    @Test
    void aRequestThatACrashLeftOpenIsAskedAgainUnderItsNumberAndAnsweredOnce() {
        final Engine first = Engine.launch(context(directory));
        submit(first, 1);
        submit(first, 2);
        answer(0, Answer.OK, 5f);
        Engines.stepUntilIdle(first);
        final Path left = CrashCopy.of(directory, directory.resolveSibling(directory.getFileName() + "-left"));
        first.close();
        final long open = numbers.get(1);

        for (final int snapshots : new int[] {0, 2}) { // the second launch has the snapshot of the first's close
            asked.clear();
            told.clear();
            final EngineContext context = context(left);
            context.limits().snapshotsKept(snapshots);
            final Engine second = Engine.launch(context);
            Engines.stepUntilIdle(second);
            assertThat(asked).containsExactly("agent 0 asks 3: event 2");
            if (snapshots == 2) {
                answers.answer(0, open, Answer.OK, 0, new float[] {6f}, NO_BYTES);
                Engines.stepUntilIdle(second);
                assertThat(told.getLast()).isEqualTo(open + " code 0 [6.0]");
            }
            second.close();
        }
        told.clear();
        final Engine third = Engine.launch(context(left));
        Engines.stepUntilIdle(third);
        assertThat(asked).hasSize(1); // that of the launch before
        third.close();
        assertThat(Engines.replay(context(left))).isEqualTo(third.stateHash());
    }

    private int answer(final int i, final int code, final float... floats) {
        return answers.answer(0, numbers.get(i), code, 0, floats, NO_BYTES);
    }

    private EngineContext context(final Path at) {
        return Team.bare(at)
                .nanoClock(clock::get)
                .agent(AgentFactory.of(AgentDescriptor.of("asks", "score"), Asking::new))
                .outside(new OutsideTerms(
                        (into, threads, ignored) -> {
                            answers = into;
                            return (Outside) this::ask;
                        },
                        8,
                        64));
    }

    private boolean ask(final Request request) {
        if (takes) {
            asked.add("agent " + request.agent() + " asks " + request.service() + ": "
                    + request.payload()
                            .getStringWithoutLengthAscii(0, request.payload().capacity()));
        }
        return takes;
    }

    private void submit(final Engine engine, final long id) {
        assertThat(engine.submit(Deals.visit(event, id, id, Team.SCORE))).isEqualTo(SubmitCode.ACCEPTED);
        Engines.stepUntilIdle(engine);
    }

    /** Asks about each event and keeps the sum of what it was told. */
    private final class Asking implements Agent {
        private final AgentContext context;
        private final float[] memory;

        Asking(final AgentContext context) {
            this.context = context;
            this.memory = context.memory(2);
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(memory[0]);
            final UnsafeBuffer text = new UnsafeBuffer(new byte[32]);
            final int length = text.putStringWithoutLengthAscii(0, "event " + task.correlationId());
            numbers.add(context.ask(3, text, 0, length, TIMEOUT_NS));
        }

        @Override
        public void onAnswer(final Answer answer) {
            final List<Float> floats = new ArrayList<>();
            for (int i = 0; i < answer.floatCount(); i++) {
                floats.add(answer.floatAt(i));
                memory[0] += answer.floatAt(i);
            }
            memory[1] += answer.code();
            told.add(answer.request() + " code " + answer.code() + " " + floats);
        }
    }
}
