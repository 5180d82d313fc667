package io.tagma.store;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Many more subjects than stay warm, in a process of its own: how long it takes, how much of it is resident, and what one promotion
 * costs. {@code java @config/jvm.args -Xmx256m -cp ... io.tagma.store.TierScale DIR SUBJECTS WARM}. Prints one line of figures.
 */
final class TierScale {
    private static final int D = 16;
    private static final int ACCESSES = 1_000_000;
    private static final double SKEW = 1 / (1 - 0.9); // inverts a Zipf tail of exponent 0.9, nearly

    private TierScale() {}

    public static void main(final String[] args) throws IOException {
        final Path directory = Path.of(args[0]);
        final int subjects = Integer.parseInt(args[1]);
        final int warm = Integer.parseInt(args[2]);
        final ProfileStoreConfig config = new ProfileStoreConfig(
                        directory.resolve("rows.dat"), subjects, D, 1, 0, ProfileStoreConfig.Mode.CREATE)
                .withTiers(TierConfig.of(directory.resolve("archive"), warm));
        try (ProfileStore store = ProfileStore.open(config)) {
            final ProfileRow row = store.newRow();
            final long[] digests = new long[2];
            final long start = System.nanoTime();
            for (long subject = 0; subject < subjects; subject++) {
                digests[0] += update(row.wrap(store.acquireRow(subject)), subject, 1);
            }
            final long loaded = System.nanoTime();
            final long promotedBefore = store.ledger().promotions();
            final long[] promotionNs = touch(store, row, subjects, digests);
            final long touched = System.nanoTime();
            final long promoted = store.ledger().promotions() - promotedBefore;
            store.forEachRow((final long address) -> digests[1] += Memory.getLong(address + RowLayout.DIGEST));
            if (store.size() != subjects || digests[0] != digests[1]) {
                throw new AssertionError("rows " + store.size() + ", digests " + Arrays.toString(digests));
            }
            Arrays.sort(promotionNs);
            final TierLedger ledger = store.ledger();
            out().printf(
                            Locale.ROOT,
                            "load_us %.2f hits %.3f promotion_us p50 %.1f p99 %.1f p99.99 %.1f max %.1f touch_us %.2f"
                                    + " cold_bytes_a_row %.1f cold_memory_a_row %.1f compacted %d walk_s %.1f resident_mib %d%n",
                            (loaded - start) / 1e3 / subjects,
                            1 - promoted / (double) ACCESSES,
                            at(promotionNs, 0.5),
                            at(promotionNs, 0.99),
                            at(promotionNs, 0.9999),
                            at(promotionNs, 1),
                            (touched - loaded) / 1e3 / ACCESSES,
                            ledger.used(TierLedger.Tier.COLD_FILES) / (double) ledger.coldRows(),
                            ledger.used(TierLedger.Tier.COLD_MEMORY) / (double) ledger.coldRows(),
                            ledger.compactedSegments(),
                            (System.nanoTime() - touched) / 1e9,
                            residentPeakMib());
        }
    }

    /** Skewed accesses; what those took that found their row in the archive, ns. */
    private static long[] touch(
            final ProfileStore store, final ProfileRow row, final int subjects, final long[] digests) {
        final SplittableRandom random = new SplittableRandom(3);
        final long[] took = new long[ACCESSES];
        int count = 0;
        for (int i = 0; i < ACCESSES; i++) {
            // Scattered, so that the frequent ones do not share blocks.
            final long rank = (long) (Math.pow(random.nextDouble(), SKEW) * subjects);
            final long subject = rank * 7919 % subjects;
            final long before = store.ledger().promotions();
            final long start = System.nanoTime();
            final long address = store.acquireRow(subject);
            final long end = System.nanoTime();
            digests[0] += update(row.wrap(address), i, 2 + i % 4);
            if (store.ledger().promotions() != before) {
                took[count++] = end - start;
            }
        }
        return Arrays.copyOf(took, count);
    }

    private static long update(final ProfileRow row, final long n, final int features) {
        row.beginUpdate();
        for (int i = 0; i < features; i++) {
            row.set(i, row.get(i) + (n + i) % 1000 * 0.37f);
        }
        return row.endUpdate(1_700_000_000_000_000_000L + n * 1_000_003);
    }

    private static double at(final long[] sorted, final double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) (quantile * (sorted.length - 1))] / 1e3;
    }

    private static long residentPeakMib() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(-1)
                    >> 10;
        }
    }

    private static PrintStream out() {
        return System.out;
    }
}
