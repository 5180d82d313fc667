package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.fixture.FixedText;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.ingest.sbe.DecisionFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.kernel.FloatMath;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each field of a decision, as its reader sees it, is what was decided, and its frame has the bytes that the generated codec gives it. */
class DecisionFieldsTest {
    private static final float LOG_ODDS = 1.5f;
    private static final float STRANGENESS = 0.375f;
    private static final long FIRST_ID = 0x1234_5678_9abc_def0L;
    private static final int NOBODY = -1;

    @TempDir
    Path directory;

    /** What a decision has to say, by literals. */
    private record Fields(
            float score,
            float outOfScope,
            long priceMicros,
            int intent,
            int agent,
            int action,
            int status,
            List<Float> ballots) {}

    @Test
    void ofALoneVoter() {
        requireDecision(
                Team.bare(directory)
                        .textModel(kernels -> new FixedText(length -> Team.SCORE, STRANGENESS))
                        .agent(voter("sure", LOG_ODDS)),
                event().text("text"),
                new Fields(
                        FloatMath.sigmoid(LOG_ODDS),
                        STRANGENESS,
                        0,
                        Team.SCORE,
                        NOBODY,
                        IntentSpec.REFUSE,
                        Decision.DECIDED,
                        List.of(LOG_ODDS)));
    }

    @Test
    void ofSeveralVoters() {
        requireDecision(
                Team.bare(directory)
                        .textModel(kernels -> new FixedText(length -> Team.SCORE, STRANGENESS))
                        .voteRule(new Mean())
                        .agent(voter("sure", LOG_ODDS))
                        .agent(voter("doubtful", -3f))
                        .agent(voter("careful", 0f)),
                event().text("text"),
                new Fields(
                        FloatMath.sigmoid(-0.5f),
                        STRANGENESS,
                        0,
                        Team.SCORE,
                        NOBODY,
                        IntentSpec.REVIEW,
                        Decision.DECIDED,
                        List.of(LOG_ODDS, -3f, 0f)));
    }

    @Test
    void ofAnAuction() {
        requireDecision(
                Team.bare(directory).agent(bidder("low", 1_000)).agent(bidder("high", 70_000_000_000L)),
                event().intent(Team.ROUTE),
                new Fields(1f, 0f, 70_000_000_000L, Team.ROUTE, 1, 7, Decision.DECIDED, List.of()));
    }

    @Test
    void ofAnIntentThatNobodyTakes() {
        requireDecision(
                Team.bare(directory),
                event().intent(Team.ROUTE),
                new Fields(1f, 0f, 0, Team.ROUTE, NOBODY, IntentSpec.ALLOW, Decision.NO_CANDIDATE, List.of()));
    }

    private static AgentFactory voter(final String name, final float logOdds) {
        return AgentFactory.of(AgentDescriptor.of(name, "score"), shard -> (task, ballot) -> ballot.logOdds(logOdds));
    }

    private static AgentFactory bidder(final String name, final long bidMicros) {
        return AgentFactory.of(AgentDescriptor.of(name, "route"), shard -> new Bidder(bidMicros));
    }

    private record Bidder(long bidMicros) implements Agent {
        @Override
        public long bid(final Task task) {
            return bidMicros;
        }

        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.action(7);
        }
    }

    private static Event event() {
        return new Event()
                .correlationId(FIRST_ID)
                .subject(Subjects.of(Workload.USER, 5))
                .timeNs(9)
                .value(1f)
                .value(1f);
    }

    /** Decides it twice, so that the sequence is not the first. */
    private void requireDecision(final EngineContext context, final Event event, final Fields expected) {
        final Decision decision = new Decision();
        try (Engine engine = Engine.launch(context)) {
            assertThat(engine.decide(event, decision)).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(engine.decide(event.correlationId(FIRST_ID + 1), decision))
                    .isEqualTo(SubmitCode.ACCEPTED);
        }
        assertThat(decision.sequence()).isEqualTo(2);
        assertThat(decision.correlationId()).isEqualTo(FIRST_ID + 1);
        assertThat(decision.score()).isEqualTo(expected.score());
        assertThat(decision.outOfScope()).isEqualTo(expected.outOfScope());
        assertThat(decision.priceMicros()).isEqualTo(expected.priceMicros());
        assertThat(decision.intent()).isEqualTo(expected.intent());
        assertThat(decision.agent()).isEqualTo(expected.agent());
        assertThat(decision.action()).isEqualTo(expected.action());
        assertThat(decision.status()).isEqualTo(expected.status());
        assertThat(decision.awardCount()).isZero();
        assertThat(decision.ballotCount()).isEqualTo(expected.ballots().size());
        for (int v = 0; v < expected.ballots().size(); v++) {
            assertThat(decision.ballot(v)).isEqualTo(expected.ballots().get(v));
        }
        assertThat(Journals.decisionFrames(directory, 0).getLast()).isEqualTo(byItsCodec(expected));
    }

    private static byte[] byItsCodec(final Fields expected) {
        final byte[] ballots = new byte[Float.BYTES * expected.ballots().size()];
        for (int v = 0; v < expected.ballots().size(); v++) {
            new UnsafeBuffer(ballots)
                    .putFloat(Float.BYTES * v, expected.ballots().get(v), ByteOrder.LITTLE_ENDIAN);
        }
        final byte[] frame = new byte[256];
        final DecisionFrameEncoder codec = new DecisionFrameEncoder()
                .wrapAndApplyHeader(new UnsafeBuffer(frame), 0, new MessageHeaderEncoder())
                .sequence(2)
                .correlationId(FIRST_ID + 1)
                .score(expected.score())
                .outOfScope(expected.outOfScope())
                .priceMicros(expected.priceMicros())
                .intent((short) expected.intent())
                .agent((short) expected.agent())
                .action((short) expected.action())
                .status((short) expected.status())
                .awards(0)
                .putBallots(ballots, 0, ballots.length);
        return Arrays.copyOf(frame, codec.limit());
    }

    private static final class Mean implements VoteRule {
        @Override
        public int stateFloats(final int voters) {
            return 0;
        }

        @Override
        public void init(final float[] state, final int voters) {
            // no state
        }

        @Override
        public float pool(final float[] ballots, final int offset, final int voters, final float[] state) {
            float sum = 0;
            for (int v = 0; v < voters; v++) {
                sum += ballots[offset + v];
            }
            return sum / voters;
        }

        @Override
        public void learn(
                final float[] ballots, final int offset, final int voters, final float[] state, final float label) {
            // nothing to learn
        }

        @Override
        public float standing(final float[] state, final int i) {
            return 1f;
        }
    }
}
