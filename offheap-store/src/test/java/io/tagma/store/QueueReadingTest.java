package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueReadingTest {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    private Path directory = Path.of("");

    private long nowNs = 1_700_000_000L * SECOND_NS;

    /** The end that is found by walking is the one that the queue tells, over several files and after each excerpt. */
    @Test
    void theEndIsFoundByWalkingToo() {
        try (JournalAppender journal = JournalAppender.open(
                        JournalConfig.of(directory).rollEvery(RollEvery.SECOND).clock(() -> nowNs));
                QueueReading empty = new QueueReading(directory)) {
            assertThat(empty.lastByWalking()).isEqualTo(-1);
            for (int i = 0; i < 9; i++) {
                nowNs += SECOND_NS / 3;
                Children.JournalWriter.append(journal, (long) i * Children.BATCH, Children.BATCH);
                assertThat(journal.commit()).isPositive();
                try (QueueReading reading = new QueueReading(directory)) {
                    final long last = reading.lastByWalking();
                    assertThat(last).isPositive().isEqualTo(reading.queue().lastIndex());
                    final long[] backward = new long[1];
                    reading.backward(
                            (document, bytes, index) -> {
                                backward[0] = index;
                                return 1;
                            },
                            0);
                    assertThat(backward[0]).isEqualTo(last);
                }
            }
        }
    }

    /** Writers and readers of a journal and of an audit, one after the other and beside each other. */
    @Test
    void whatWasClosedIsNotMappedAnyMore() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(MAPS), "needs /proc");
        final Path journals = directory.resolve("journal");
        final Path audits = directory.resolve("audit");
        for (int i = 0; i < 5; i++) {
            try (JournalAppender journal = JournalAppender.open(JournalConfig.of(journals));
                    AuditAppender audit = AuditAppender.open(audits)) {
                Children.JournalWriter.append(journal, (long) i * Children.BATCH, Children.BATCH);
                assertThat(journal.commit()).isPositive();
                audit.begin(i, i);
                assertThat(audit.commit()).isEqualTo(StoreCode.OK);
                assertThat(mapped()).isNotEmpty();
                read(journals, audits, i + 1);
            }
            read(journals, audits, i + 1);
            QueueFiles.awaitUnmapped();
            assertThat(mapped()).as("after %d times", i + 1).isEmpty();
        }
    }

    private static void read(final Path journals, final Path audits, final int records) {
        try (JournalTailer tailer = JournalTailer.open(journals);
                AuditTailer told = AuditTailer.open(audits)) {
            assertThat(tailer.toSequence(0)).isTrue();
            while (tailer.next() != TailerCode.END) {
                assertThat(tailer.damage()).isNull();
            }
            int count = 0;
            while (told.next()) {
                count++;
            }
            assertThat(count).isEqualTo(records);
        }
    }

    private List<String> mapped() throws IOException {
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(directory.toString()))
                    .map(line -> line.substring(line.indexOf('/')))
                    .toList();
        }
    }
}
