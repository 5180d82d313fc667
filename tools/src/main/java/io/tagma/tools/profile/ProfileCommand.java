package io.tagma.tools.profile;

import io.tagma.engine.ingest.Subjects;
import io.tagma.store.ProfileReader;
import io.tagma.store.RowHeader;
import io.tagma.store.StoreCode;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.Scenario;
import io.tagma.tools.scenario.Scenarios;
import io.tagma.tools.scenario.Vocabulary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tagma profile}: one row, read as any other process reads it. Used by one thread. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = "Shows a profile row, also while a live engine updates it.")
public final class ProfileCommand implements Callable<Integer> {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Parameters(index = "1", paramLabel = "SUBJECT", description = "Whose row, as KIND:ID, e.g. card:42.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String subjectText;

    /** For the command line of a terminal. */
    public ProfileCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final long subject = subject(source);
        final int shard = Subjects.shardOf(subject, source.shards());
        final RowHeader header = new RowHeader();
        final float[] floats;
        try (StoreDirectory store = StoreDirectory.attach(directory);
                ProfileReader reader = ProfileReader.open(store.profiles(shard))) {
            floats = new float[reader.dimension()];
            require(reader.read(subject, floats, header), source, subject, shard);
        }
        print(source, subject, shard, header, floats);
        return Tagma.EXIT_OK;
    }

    private long subject(final EngineDirectory source) {
        try {
            return source.subjectNames().subject(subjectText);
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage(String.valueOf(e.getMessage()));
        }
    }

    private void require(final int code, final EngineDirectory source, final long subject, final int shard) {
        if (code == StoreCode.OK) {
            return;
        }
        final String who = source.subjectNames().format(subject);
        throw new ToolException(
                switch (code) {
                    case StoreCode.MISSING ->
                        "no row for " + who + " on shard " + shard + " of " + directory
                                + ": nothing happened to it yet";
                    case StoreCode.WRONG_LAYOUT ->
                        "row of " + who + " is of another layout than its file says: use the version that wrote it";
                    case StoreCode.DAMAGED ->
                        "row of " + who + " is damaged: launch the engine again, which rebuilds rows from the journal";
                    case StoreCode.BUSY ->
                        "row of " + who + " is in mid-update: try again; if its engine was killed, launch it again";
                    default -> "row of " + who + " cannot be read: " + StoreCode.name(code);
                });
    }

    private void print(
            final EngineDirectory source,
            final long subject,
            final int shard,
            final RowHeader header,
            final float[] floats) {
        line("subject", source.subjectNames().format(subject));
        line("shard", Integer.toString(shard));
        line(
                "updated",
                header.updatedNs() == 0
                        ? "never"
                        : Instant.ofEpochSecond(header.updatedNs() / NS_PER_SECOND, header.updatedNs() % NS_PER_SECOND)
                                .toString());
        line("updates", Long.toString(header.sequence() / 2 - 1));
        line("layout", "version " + header.layoutVersion() + ", " + header.dimension() + " floats");
        line("digest", String.format(Locale.ROOT, "%016x", header.digest()));
        final Vocabulary vocabulary = vocabulary(source);
        for (int i = 0; i < floats.length; i++) {
            line(vocabulary.row(Subjects.kind(subject), i), Float.toString(floats[i]));
        }
    }

    /** An embedder's rows have no names here; they are shown all the same. */
    private static Vocabulary vocabulary(final EngineDirectory source) {
        final String name = source.properties().get(EngineDirectory.SCENARIO);
        return new Scenarios()
                .all().stream()
                        .filter(scenario -> scenario.name().equals(name))
                        .findFirst()
                        .map(Scenario::vocabulary)
                        .orElse(new Vocabulary(Map.of(), List.of(), List.of()));
    }

    private void line(final String label, final String value) {
        terminal.out().printf(Locale.ROOT, "  %-28s%s%n", label, value);
    }
}
