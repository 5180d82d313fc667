package io.tagma.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.sbe.EventFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.ingest.sbe.OutcomeFrameEncoder;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Frames written field by field without checks have the bytes that the generated codecs give them, and never leave their buffer. */
class FrameWordsTest {
    private static final int OFFSET = 16;
    private static final byte BEFORE = 0x5a;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();

    @Property(tries = 300)
    void anEventHasTheBytesOfItsCodec(
            @ForAll final long correlationId,
            @ForAll final long subject,
            @ForAll final long peer,
            @ForAll final long timeNs,
            @ForAll final long ingestNs,
            @ForAll @IntRange(min = -1, max = Short.MAX_VALUE) final int intent,
            @ForAll @IntRange(min = 0, max = 63) final int frameClass,
            @ForAll final boolean offHeap) {
        final UnsafeBuffer expected = buffer(offHeap, 128);
        new EventFrameEncoder()
                .wrapAndApplyHeader(expected, OFFSET, header)
                .correlationId(correlationId)
                .subject(subject)
                .peer(peer)
                .timeNs(timeNs)
                .ingestNs(ingestNs)
                .intent((short) intent)
                .frameClass((short) frameClass)
                .reserved((short) 0)
                .putValues(new byte[] {0, 0, (byte) 0xc0, 0x3f}, 0, Float.BYTES)
                .putText(new byte[] {'h', 'i'}, 0, 2);
        final UnsafeBuffer actual = buffer(offHeap, 128);

        new Event()
                .correlationId(correlationId)
                .subject(subject)
                .peer(peer)
                .timeNs(timeNs)
                .intent(intent)
                .frameClass(frameClass)
                .value(1.5f)
                .text("hi")
                .encode(actual, OFFSET, ingestNs);

        assertThat(bytes(actual)).isEqualTo(bytes(expected));
    }

    @Property(tries = 300)
    void anOutcomeHasTheBytesOfItsCodecAndIsReadAsItWasWritten(
            @ForAll final long correlationId,
            @ForAll final long owner,
            @ForAll final long timeNs,
            @ForAll final long ingestNs,
            @ForAll final float label,
            @ForAll @IntRange(min = -1, max = Short.MAX_VALUE) final int intent,
            @ForAll @IntRange(min = 0, max = 63) final int frameClass,
            @ForAll final boolean offHeap) {
        final UnsafeBuffer expected = buffer(offHeap, 128);
        new OutcomeFrameEncoder()
                .wrapAndApplyHeader(expected, OFFSET, header)
                .correlationId(correlationId)
                .owner(owner)
                .timeNs(timeNs)
                .ingestNs(ingestNs)
                .label(label)
                .intent((short) intent)
                .frameClass((short) frameClass)
                .reserved((short) 0);
        final UnsafeBuffer actual = buffer(offHeap, 128);

        new Outcome()
                .correlationId(correlationId)
                .owner(owner)
                .timeNs(timeNs)
                .label(label)
                .intent(intent)
                .frameClass(frameClass)
                .encode(actual, OFFSET, ingestNs);

        assertThat(bytes(actual)).isEqualTo(bytes(expected));
        final Outcome read = new Outcome().decode(actual, OFFSET);
        assertThat(read.correlationId()).isEqualTo(correlationId);
        assertThat(read.owner()).isEqualTo(owner);
        assertThat(read.timeNs()).isEqualTo(timeNs);
        assertThat(read.label()).isEqualTo(label);
        assertThat(read.intent()).isEqualTo(intent);
        assertThat(read.frameClass()).isEqualTo(frameClass);
    }

    @Test
    void aFrameThatDoesNotFitIsRefusedBeforeItsFirstByte() {
        final Event event = new Event().subject(1).intent(0).value(1f).text("hi");
        final Outcome outcome = new Outcome().owner(1);
        for (final boolean offHeap : new boolean[] {false, true}) {
            final UnsafeBuffer shortOfEvent = buffer(offHeap, OFFSET + event.encodedLength() - 1);
            assertThatThrownBy(() -> event.encode(shortOfEvent, OFFSET, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            final UnsafeBuffer shortOfOutcome = buffer(offHeap, OFFSET + Outcome.ENCODED_LENGTH - 1);
            assertThatThrownBy(() -> outcome.encode(shortOfOutcome, OFFSET, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> outcome.decode(shortOfOutcome, OFFSET))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> outcome.encode(shortOfOutcome, -1, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);

            assertThat(bytes(shortOfEvent)).containsOnly(BEFORE);
            assertThat(bytes(shortOfOutcome)).containsOnly(BEFORE);
        }
    }

    @Test
    void aBufferThatGrowsGrows() {
        final ExpandableArrayBuffer small = new ExpandableArrayBuffer(8);
        final Event event = new Event().subject(1).intent(0).value(1f).text("hi");

        event.encode(small, 4, 0);
        assertThat(new Task(small, 1).wrapEvent(small, 4, 1).value(0)).isEqualTo(1f);

        final ExpandableArrayBuffer other = new ExpandableArrayBuffer(8);
        new Outcome().owner(3).encode(other, 4, 0);
        assertThat(new Outcome().decode(other, 4).owner()).isEqualTo(3);
    }

    private static UnsafeBuffer buffer(final boolean offHeap, final int length) {
        final UnsafeBuffer buffer = offHeap
                ? new UnsafeBuffer(ByteBuffer.allocateDirect(length))
                : new UnsafeBuffer(new byte[length + 8], 8, length); // which does not begin with its array
        buffer.setMemory(0, length, BEFORE);
        return buffer;
    }

    private static byte[] bytes(final UnsafeBuffer buffer) {
        final byte[] all = new byte[buffer.capacity()];
        buffer.getBytes(0, all);
        return all;
    }
}
