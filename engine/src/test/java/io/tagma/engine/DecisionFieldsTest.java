package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.ingest.sbe.DecisionFrameDecoder;
import io.tagma.engine.ingest.sbe.DecisionFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.intent.FeatureWeight;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.shard.ExcerptType;
import io.tagma.store.JournalTailer;
import io.tagma.store.ProfileRow;
import io.tagma.store.TailerCode;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each field of a decision, as its reader sees it, is what was decided, and its frame has the bytes that the generated codec gives it. */
class DecisionFieldsTest {
    private static final float LOG_ODDS = 1.5f;
    private static final float STRANGENESS = 0.375f;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void areThoseOfWhatWasDecided(final int voters) {
        final EngineContext context = Team.bare(directory).textModel(kernels -> new SameAnswer());
        for (int v = 0; v < voters; v++) {
            final float own = LOG_ODDS + v;
            context.agent(AgentFactory.of(
                    AgentDescriptor.of("voter-" + v, "score"),
                    shard -> (task, ballot) -> ballot.logOdds(own + task.value(0))));
        }
        final Decision decision = new Decision();
        final Event event = new Event();
        try (Engine engine = Engine.launch(context)) {
            for (int i = 1; i <= 4; i++) {
                event.reset()
                        .correlationId(70 + i)
                        .subject(Subjects.of(1, i))
                        .timeNs(i)
                        .value(i)
                        .value(0f)
                        .text("text");
                assertThat(engine.decide(event, decision)).isEqualTo(SubmitCode.ACCEPTED);
            }
        }
        assertThat(decision.sequence()).isEqualTo(4);
        assertThat(decision.correlationId()).isEqualTo(74);
        if (voters == 1) {
            assertThat(decision.score()).isEqualTo(FloatMath.sigmoid(LOG_ODDS + 4));
        }
        assertThat(decision.outOfScope()).isEqualTo(STRANGENESS);
        assertThat(decision.priceMicros()).isZero();
        assertThat(decision.intent()).isEqualTo(Team.SCORE);
        assertThat(decision.agent()).isEqualTo(-1);
        assertThat(decision.action()).isEqualTo(IntentSpec.REFUSE);
        assertThat(decision.status()).isEqualTo(Decision.DECIDED);
        assertThat(decision.ballotCount()).isEqualTo(voters);
        for (int v = 0; v < voters; v++) {
            assertThat(decision.ballot(v)).isEqualTo(LOG_ODDS + v + 4);
        }
        assertThat(decision.awardCount()).isZero();
        assertThat(lastDecision()).isEqualTo(byItsCodec(decision));
    }

    private static byte[] byItsCodec(final Decision decision) {
        final byte[] ballots = new byte[Float.BYTES * decision.ballotCount()];
        for (int v = 0; v < decision.ballotCount(); v++) {
            new UnsafeBuffer(ballots).putFloat(Float.BYTES * v, decision.ballot(v), ByteOrder.LITTLE_ENDIAN);
        }
        final byte[] frame = new byte[256];
        final DecisionFrameEncoder codec = new DecisionFrameEncoder()
                .wrapAndApplyHeader(new UnsafeBuffer(frame), 0, new MessageHeaderEncoder())
                .sequence(decision.sequence())
                .correlationId(decision.correlationId())
                .score(decision.score())
                .outOfScope(decision.outOfScope())
                .priceMicros(decision.priceMicros())
                .intent((short) decision.intent())
                .agent((short) decision.agent())
                .action((short) decision.action())
                .status((short) decision.status())
                .awards(decision.awardCount())
                .putBallots(ballots, 0, ballots.length);
        return Arrays.copyOf(frame, codec.limit());
    }

    /** The bytes of the last decision in the journal. */
    private byte[] lastDecision() {
        byte[] last = {};
        try (JournalTailer tailer = JournalTailer.open(Journals.of(directory, 0))) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                for (int i = 0; i < tailer.count(); i++) {
                    final int at = tailer.frameOffset(i) + MessageHeaderDecoder.templateIdEncodingOffset();
                    if (tailer.type() == ExcerptType.OUTPUT
                            && tailer.buffer().getShort(at, ByteOrder.LITTLE_ENDIAN)
                                    == DecisionFrameDecoder.TEMPLATE_ID) {
                        last = new byte[tailer.frameLength(i)];
                        tailer.buffer().getBytes(tailer.frameOffset(i), last);
                    }
                }
            }
        }
        return last;
    }

    private static final class SameAnswer implements TextModel {
        @Override
        public int classify(final DirectBuffer text, final int offset, final int length, final ProfileRow row) {
            return Team.SCORE;
        }

        @Override
        public float probability() {
            return 0.75f;
        }

        @Override
        public float outOfScope() {
            return STRANGENESS;
        }

        @Override
        public void learn(final DirectBuffer text, final int offset, final int length, final int intent) {
            // always says the same
        }

        @Override
        public long digest() {
            return 1;
        }

        @Override
        public List<FeatureWeight> explain(
                final DirectBuffer text, final int offset, final int length, final int intent, final int limit) {
            return List.of();
        }
    }
}
