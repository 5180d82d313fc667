package io.tagma.perf.recovery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.Engine;
import io.tagma.engine.Mirror;
import io.tagma.engine.Standby;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.StateHashes;
import io.tagma.perf.decision.Machine;
import io.tagma.perf.decision.Scratch;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma bench recovery}: one shard is killed and comes back. Used by one thread. */
@Command(
        name = "recovery",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Kills an engine with a shard full of rows and has it come back: as a standby's copy, from the",
            "memory of its mirror, from that mirror's parity when a member was killed too, from a snapshot,",
            "and from the journal alone. Each launch is a fresh process that has loaded its classes."
        })
final class RecoveryBenchCommand implements Callable<Integer> {
    private static final double NS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Rows (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Events behind the rows' own (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures there as JSON.")
    private @Nullable Path summary;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go while they are measured.")
    private @Nullable Path parent;

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final PrintStream out = Terminal.system().out();
    private final List<Figure> figures = new ArrayList<>();
    private String expected = "";
    private double imageMib;
    private double writeMs;

    private record Figure(String from, double ms, String note) {}

    @Override
    public Integer call() throws IOException {
        if (rows < 1 || events < 0) {
            throw ToolException.usage("--rows must be at least 1 and --events at least 0: " + rows + ", " + events);
        }
        final Path top =
                parent == null ? Files.createTempDirectory("tagma-recovery-") : Files.createDirectories(parent);
        final Path directory = Scratch.fresh(top, "engine");
        try {
            remember(directory, Scratch.fresh(top, "mirror-scratch"));
            snapshot(directory, Scratch.fresh(top, "snapshot-scratch"));
            deleteSnapshots(directory);
            launch(directory, "journal", "all " + (rows + events) + " inputs replayed and held against the journal");
            standby(directory, Scratch.fresh(top, "standby-scratch"));
        } finally {
            Scratch.delete(top);
        }
        report();
        return Tagma.EXIT_OK;
    }

    private void remember(final Path directory, final Path scratch) {
        try (RecoveryProcess engine = RecoveryProcess.start("fill", directory, rows, rows + events, 1);
                RecoveryProcess image = RecoveryProcess.start("member", directory, 0);
                RecoveryProcess parity = RecoveryProcess.start("member", directory, 1)) {
            expected = engine.said("hash");
            try (Mirror mirror = Mirror.beside(RecoveryChild.context(directory, rows), scratch)) {
                while (mirror.sequence(0) < rows + events) {
                    mirror.follow();
                }
                mirror.write();
                mirror.write(); // once more, now that the code is compiled
                imageMib = mirror.bytes() / MIB;
                writeMs = mirror.writeNs() / NS_PER_MILLI;
            }
            engine.kill();
            launch(directory, "mirror", "its member's memory");
            image.kill();
            launch(directory, "mirror_and_its_parity", "the member was killed too");
            parity.kill();
        }
    }

    private void snapshot(final Path directory, final Path scratch) {
        try (Replay replay = Replay.open(RecoveryChild.context(directory, rows), scratch)) {
            replay.shard(0).advance(Long.MAX_VALUE, false);
            replay.shard(0).snapshot();
        }
        launch(directory, "snapshot", "as new as the mirror, in the page cache");
    }

    private static void deleteSnapshots(final Path directory) {
        Scratch.delete(directory.resolve("snapshots/shard-0"));
    }

    private void standby(final Path directory, final Path scratch) {
        try (RecoveryProcess engine = RecoveryProcess.start("fill", directory, rows, 0, 1);
                Standby standby = Standby.beside(() -> RecoveryChild.context(directory, rows), scratch)) {
            long before = -1;
            while (standby.sequence(0) != before) {
                before = standby.sequence(0);
                standby.follow();
            }
            engine.kill();
            final long startNs = clock.nanoTime();
            while (standby.follow()) {
                Thread.onSpinWait();
            }
            final Engine taken = standby.takeOver();
            final double ms = (clock.nanoTime() - startNs) / NS_PER_MILLI;
            require("standby", StateHashes.format(taken.stateHash()));
            figures.add(new Figure("standby", ms, "its copy goes on; from the kill, warm process"));
        }
    }

    private void launch(final Path directory, final String from, final String note) {
        try (RecoveryProcess launched = RecoveryProcess.start("launch", directory, rows)) {
            if (!launched.said("from").equals(from)) {
                throw new ToolException("the engine came back from " + launched.said("from") + ", not from " + from);
            }
            require(from, launched.said("hash"));
            figures.add(new Figure(from.replace('_', ' '), Long.parseLong(launched.said("ns")) / NS_PER_MILLI, note));
        }
    }

    private void require(final String from, final String hash) {
        if (!hash.equals(expected)) {
            throw new ToolException("back from " + from + " with state " + hash + ", killed with " + expected);
        }
    }

    private void report() throws IOException {
        out.printf(
                Locale.ROOT,
                "one shard, %,d rows of 16 floats, %,d inputs; image %.0f MiB, written to the mirror in %.0f ms%n%n",
                rows,
                rows + events,
                imageMib,
                writeMs);
        out.printf(Locale.ROOT, "%-24s%10s   %s%n", "back from", "ms", "");
        for (final Figure figure : figures) {
            out.printf(Locale.ROOT, "%-24s%,10.0f   %s%n", figure.from(), figure.ms(), figure.note());
        }
        out.printf(Locale.ROOT, "%nstate hash %s, the same each time%n", expected);
        final Path file = summary;
        if (file != null) {
            final ObjectMapper mapper = new ObjectMapper();
            final ObjectNode json = mapper.createObjectNode();
            json.set("machine", mapper.valueToTree(Machine.here()));
            json.put("rows", rows)
                    .put("inputs", rows + events)
                    .put("image_mib", imageMib)
                    .put("mirror_write_ms", writeMs);
            final ArrayNode list = json.putArray("recovery");
            for (final Figure figure : figures) {
                list.addObject().put("from", figure.from()).put("ms", figure.ms());
            }
            Files.writeString(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
        }
    }
}
