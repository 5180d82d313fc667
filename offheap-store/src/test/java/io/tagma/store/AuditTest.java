package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    private static final int RUN = 5000;

    @TempDir
    Path directory;

    @Test
    void recordsComeBackAsFieldsJsonAndYaml() {
        try (AuditAppender audit = AuditAppender.open(directory)) {
            assertThat(audit.lastSequence()).isEqualTo(-1);
            audit.begin(7, 1_750_000_000_000_000_000L);
            audit.text("agent", "a \"quoted\"\n\u00fc")
                    .text("none", null)
                    .int64("min", Long.MIN_VALUE)
                    .int64("small", -3)
                    .float64("score", 0.1)
                    .float64("whole", 2.0)
                    .float64("nan", Double.NaN);
            assertThat(audit.commit()).isEqualTo(StoreCode.OK);
            assertThat(audit.lastSequence()).isEqualTo(7);
        }
        try (AuditTailer tailer = AuditTailer.open(directory)) {
            assertThat(tailer.next()).isTrue();
            assertThat(tailer.sequence()).isEqualTo(7);
            assertThat(tailer.timeNs()).isEqualTo(1_750_000_000_000_000_000L);
            assertThat(tailer.fields().keySet())
                    .containsExactly("sequence", "timeNs", "agent", "none", "min", "small", "score", "whole", "nan");
            final StringBuilder json = new StringBuilder();
            tailer.toJson(json);
            assertThat(json)
                    .hasToString(
                            "{\"sequence\":7,\"timeNs\":1750000000000000000,\"agent\":\"a \\\"quoted\\\"\\n\u00fc\","
                                    + "\"none\":null,\"min\":-9223372036854775808,\"small\":-3,\"score\":0.1,\"whole\":2.0,"
                                    + "\"nan\":\"NaN\"}");
            final StringBuilder yaml = new StringBuilder();
            tailer.toYaml(yaml);
            assertThat(yaml.toString()).startsWith("{ sequence: 7, timeNs: 1750000000000000000, agent: \"a ");
            assertThat(tailer.next()).isFalse();
        }
    }

    @Test
    void searchesFindSequencesAndTimes() {
        try (AuditAppender audit = AuditAppender.open(directory);
                AuditTailer tailer = AuditTailer.open(directory)) {
            assertThat(tailer.next()).isFalse();
            for (int i = 0; i < 1000; i++) {
                audit.begin(3L * i, 30L * i);
                audit.commit();
            }
            for (final long sought : new long[] {0, 1, 2, 3, 1500, 2996, 2997}) {
                assertThat(tailer.toSequence(sought)).isTrue();
                assertThat(tailer.next()).isTrue();
                assertThat(tailer.sequence()).isEqualTo((sought + 2) / 3 * 3);
                assertThat(tailer.toTime(sought * 10)).isTrue();
                assertThat(tailer.next()).isTrue();
                assertThat(tailer.sequence()).isEqualTo((sought + 2) / 3 * 3);
            }
            assertThat(tailer.toSequence(2998)).isFalse();
            assertThat(tailer.next()).isFalse();
            audit.begin(5000, 50_000);
            audit.commit();
            assertThat(tailer.next()).as("following").isTrue();
            tailer.toStart();
            assertThat(tailer.next()).isTrue();
            assertThat(tailer.sequence()).isZero();
            tailer.toEnd();
            assertThat(tailer.next()).isFalse();
        }
    }

    @Test
    void aRecordThatIsDroppedLeavesNothing() {
        try (AuditAppender audit = AuditAppender.open(directory)) {
            audit.begin(1, 1);
            audit.text("left", "behind".repeat(50));
            audit.abort();
            audit.begin(2, 2);
            audit.begin(3, 3);
            audit.commit();
            assertThatThrownBy(audit::commit).isInstanceOf(IllegalStateException.class);
            audit.begin(4, 4);
        }
        try (AuditTailer tailer = AuditTailer.open(directory)) {
            assertThat(tailer.next()).isTrue();
            assertThat(tailer.sequence()).isEqualTo(3);
            assertThat(tailer.fields()).hasSize(2);
            assertThat(tailer.next()).isFalse();
        }
    }

    @Test
    void nothingIsAllocatedForARecord() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (AuditAppender audit = AuditAppender.open(directory)) {
            // Until the compiled form is the final one, in which nothing escapes. A hundred runs take a fifth of a
            // second,
            // and so may the compiler.
            long allocated = Long.MAX_VALUE;
            for (int run = 0; run < 2000 && allocated > 2 * RUN; run++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                record(audit, (long) run * RUN, (run + 1L) * RUN);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("bytes for %d records", RUN).isLessThanOrEqualTo(2 * RUN);
        }
    }

    @Test
    void theStockReaderPrintsYamlWithNoneOfOurClasses() {
        try (AuditAppender audit = AuditAppender.open(directory)) {
            record(audit, 41, 43);
        }
        final String others = Arrays.stream(
                        System.getProperty("java.class.path").split(":"))
                .filter(entry -> !entry.contains("offheap-store"))
                .collect(Collectors.joining(":"));
        try (ChildJvm reader =
                ChildJvm.start(List.of(), others, "net.openhft.chronicle.queue.main.ReaderMain", "-d", directory)) {
            assertThat(reader.rest())
                    .contains("sequence: 41", "agent: velocity", "score: 0.25", "amount: 1234", "sequence: 42")
                    .doesNotContain("Exception");
        }
    }

    private static void record(final AuditAppender audit, final long from, final long to) {
        for (long sequence = from; sequence < to; sequence++) {
            audit.begin(sequence, sequence * 1_000_003);
            audit.text("agent", "velocity").float64("score", 0.25).int64("amount", 1234);
            if (audit.commit() != StoreCode.OK) {
                throw new AssertionError("not committed");
            }
        }
    }
}
