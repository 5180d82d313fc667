package io.tagma.tools.tree;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemEpochClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma tree}: shards, agents and threads of an engine that runs in another process. */
@Command(
        name = "tree",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Shows what runs in an engine: its shards, their agents with tasks, faults and restarts, its threads.",
        footer = {"", "The engine writes it every second. Exit code 1 where no engine holds the directory."})
public final class TreeCommand implements Callable<Integer> {
    private static final double MS_PER_S = 1000;

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--json", description = "One JSON object, for machines.")
    private boolean json;

    /** The command, for a terminal. */
    public TreeCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final OptionalLong holder;
        try (StoreDirectory source = StoreDirectory.attach(directory)) {
            holder = source.holderPid();
        }
        final Path file = directory.resolve(TreeFile.NAME);
        if (!Files.exists(file)) {
            throw new ToolException(
                    holder.isPresent()
                            ? "process " + holder.getAsLong() + " holds " + directory
                                    + " and has not shown its tree yet; try again in a second"
                            : "no engine runs in " + directory);
        }
        final TreeFile.Seen seen = TreeFile.read(file);
        final boolean live = holder.isPresent() && holder.getAsLong() == seen.pid();
        final double age = (SystemEpochClock.INSTANCE.time() - seen.epochMs()) / MS_PER_S;
        if (json) {
            final ObjectMapper mapper = new ObjectMapper();
            final ObjectNode root = mapper.createObjectNode();
            root.put("pid", seen.pid()).put("live", live).put("age_s", age);
            fill(root.putObject("tree"), seen.root());
            terminal.out().println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
        } else {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            live ? "process %d, %.1f s ago%n" : "process %d is gone; this is what ran %.0f s ago%n",
                            seen.pid(),
                            age);
            print("", "", seen.root());
        }
        return live ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private void print(final String before, final String below, final TreeEntry node) {
        final String restarts = node.restarts() == 0 ? "" : ", " + node.restarts() + " restarts";
        final String detail = node.detail().isEmpty() ? "" : ": " + node.detail();
        terminal.out()
                .println(before + node.name() + " (" + node.kind() + ", " + node.state() + restarts + ")" + detail);
        for (final Iterator<TreeEntry> all = node.children().iterator(); all.hasNext(); ) {
            final TreeEntry child = all.next();
            final boolean last = !all.hasNext();
            print(below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "), child);
        }
    }

    private static void fill(final ObjectNode json, final TreeEntry node) {
        json.put("name", node.name())
                .put("kind", node.kind())
                .put("state", node.state())
                .put("restarts", node.restarts())
                .put("detail", node.detail());
        final ArrayNode children = json.putArray("children");
        node.children().forEach(child -> fill(children.addObject(), child));
    }
}
