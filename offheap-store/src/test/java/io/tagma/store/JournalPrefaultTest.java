package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalPrefaultTest {
    private static final int EXCERPT = 1 << 20;
    private static final int SMALL_ONES = 5_000;
    private static final int A_FILE = 1_500;
    private static final int BEYOND_A_BLOCK = QueueFiles.BLOCK_SIZE / EXCERPT + 20;

    @TempDir
    Path directory;

    @Test
    void anIdleJournalHasTheNextPagesReadyAndNoMore() {
        try (JournalAppender journal = JournalAppender.open(config())) {
            assertThat(journal.prefault().doWork()).isZero(); // nobody has written yet
            append(journal, 1, 100);
            journal.prefault().doWork();
            assumeThat(journal.prefault().bytes())
                    .as("this system takes advice")
                    .isPositive();
            assertThat(journal.prefault().bytes()).isBetween(60L << 10, 68L << 10);
            assertThat(journal.prefault().doWork()).isZero();
        }
    }

    @Test
    void pagesComeFasterToAFasterWriter() {
        try (JournalAppender journal = JournalAppender.open(config())) {
            append(journal, 1, 100);
            journal.prefault().doWork();
            assumeThat(journal.prefault().bytes())
                    .as("this system takes advice")
                    .isPositive();
            append(journal, 2, EXCERPT / 2);
            journal.prefault().doWork();
            assertThat(journal.prefault().bytes()).isGreaterThan(4L << 20);
        }
    }

    @Test
    void whatIsWrittenAcrossMappingsIsThereWhilePagesAreBroughtIn() throws InterruptedException {
        try (JournalAppender journal = JournalAppender.open(config())) {
            final AtomicBoolean stop = new AtomicBoolean();
            final Thread other = new Thread(() -> {
                while (!stop.get()) {
                    journal.prefault().doWork();
                }
            });
            other.start();
            for (int i = 1; i <= BEYOND_A_BLOCK; i++) {
                append(journal, i, EXCERPT - 1024);
            }
            stop.set(true);
            other.join();
        }
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            for (int i = 1; i <= BEYOND_A_BLOCK; i++) {
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.buffer().getLong(tailer.frameOffset(0), ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo(i);
            }
            assertThat(tailer.next()).isEqualTo(TailerCode.END);
        }
    }

    @Test
    void aClosedJournalIsLeftAlone() {
        final JournalAppender journal = JournalAppender.open(config());
        append(journal, 1, 100);
        journal.prefault().doWork();
        final long before = journal.prefault().bytes();
        journal.close();
        assertThat(journal.prefault().doWork()).isZero();
        assertThat(journal.prefault().bytes()).isEqualTo(before);
    }

    @Test
    void zerosMeetNothingThatWasWrittenAcrossLaunchesAndFiles() throws InterruptedException {
        final AtomicLong nowNs = new AtomicLong(1_000_000_000_000L);
        final JournalConfig config = config().rollEvery(RollEvery.SECOND).clock(nowNs::get);
        long number = 0;
        for (int launch = 0; launch < 3; launch++) {
            try (JournalAppender journal = JournalAppender.open(config)) {
                final AtomicBoolean stop = new AtomicBoolean();
                final Thread other = new Thread(() -> {
                    while (!stop.get()) {
                        journal.prefault().doWork();
                    }
                });
                other.start();
                for (int i = 0; i < SMALL_ONES; i++) {
                    if (i % A_FILE == A_FILE - 1) {
                        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
                    }
                    append(journal, ++number, 100 + i % 1000);
                }
                stop.set(true);
                other.join();
            }
        }
        try (JournalTailer tailer = JournalTailer.open(directory)) {
            for (long i = 1; i <= number; i++) {
                assertThat(tailer.next()).isEqualTo(TailerCode.EXCERPT); // whose checksum holds
                assertThat(tailer.buffer().getLong(tailer.frameOffset(0), ByteOrder.LITTLE_ENDIAN))
                        .isEqualTo(i);
            }
            assertThat(tailer.next()).isEqualTo(TailerCode.END);
        }
    }

    private JournalConfig config() {
        return JournalConfig.of(directory);
    }

    private static void append(final JournalAppender journal, final long number, final int length) {
        journal.begin(1, number, number);
        final int offset = journal.claim(length);
        journal.staging().putLong(offset, number, ByteOrder.LITTLE_ENDIAN);
        assertThat(journal.commit()).isPositive();
    }
}
