package io.tagma.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a caller fills in is what agents read; what cannot be taken is refused. */
class EventTest {
    private static final int OFFSET = 24;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8192]);
    private final Event event = new Event();
    private final Task task = new Task(new UnsafeBuffer(new byte[0]), Task.MAX_FEATURES);

    @Property(tries = 300)
    void agentsReadWhatTheCallerWrote(
            @ForAll final long correlationId,
            @ForAll final long subject,
            @ForAll final long peer,
            @ForAll final long timeNs,
            @ForAll @IntRange(min = -1, max = Short.MAX_VALUE) final int intent,
            @ForAll @Size(max = Event.MAX_VALUES) final List<@FloatRange(min = -1e30f, max = 1e30f) Float> values,
            @ForAll @StringLength(max = 300) final String text) {
        event.reset()
                .correlationId(correlationId)
                .subject(subject)
                .peer(peer)
                .timeNs(timeNs)
                .intent(intent)
                .frameClass(63)
                .text(text);
        values.forEach(event::value);

        assertThat(event.encode(buffer, OFFSET, 77)).isEqualTo(event.encodedLength());
        task.wrapEvent(buffer, OFFSET, 5);

        assertThat(task.correlationId()).isEqualTo(correlationId);
        assertThat(task.subject()).isEqualTo(subject);
        assertThat(task.peer()).isEqualTo(peer);
        assertThat(task.decider()).isEqualTo(peer != 0 ? peer : subject);
        assertThat(task.timeNs()).isEqualTo(timeNs);
        assertThat(task.ingestNs()).isEqualTo(77);
        assertThat(task.intent()).isEqualTo(intent);
        assertThat(task.confidence()).isEqualTo(intent < 0 ? 0f : 1f);
        assertThat(task.sequence()).isEqualTo(5);
        assertThat(task.featureCount()).isZero();
        assertThat(task.valueCount()).isEqualTo(values.size());
        for (int i = 0; i < values.size(); i++) {
            assertThat(task.value(i)).isEqualTo(values.get(i));
        }
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(task.textLength()).isEqualTo(utf8.length);
        final byte[] read = new byte[utf8.length];
        task.buffer().getBytes(task.textOffset(), read);
        assertThat(read).isEqualTo(utf8);
    }

    @Test
    void theLargestEventFitsAndOneMoreDoesNot() {
        event.subject(1).intent(0).text("x".repeat(Event.MAX_TEXT_BYTES));
        for (int i = 0; i < Event.MAX_VALUES; i++) {
            event.value(i);
        }
        assertThat(event.check(1, false)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(event.encode(buffer, 0, 0)).isEqualTo(event.encodedLength());
        task.wrapEvent(buffer, 0, 1);
        assertThat(task.valueCount()).isEqualTo(Event.MAX_VALUES);
        assertThat(task.textLength()).isEqualTo(Event.MAX_TEXT_BYTES);

        assertThat(event.value(1f).check(1, false)).isEqualTo(SubmitCode.TOO_LONG);
        assertThat(event.reset().subject(1).intent(0).check(1, false)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(event.text("x".repeat(Event.MAX_TEXT_BYTES + 1)).check(1, false))
                .isEqualTo(SubmitCode.TOO_LONG);
    }

    @Test
    void everyCharacterOfTheTextCountsInBytes() {
        event.reset().subject(1).intent(0).text("ü".repeat(Event.MAX_TEXT_BYTES / 2));
        assertThat(event.check(1, false)).isEqualTo(SubmitCode.ACCEPTED);
        event.reset().subject(1).intent(0).text("ü".repeat(Event.MAX_TEXT_BYTES / 2 + 1));
        assertThat(event.check(1, false)).isEqualTo(SubmitCode.TOO_LONG);
    }

    @Test
    void checksSubjectClassValuesAndIntent() {
        assertThat(fresh().check(3, false)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(fresh().subject(0).check(3, false)).isEqualTo(SubmitCode.INVALID);
        assertThat(fresh().frameClass(-1).check(3, false)).isEqualTo(SubmitCode.INVALID);
        assertThat(fresh().frameClass(64).check(3, false)).isEqualTo(SubmitCode.INVALID);
        assertThat(fresh().value(Float.NaN).check(3, false)).isEqualTo(SubmitCode.NOT_FINITE);
        assertThat(fresh().value(Float.NEGATIVE_INFINITY).check(3, false)).isEqualTo(SubmitCode.NOT_FINITE);
        assertThat(fresh().intent(3).check(3, false)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
        assertThat(fresh().intent(-2).check(3, true)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
    }

    @Test
    void anUnclassifiedEventNeedsATextAndSomebodyWhoReadsIt() {
        assertThat(fresh().intent(-1).text("pay my bill").check(3, true)).isEqualTo(SubmitCode.ACCEPTED);
        assertThat(fresh().intent(-1).text("pay my bill").check(3, false)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
        assertThat(fresh().intent(-1).check(3, true)).isEqualTo(SubmitCode.UNKNOWN_INTENT);
    }

    private Event fresh() {
        return event.reset().correlationId(9).subject(1).intent(2).value(1f);
    }
}
