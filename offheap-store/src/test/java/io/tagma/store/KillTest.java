package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a process dies by SIGKILL: real child processes. */
class KillTest {
    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostAndTheJournalGoesOn() {
        String acked = "";
        try (ChildJvm child = ChildJvm.start(Children.JournalWriter.class, directory)) {
            for (int i = 0; i < 2000; i++) {
                acked = child.lineAfter("acked ");
            }
            final String later = child.kill("acked ");
            acked = later.isEmpty() ? acked : later;
        }
        final long last = lastSequence();
        assertThat(last).isGreaterThanOrEqualTo(Long.parseLong(acked)).isPositive();
        goOnWithin(Duration.ofSeconds(1), last + 1);
        assertThat(lastSequence()).isEqualTo(last + Children.BATCH);
    }

    @Test
    void aKillInsideAnOpenDocumentLeavesNoTrace() {
        try (ChildJvm child = ChildJvm.start(Children.HalfJournalWriter.class, directory)) {
            child.lineAfter("open");
            child.kill("");
        }
        assertThat(lastSequence()).isEqualTo(3 * Children.BATCH - 1);
        goOnWithin(Duration.ofSeconds(1), 3 * Children.BATCH);
        assertThat(lastSequence()).isEqualTo(4 * Children.BATCH - 1);
    }

    @Test
    void theAuditGoesOnExactlyOnceBehindTheLastWholeRecord() {
        try (ChildJvm child = ChildJvm.start(Children.AuditWriter.class, directory, 5000)) {
            assertThat(child.line()).isEqualTo("open");
            child.kill("");
        }
        try (AuditAppender audit = AuditAppender.open(directory)) {
            assertThat(audit.lastSequence()).isEqualTo(4999);
            for (long sequence = audit.lastSequence() + 1; sequence < 6000; sequence++) {
                audit.begin(sequence, sequence * 10);
                assertThat(audit.commit()).isEqualTo(StoreCode.OK);
            }
        }
        try (AuditTailer tailer = AuditTailer.open(directory)) {
            for (long sequence = 0; sequence < 6000; sequence++) {
                assertThat(tailer.next()).isTrue();
                assertThat(tailer.sequence()).isEqualTo(sequence);
            }
            assertThat(tailer.next()).isFalse();
            assertThat(tailer.damaged()).isZero();
        }
    }

    /** The map's lock outlives its holder in the file; the directory's is the system's and goes with the process. */
    @Test
    void aKillWhileItHeldLocksCostsTheMapWhichIsAView() {
        final Path root = directory.resolve("engine");
        try (ChildJvm child = ChildJvm.start(Children.LockHolder.class, root)) {
            child.lineAfter("locked");
            assertThatThrownBy(() -> StoreDirectory.open(root))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("held by process " + child.pid());
            child.kill("");
        }
        try (StoreDirectory own = StoreDirectory.open(root)) {
            assertThat(own.holderPid()).hasValue(ProcessHandle.current().pid());
            assertThatThrownBy(() ->
                            ProfileStore.open(Children.RowWriter.config(own.profiles(0), ProfileStoreConfig.Mode.OPEN)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll("left locked", "CREATE", "replay");
            try (ProfileStore rows =
                    ProfileStore.open(Children.RowWriter.config(own.profiles(0), ProfileStoreConfig.Mode.CREATE))) {
                assertThat(rows.acquireRow(42)).isPositive();
            }
            assertThat(lastSequence(own.journal(0))).isEqualTo(3 * Children.BATCH - 1);
        }
    }

    private void goOnWithin(final Duration limit, final long sequence) {
        final long start = System.nanoTime();
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(directory))) {
            Children.JournalWriter.append(journal, sequence, Children.BATCH);
            assertThat(journal.commit()).isPositive();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
    }

    /** Reads all; each excerpt must follow the one before. */
    private long lastSequence() {
        return lastSequence(directory);
    }

    private static long lastSequence(final Path journal) {
        long next = 0;
        try (JournalTailer tailer = JournalTailer.open(journal)) {
            for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                assertThat(code).as("%s", tailer.damage()).isEqualTo(TailerCode.EXCERPT);
                assertThat(tailer.firstSequence()).isEqualTo(next);
                next += tailer.count();
            }
        }
        return next - 1;
    }
}
