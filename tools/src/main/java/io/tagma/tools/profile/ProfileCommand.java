package io.tagma.tools.profile;

import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.profile.BehaviourVariable;
import io.tagma.engine.shard.RowVersion;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma profile}: one row, read as any other process reads it. Used by one thread. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a profile row, also while a live engine updates it; or, from the journal,",
            "what it was before. Sequences are those of the subject's shard.",
            "",
            "Numbers that say how the subject behaves are shown with how pronounced they are, 0 being neutral and 1 as"
                    + " much",
            "as it gets. --neutralise brings such numbers 0.1 nearer to neutral, to neutral itself where less than 0.1"
                    + " would",
            "be left: of an engine at rest, or of one that runs (reached over JMX by the id of the process that holds"
                    + " DIR).",
            "It is an input like any other: journaled with who and why before it takes effect, replayed, shown by"
                    + " --history,",
            "and undone by the 'tagma rollback' that is printed. What does not exist, or is neutral already, is"
                    + " refused;",
            "nothing is changed then."
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 no such row, or refused (nothing was changed), 2 the command makes no sense."
        })
public final class ProfileCommand implements Callable<Integer> {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Parameters(index = "1", paramLabel = "SUBJECT", description = "Whose row, as KIND:ID, e.g. card:42.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String subjectText;

    @Option(names = "--history", description = "List the row's versions, from the journal, the newest last.")
    private boolean history;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Versions to list (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--at", paramLabel = "SEQ", description = "Show the row as it was after this input of its shard.")
    private @Nullable Long at;

    @Option(
            names = "--neutralise",
            split = ",",
            paramLabel = "NAME",
            description = "Bring these numbers of the row, separated by commas, a step of 0.1 nearer to neutral.")
    private List<String> neutralised = List.of();

    @Option(names = "--who", paramLabel = "NAME", description = "With --neutralise: who wants it (default: the user).")
    private String who = System.getProperty("user.name", "unknown");

    @Option(names = "--why", paramLabel = "TEXT", description = "With --neutralise: why (default: 'by hand').")
    private String why = "by hand";

    /** For the command line of a terminal. */
    public ProfileCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final long subject = subject(source, subjectText);
        if (history) {
            return list(source, subject);
        }
        final Long sequence = at;
        if (sequence != null) {
            return past(source, subject, sequence);
        }
        if (!neutralised.isEmpty()) {
            return new Neutralisation(terminal, source, subject)
                    .carryOut(neutralised.stream().map(String::strip).toList(), who, why, this::read);
        }
        final RowHeader header = new RowHeader();
        print(source, subject, Subjects.shardOf(subject, source.shards()), header, read(source, subject, header));
        return Tagma.EXIT_OK;
    }

    /** The row as it is now; fills in its header. */
    private float[] read(final EngineDirectory source, final long subject, final RowHeader header) {
        final int shard = Subjects.shardOf(subject, source.shards());
        try (StoreDirectory store = StoreDirectory.attach(directory);
                ProfileReader reader = ProfileReader.open(store.profiles(shard))) {
            final float[] floats = new float[reader.dimension()];
            require(reader.read(subject, floats, header), source, subject, shard);
            return floats;
        }
    }

    static long subject(final EngineDirectory source, final String subjectText) {
        try {
            return source.subjectNames().subject(subjectText);
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage(String.valueOf(e.getMessage()));
        }
    }

    private int list(final EngineDirectory source, final long subject) throws IOException {
        if (limit < 1) {
            throw ToolException.usage("--limit must be at least 1: " + limit);
        }
        final PastRows rows = new PastRows(source, subject);
        final Deque<RowVersion> newest = new ArrayDeque<>();
        final long[] count = new long[1];
        rows.each(at == null ? Long.MAX_VALUE : at, version -> {
            count[0]++;
            newest.addLast(version);
            if (newest.size() > limit) {
                newest.removeFirst();
            }
        });
        final String who = source.subjectNames().format(subject);
        if (newest.isEmpty()) {
            throw new ToolException("no version of " + who + " on shard " + rows.shard() + " of " + directory
                    + ": nothing happened to it yet");
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s, shard %d: %,d versions%s%n",
                        who,
                        rows.shard(),
                        count[0],
                        count[0] > newest.size() ? ", the newest " + newest.size() + " (--limit N for more)" : "");
        final Vocabulary vocabulary = vocabulary(source);
        float[] before = null;
        for (final RowVersion version : newest) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "  %-12d%-32s%s%s%n",
                            version.sequence(),
                            time(version.updatedNs()),
                            version.cause().isEmpty() ? "" : version.cause() + ": ",
                            difference(vocabulary, Subjects.kind(subject), before, version.floats()));
            before = version.floats();
        }
        return Tagma.EXIT_OK;
    }

    /** What changed, or for the first version all that is not zero. */
    private static String difference(
            final Vocabulary vocabulary, final int kind, final float @Nullable [] before, final float[] now) {
        final StringJoiner changes = new StringJoiner(", ");
        for (int i = 0; i < now.length; i++) {
            final float old = before == null ? 0f : before[i];
            if (Float.floatToRawIntBits(old) != Float.floatToRawIntBits(now[i])) {
                changes.add(vocabulary.row(kind, i) + " " + now[i]);
            }
        }
        return changes.length() == 0 ? "(as before)" : changes.toString();
    }

    private int past(final EngineDirectory source, final long subject, final long sequence) throws IOException {
        final PastRows rows = new PastRows(source, subject);
        final RowVersion version = rows.at(sequence);
        final String who = source.subjectNames().format(subject);
        if (version == null) {
            throw new ToolException("no row for " + who + " after input " + sequence + " of shard " + rows.shard()
                    + ": nothing had happened to it yet");
        }
        line("subject", who);
        line("shard", Integer.toString(rows.shard()));
        line("after input", Long.toString(sequence));
        line("updated", time(version.updatedNs()));
        floats(source, subject, version.floats());
        return Tagma.EXIT_OK;
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
                                + ": nothing happened to it yet, or with --warm-rows it may be in the archive, which"
                                + " the engine alone reads; --history tells";
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
        line("updated", time(header.updatedNs()));
        line("updates", Long.toString(header.sequence() / 2 - 1));
        line("layout", "version " + header.layoutVersion() + ", " + header.dimension() + " floats");
        line("digest", String.format(Locale.ROOT, "%016x", header.digest()));
        floats(source, subject, floats);
    }

    private static String time(final long epochNs) {
        return epochNs == 0
                ? "never"
                : Instant.ofEpochSecond(epochNs / NS_PER_SECOND, epochNs % NS_PER_SECOND)
                        .toString();
    }

    private void floats(final EngineDirectory source, final long subject, final float[] floats) {
        final Vocabulary vocabulary = vocabulary(source);
        final Map<Integer, BehaviourVariable> behaviours = Neutralisation.behaviours(source, subject);
        for (int i = 0; i < floats.length; i++) {
            final BehaviourVariable behaviour = behaviours.get(i);
            final String label = vocabulary.row(Subjects.kind(subject), i);
            line(
                    behaviour == null ? label : behaviour.name(),
                    behaviour == null
                            ? Float.toString(floats[i])
                            : String.format(
                                    Locale.ROOT, "%-14s behaviour %+.2f", floats[i], behaviour.pronounced(floats[i])));
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
