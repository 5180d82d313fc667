package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueReadingTest {
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
}
