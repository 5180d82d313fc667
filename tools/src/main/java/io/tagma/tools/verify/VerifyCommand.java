package io.tagma.tools.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.shard.PublishedFilesCheck;
import io.tagma.store.Damage;
import io.tagma.store.StoreVerifier;
import io.tagma.store.VerifyReport;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma verify}: reads everything in a directory and names what is damaged. Used by one thread. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads everything in an engine's directory and names each damaged thing with file and offset; exit 1 if"
                    + " there is any.",
            "Changes nothing, also beside a live engine. After an orderly close every 4 KiB is checked, else what has"
                    + " a checksum of its own."
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final double MEGA = 1e6;
    private static final int LONG_RUN = 16; // of blocks, from which on they are named by first and last

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** For the command line of a terminal. */
    public VerifyCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        final VerifyReport report = verify();
        if (json) {
            terminal.out().println(new ObjectMapper().writeValueAsString(asMap(report)));
        } else {
            print(report);
        }
        return report.damage().isEmpty() ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private VerifyReport verify() {
        try {
            return new StoreVerifier(directory)
                    .with(new PublishedFilesCheck())
                    .watchedBy(this::live)
                    .verify();
        } finally {
            terminal.endLive();
        }
    }

    private void live(final String what, final long bytes, final long of) {
        terminal.live(
                of == 0
                        ? "checking " + what
                        : String.format(Locale.ROOT, "%,.0f of %,.0f MB  %s", bytes / MEGA, of / MEGA, what));
    }

    private void print(final VerifyReport report) {
        final List<Damage> all = report.damage();
        for (int from = 0, end; from < all.size(); from = end) {
            end = runEnd(all, from);
            if (end - from >= LONG_RUN) {
                name(all.get(from), " to " + all.get(end - 1).offset() + ", " + (end - from) + " in a row");
            } else {
                all.subList(from, end).forEach(one -> name(one, ""));
            }
        }
        line("read", "%,d files, %,d bytes", report.files(), report.bytes());
        line(
                "checked",
                "%s",
                report.byManifest()
                        ? "every 4 KiB against the manifest of the last close"
                                + (report.whole().isEmpty() ? "" : ", and what has a checksum of its own")
                        : "what has a checksum of its own: "
                                + (report.live()
                                        ? "an engine holds the directory"
                                        : report.oldManifest()
                                                ? "the manifest is older than the journal"
                                                : "no manifest, the engine was not closed in order"));
        new TreeMap<>(report.whole()).forEach((items, count) -> line("whole", "%,d %s", count, items));
        line("damaged", "%,d", report.damage().size());
        if (!report.damage().isEmpty() && !report.live()) {
            line("next", "tagma repair %s", Terminal.word(directory));
        }
    }

    private void name(final Damage damage, final String more) {
        terminal.out()
                .println("DAMAGED " + relative(damage)
                        + (damage.offset() < 0 ? "" : " at byte " + damage.offset() + more) + ": " + damage.reason());
    }

    /** Behind the last of what follows without a gap, in one file and for one reason. */
    private static int runEnd(final List<Damage> all, final int from) {
        int end = from + 1;
        while (end < all.size() && follows(all.get(end - 1), all.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean follows(final Damage before, final Damage next) {
        return before.index() >= 0
                && next.index() == before.index() + 1
                && next.file().equals(before.file())
                && next.reason().equals(before.reason());
    }

    private Map<String, Object> asMap(final VerifyReport report) {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("directory", directory.toString());
        map.put("by", report.byManifest() ? "manifest" : "contents");
        map.put("live", report.live());
        map.put("files", report.files());
        map.put("bytes", report.bytes());
        map.put("whole", new TreeMap<>(report.whole()));
        final List<Map<String, Object>> damage = new ArrayList<>();
        for (final Damage one : report.damage()) {
            damage.add(Map.of("file", relative(one), "offset", one.offset(), "reason", one.reason()));
        }
        map.put("damage", damage);
        return map;
    }

    private String relative(final Damage damage) {
        final Path file = Path.of(damage.file()).toAbsolutePath();
        final Path root = directory.toAbsolutePath();
        return file.startsWith(root) ? root.relativize(file).toString() : damage.file();
    }

    private void line(final String label, final String format, final Object... values) {
        terminal.out().printf(Locale.ROOT, "%-12s%s%n", label, String.format(Locale.ROOT, format, values));
    }
}
