package io.tagma.tools.run;

import io.tagma.engine.EngineContext;
import io.tagma.engine.Retention;
import io.tagma.store.HotConfig;
import io.tagma.store.TierConfig;
import io.tagma.tools.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What {@code tagma run} understands about where rows are and what is kept of the journal. Filled by the command line, read by the
 * same thread. Nothing of it shows in a decision, so each may be another at the next run on the same directory.
 */
final class StoreOptions {
    private static final Pattern LIMIT = Pattern.compile("(\\d{1,15})([a-zA-Z]+)");
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;
    private static final long MB = 1_000_000;
    private static final long GB = 1000 * MB;
    private static final String KEEP_HELP = "--keep is an age (90m, 36h, 7d), a number of files (24files) or bytes"
            + " (500MB, 10GB), or several of them, e.g. 7d,10GB: ";

    @Option(
            names = "--warm-rows",
            paramLabel = "N",
            description =
                    "Rows of a shard that stay in shared memory; the others wait in a compressed archive. Default: 0,"
                            + " all stay.")
    private int warmRows;

    @Option(
            names = "--hot-rows",
            paramLabel = "N",
            description =
                    "Rows of a shard, those used most, that also lie in a slab for kernels; costs each update some 20"
                            + " ns. Default: 0, none.")
    private int hotRows;

    @Option(
            names = "--copy-to",
            paramLabel = "DIR",
            description =
                    "An existing directory, best on another disk, that takes a copy of journals and snapshots; may be"
                            + " given several times.")
    private List<Path> copies = new ArrayList<>();

    @Option(
            names = "--keep",
            paramLabel = "LIMITS",
            description = {
                "How much of the journal is kept: an age (90m, 36h, 7d), a number of files (24files), bytes (500MB,"
                        + " 10GB), or several,",
                "e.g. 7d,10GB. Only what a snapshot holds and the audit has seen is let go. Default: all is kept."
            })
    private @Nullable String keep;

    @Option(
            names = "--snapshot-interval",
            paramLabel = "N",
            description =
                    "Inputs of a shard between two snapshots while it runs; 0: only when it closes. Default: 20000000.")
    private @Nullable Long snapshotInterval;

    /** Rejects what cannot work before anything is opened. */
    void check() {
        if (warmRows != 0 && warmRows < TierConfig.LEAST_WARM) {
            throw ToolException.usage(
                    "--warm-rows must be 0, which keeps all, or at least " + TierConfig.LEAST_WARM + ": " + warmRows);
        }
        if (hotRows < 0 || hotRows > HotConfig.MOST_ROWS) {
            throw ToolException.usage("--hot-rows must be 0 to " + HotConfig.MOST_ROWS + ": " + hotRows);
        }
        for (final Path copy : copies) {
            if (!Files.isDirectory(copy)) {
                throw ToolException.usage("--copy-to " + copy + " is no directory: make it first");
            }
        }
        if (snapshotInterval != null && snapshotInterval < 0) {
            throw ToolException.usage("--snapshot-interval must be 0 or more: " + snapshotInterval);
        }
        retention();
    }

    /** Sets them. */
    void apply(final EngineContext context) {
        context.limits().hotRows(hotRows).warmRows(warmRows).retention(retention());
        if (snapshotInterval != null) {
            context.limits().snapshotInterval(snapshotInterval);
        }
        if (!copies.isEmpty()) {
            context.copyTo(copies.toArray(Path[]::new));
        }
    }

    private Retention retention() {
        final String text = keep;
        if (text == null) {
            return Retention.ALL;
        }
        long ageMs = 0;
        int files = 0;
        long bytes = 0;
        for (final String limit : text.split(",", -1)) {
            final Matcher parts = LIMIT.matcher(limit.trim());
            if (!parts.matches()) {
                throw ToolException.usage(KEEP_HELP + text);
            }
            final long number = Long.parseLong(parts.group(1));
            switch (parts.group(2).toLowerCase(Locale.ROOT)) {
                case "m" -> ageMs = times(number, MINUTE_MS, text);
                case "h" -> ageMs = times(number, HOUR_MS, text);
                case "d" -> ageMs = times(number, DAY_MS, text);
                case "file", "files" -> files = (int) times(number, 1, text);
                case "mb" -> bytes = times(number, MB, text);
                case "gb" -> bytes = times(number, GB, text);
                default -> throw ToolException.usage(KEEP_HELP + text);
            }
        }
        return new Retention(ageMs, files, bytes);
    }

    /** At least 1, and no more than there is room for. */
    private static long times(final long number, final long unit, final String text) {
        final long most = unit == 1 ? Integer.MAX_VALUE : Long.MAX_VALUE / unit;
        if (number < 1 || number > most) {
            throw ToolException.usage(KEEP_HELP + text);
        }
        return number * unit;
    }
}
