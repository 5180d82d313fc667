package io.tagma.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** An outcome's frame and what of it is refused. */
class OutcomeTest {
    private final Outcome outcome = new Outcome();

    @Test
    void isReadAsItWasWritten() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        outcome.correlationId(-5)
                .owner(Long.MAX_VALUE)
                .timeNs(7)
                .label(0.25f)
                .intent(3)
                .frameClass(63);

        assertThat(outcome.encode(buffer, 8, 99)).isEqualTo(Outcome.ENCODED_LENGTH);

        final OutcomeFrameDecoder frame = new OutcomeFrameDecoder();
        frame.wrap(
                buffer,
                8 + MessageHeaderDecoder.ENCODED_LENGTH,
                OutcomeFrameDecoder.BLOCK_LENGTH,
                OutcomeFrameDecoder.SCHEMA_VERSION);
        assertThat(frame.correlationId()).isEqualTo(-5);
        assertThat(frame.owner()).isEqualTo(Long.MAX_VALUE);
        assertThat(frame.timeNs()).isEqualTo(7);
        assertThat(frame.ingestNs()).isEqualTo(99);
        assertThat(frame.label()).isEqualTo(0.25f);
        assertThat(frame.intent()).isEqualTo((short) 3);
        assertThat(frame.frameClass()).isEqualTo((short) 63);
    }

    @Test
    void checksOwnerLabelAndIntent() {
        assertThat(fresh().check(1)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(fresh().label(1f).check(1)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(fresh().intent(Event.UNCLASSIFIED).check(1)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(fresh().owner(0).check(1)).isEqualTo(SubmitCode.INVALID);
        assertThat(fresh().frameClass(64).check(1)).isEqualTo(SubmitCode.INVALID);
        assertThat(fresh().label(Float.NaN).check(1)).isEqualTo(SubmitCode.NOT_FINITE);
        assertThat(fresh().label(-0.1f).check(1)).isEqualTo(SubmitCode.NOT_FINITE);
        assertThat(fresh().label(Float.POSITIVE_INFINITY).check(1)).isEqualTo(SubmitCode.NOT_FINITE);
        assertThat(fresh().intent(1).check(1)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
        assertThat(fresh().intent(-2).check(1)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
    }

    private Outcome fresh() {
        return outcome.correlationId(1).owner(2).timeNs(3).label(0f).intent(0).frameClass(0);
    }
}
