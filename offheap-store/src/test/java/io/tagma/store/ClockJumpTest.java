package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's clock jumps, backwards too: files are chosen by it, and nothing else may depend on it. */
class ClockJumpTest {
    private static final long START_NS = TimeUnit.DAYS.toNanos(20_000);
    private static final int EXCERPTS = 10;

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(START_NS);
    private long next;

    @Test
    void whatIsWrittenAfterAJumpBackFollowsWhatWasWrittenBefore() {
        try (JournalAppender journal = open()) {
            append(journal);
            jump(1);
            append(journal);
            jump(-3);
            append(journal);
            jump(5);
            append(journal);
            jump(-1);
            append(journal);
        }
        jump(-48);
        try (JournalAppender journal = open()) {
            append(journal);
            jump(1);
            append(journal);
        }
        readsInOrder(7 * EXCERPTS);
        findsEach(7 * EXCERPTS);
        jump(500);
        try (JournalAppender journal = open()) {
            append(journal);
        }
        readsInOrder(8 * EXCERPTS);
    }

    /** A reader that has come to the end sees what is written under an earlier hour. */
    @Test
    void aReaderAtTheEndGoesOnBehindAJumpBack() {
        try (JournalAppender journal = open()) {
            append(journal);
            try (JournalTailer tailer = JournalTailer.open(directory)) {
                drain(tailer, 0);
                jump(-2);
                append(journal);
                drain(tailer, EXCERPTS);
                jump(4);
                append(journal);
                drain(tailer, 2 * EXCERPTS);
            }
        }
    }

    private void drain(final JournalTailer tailer, final long from) {
        for (long sequence = from; sequence < next; sequence++) {
            assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
            assertThat(tailer.firstSequence()).isEqualTo(sequence);
        }
        assertThat(tailer.next()).isEqualTo(TailerCode.END);
    }

    private void readsInOrder(final int expected) {
        assertThat(next).isEqualTo(expected);
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            drain(tailer, 0);
        }
    }

    private void findsEach(final int expected) {
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            for (long sequence = 0; sequence < expected; sequence++) {
                assertThat(tailer.toSequence(sequence)).isTrue();
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(sequence);
            }
        }
    }

    private void jump(final int hours) {
        clock.addAndGet(TimeUnit.HOURS.toNanos(hours));
    }

    private JournalAppender open() {
        return JournalAppender.open(
                JournalConfig.of(directory).rollEvery(RollEvery.HOUR).clock(clock::get));
    }

    private void append(final JournalAppender journal) {
        for (int i = 0; i < EXCERPTS; i++) {
            journal.begin(1, next, clock.get());
            journal.staging().putLong(journal.claim(Long.BYTES), next);
            assertThat(journal.commit()).isPositive();
            next++;
        }
    }
}
