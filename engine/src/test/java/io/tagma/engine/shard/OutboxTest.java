package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.EngineException;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Frames on their way to another shard, and what is sent again after a crash. */
class OutboxTest {
    private static final int CAPACITY = 16;

    private final Outbox outbox = new Outbox(CAPACITY, 64);
    private final FrameRing ring = new FrameRing(FrameRingConfig.rejecting(8, 64));

    @Test
    void sendsInOrderAndStopsWhereTheRingIsFull() {
        add(outbox, 12);

        assertThat(outbox.flush(ring, 0)).isFalse();
        assertThat(take(ring)).isEqualTo(numbers(1, 8));
        assertThat(outbox.isEmpty()).isFalse();
        assertThat(outbox.flush(ring, 0)).isTrue();
        assertThat(take(ring)).isEqualTo(numbers(9, 12));
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void aFrameThatIsLostHasItsNumberAndDisturbsNoOther() {
        add(outbox, CAPACITY);
        assertThat(outbox.hasRoom()).isFalse();
        outbox.lost();
        outbox.lost();
        outbox.flush(ring, 0);
        take(ring);
        assertThat(outbox.hasRoom()).isTrue();
        add(outbox, 1);
        outbox.flush(ring, 0);
        take(ring);
        outbox.flush(ring, 0);

        assertThat(take(ring)).isEqualTo(List.of(19L));
    }

    /** A replay writes all frames again; the target has some of them; those behind are sent, each once. */
    @Property(tries = 200)
    void aReplayedOutboxSendsWhatTheTargetLacks(
            @ForAll @IntRange(max = 60) final int written, @ForAll @IntRange(max = CAPACITY) final int lacking) {
        final Outbox replayed = new Outbox(CAPACITY, 64);
        for (int i = 0; i < written; i++) {
            add(replayed, 1);
            replayed.discard();
        }
        final int journaled = Math.max(0, written - lacking);

        assertThat(replayed.resumeAfter(journaled)).isZero();

        final FrameRing target = new FrameRing(FrameRingConfig.rejecting(64, 64));
        assertThat(replayed.flush(target, 0)).isTrue();
        assertThat(take(target)).isEqualTo(numbers(journaled + 1, written));
    }

    @Test
    void saysHowManyFramesItCannotSendAgain() {
        for (int i = 0; i < 40; i++) {
            add(outbox, 1);
            outbox.discard();
        }

        assertThat(outbox.resumeAfter(20)).isEqualTo(4);
        assertThat(outbox.flush(new FrameRing(FrameRingConfig.rejecting(64, 64)), 0))
                .isTrue();
    }

    @Test
    void refusesATargetThatKnowsMoreThanWasSent() {
        add(outbox, 3);

        assertThatThrownBy(() -> outbox.resumeAfter(4))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("frame 4")
                .hasMessageContaining("frame 3")
                .hasMessageContaining("restore");
    }

    private static void add(final Outbox to, final int count) {
        for (int i = 0; i < count; i++) {
            to.buffer().putLong(to.nextOffset(), to.nextSequence());
            to.added(Long.BYTES);
        }
    }

    private static List<Long> take(final FrameRing from) {
        final List<Long> found = new ArrayList<>();
        final int count = from.beginBatch(1000);
        for (int i = 0; i < count; i++) {
            found.add(from.buffer().getLong(from.frameOffset(i)));
        }
        from.endBatch();
        return found;
    }

    private static List<Long> numbers(final int from, final int to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
