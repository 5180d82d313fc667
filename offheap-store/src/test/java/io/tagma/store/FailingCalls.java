package io.tagma.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A child process that uses a directory from its opening to its close again and again, and each time another one of its system calls
 * fails. Prints what was not as it should be.
 */
final class FailingCalls {
    private static final int EXCERPTS = 40;
    private static final int ROWS = 400;
    private static final int WARM = 64;

    /** More than is stored through a mapping. */
    private static final String LONG = "velocity ".repeat(1_000);

    private final MethodHandle failAt;
    private final MethodHandle calls;
    private final MethodHandle failed;
    private final Arena arena = Arena.ofConfined();
    private final Path parent;
    private long acknowledged;
    private long audited;

    @SuppressWarnings("restricted") // what native access is enabled for
    private FailingCalls(final Path library, final Path parent) {
        this.parent = parent;
        final Linker linker = Linker.nativeLinker();
        final SymbolLookup lookup = SymbolLookup.libraryLookup(library, Arena.global());
        failAt = linker.downcallHandle(
                lookup.findOrThrow("tagma_fail_at"), FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
        calls = linker.downcallHandle(lookup.findOrThrow("tagma_calls"), FunctionDescriptor.of(JAVA_LONG));
        failed = linker.downcallHandle(lookup.findOrThrow("tagma_failed"), FunctionDescriptor.of(ADDRESS));
    }

    /** Library, directory, most rounds. */
    public static void main(final String[] args) throws Throwable {
        final FailingCalls calls = new FailingCalls(Path.of(args[0]), Path.of(args[1]));
        final long total = calls.count();
        out().println("calls " + total);
        final long rounds = Long.parseLong(args[2]);
        final long step = Math.max(1, total / rounds);
        int done = 0;
        for (long n = 1; n <= total; n += step) {
            calls.round(n);
            done++;
        }
        out().println("rounds " + done);
    }

    private long count() throws Throwable {
        // Twice: what is loaded and compiled at the first use is then not counted.
        use(parent.resolve("first"));
        arm(Long.MAX_VALUE);
        use(parent.resolve("second"));
        final long total = (long) calls.invokeExact();
        arm(0);
        return total;
    }

    @SuppressWarnings("restricted")
    private void round(final long n) throws Throwable {
        final Path directory = parent.resolve("round-" + n);
        acknowledged = 0;
        audited = 0;
        String outcome = "went on";
        arm(n);
        try {
            use(directory);
        } catch (final StoreException e) {
            outcome = String.valueOf(e.getMessage()).contains(directory.toString()) ? "said so" : "unclear " + e;
        } catch (final OutOfMemoryError e) {
            outcome = "said so";
        } catch (final Throwable e) {
            outcome = "unclear " + e;
        }
        final String what =
                ((MemorySegment) failed.invokeExact()).reinterpret(32).getString(0);
        arm(0);
        out().println("call " + n + " " + what + ": " + outcome);
        if (outcome.startsWith("unclear")) {
            out().println("bad call " + n + " " + what + ": " + outcome);
        }
        try {
            recover(directory);
        } catch (final RuntimeException e) {
            out().println("bad call " + n + " " + what + ": does not recover: " + e);
        }
    }

    private void arm(final long n) throws Throwable {
        failAt.invokeExact(arena.allocateFrom(parent.toString()), n);
    }

    private void use(final Path root) throws IOException {
        final List<AutoCloseable> open = new ArrayList<>();
        try {
            final StoreDirectory directory = add(open, StoreDirectory.open(root));
            final JournalAppender journal = add(open, JournalAppender.open(journal(directory)));
            final AuditAppender audit = add(open, AuditAppender.open(directory.audit(0)));
            final ProfileStore rows = add(open, ProfileStore.open(rows(directory)));
            final ProfileRow row = rows.newRow();
            for (int i = 0; i < EXCERPTS; i++) {
                Children.JournalWriter.append(journal, acknowledged, Children.BATCH);
                if (journal.commit() > 0) {
                    acknowledged += Children.BATCH;
                }
                audit(audit, 4L * i, "velocity", 1);
                audit(audit, 4L * i + 1, LONG, 3);
            }
            for (int i = 0; i < ROWS; i++) {
                row.wrap(rows.acquireRow(i));
                row.beginUpdate();
                row.set(0, i);
                row.endUpdate(i);
            }
            final Path snapshot = SnapshotFiles.file(directory.snapshots(0), 7);
            try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(snapshot, 0, 7, 1, 1))) {
                rows.save(out);
                out.commit();
            }
            close(open, 1);
            Integrity.seal(directory);
        } finally {
            close(open, 0);
        }
    }

    /** A group of records. One call fails and no other: what it kept from being written is written at the second try. */
    private void audit(final AuditAppender audit, final long sequence, final String agent, final int records) {
        final long last = sequence + records - 1;
        for (int tries = 0; tries < 2; tries++) {
            for (long next = Math.max(sequence, audit.lastSequence() + 1); next <= last; next++) {
                audit.begin(next, sequence);
                audit.text("agent", agent).add();
            }
            audit.flush();
        }
        if (audit.lastSequence() != last) {
            throw new IllegalStateException("the audit does not go on behind record " + audit.lastSequence());
        }
        audited += records;
    }

    private void recover(final Path root) throws IOException {
        try (StoreDirectory directory = StoreDirectory.open(root);
                JournalAppender journal = JournalAppender.open(journal(directory));
                AuditAppender audit = AuditAppender.open(directory.audit(0));
                ProfileStore rows = ProfileStore.open(rows(directory))) {
            Children.JournalWriter.append(journal, acknowledged, Children.BATCH);
            audit.begin(audit.lastSequence() + 1, EXCERPTS);
            if (journal.commit() <= 0 || audit.commit() < 0 || rows.acquireRow(1) <= 0) {
                throw new StoreException("cannot be written");
            }
            long found = 0;
            try (JournalTailer tailer = JournalTailer.open(directory.journal(0))) {
                for (int code = tailer.next(); code != TailerCode.END; code = tailer.next()) {
                    if (code != TailerCode.EXCERPT) {
                        throw new StoreException(String.valueOf(tailer.damage()));
                    }
                    found += tailer.count();
                }
            }
            if (found != acknowledged + Children.BATCH) {
                throw new StoreException(
                        acknowledged + " were acknowledged, " + (found - Children.BATCH) + " are there");
            }
            readAudit(directory.audit(0));
        }
        final List<Damage> damage = new StoreVerifier(root).verify().damage();
        if (!damage.isEmpty()) {
            throw new StoreException(damage.toString());
        }
    }

    private void readAudit(final Path directory) {
        try (AuditTailer tailer = AuditTailer.open(directory)) {
            long found = 0;
            for (long last = -1; tailer.next(); last = tailer.sequence()) {
                if (tailer.sequence() <= last || tailer.fields().isEmpty()) {
                    throw new StoreException("audit record " + tailer.sequence() + " behind " + last);
                }
                found++;
            }
            if (tailer.damaged() > 0 || found < audited + 1) {
                throw new StoreException(audited + " audit records were acknowledged, " + (found - 1) + " are there, "
                        + tailer.damaged() + " damaged");
            }
        }
    }

    private static JournalConfig journal(final StoreDirectory directory) {
        return JournalConfig.of(directory.journal(0));
    }

    private static ProfileStoreConfig rows(final StoreDirectory directory) {
        return new ProfileStoreConfig(directory.profiles(0), 1000, Children.D, 1, 0, ProfileStoreConfig.Mode.CREATE)
                .withTiers(TierConfig.of(directory.archive(0), WARM));
    }

    private static <T extends AutoCloseable> T add(final List<AutoCloseable> open, final T opened) {
        open.add(opened);
        return opened;
    }

    /** Closes down to so many, also where one of them refuses. */
    private static void close(final List<AutoCloseable> open, final int keep) {
        StoreException refused = null;
        while (open.size() > keep) {
            try {
                open.removeLast().close();
            } catch (final StoreException e) {
                refused = e;
            } catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private static PrintStream out() {
        return System.out;
    }
}
