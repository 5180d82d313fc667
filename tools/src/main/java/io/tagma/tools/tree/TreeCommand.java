package io.tagma.tools.tree;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineException;
import io.tagma.engine.observe.AgentsMXBean;
import io.tagma.engine.supervise.TreeEntry;
import io.tagma.engine.supervise.TreeFile;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.LiveBean;
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
import javax.management.RuntimeMBeanException;
import org.agrona.concurrent.SystemEpochClock;
import org.jspecify.annotations.Nullable;
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
        footer = {
            "",
            "The engine writes it every second. Exit code 1 where no engine holds the directory, or where the agent to",
            "be revived is not switched off."
        })
public final class TreeCommand implements Callable<Integer> {
    private static final double MS_PER_S = 1000;

    private static final LiveBean.Kind<AgentsMXBean> AGENTS =
            new LiveBean.Kind<>("Agents", AgentsMXBean.class, AgentsMXBean::getDirectory);

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Option(names = "--json", description = "One JSON object, for machines.")
    private boolean json;

    @Option(
            names = "--revive",
            paramLabel = "AGENT",
            description = {
                "Have an agent that failed too often and was switched off called again, on every shard where it is;",
                "journaled with who and why. Reaches the engine over JMX."
            })
    private @Nullable String revive;

    @Option(names = "--who", paramLabel = "NAME", description = "Who revives it (default: the user).")
    private String who = System.getProperty("user.name", "unknown");

    @Option(names = "--why", paramLabel = "TEXT", description = "Why (default: 'by hand').")
    private String why = "by hand";

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
        final String agent = revive;
        if (agent != null) {
            return call(agent, holder);
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

    private int call(final String agent, final OptionalLong holder) throws IOException {
        if (holder.isEmpty()) {
            throw new ToolException("no engine runs in " + directory + ": start it, then revive \"" + agent + '"');
        }
        try (LiveBean<AgentsMXBean> live = LiveBean.attach(AGENTS, holder.getAsLong(), directory)) {
            terminal.out().println(live.bean().revive(agent, who, why));
        } catch (final RuntimeMBeanException e) {
            throw new ToolException(String.valueOf(e.getTargetException().getMessage()));
        } catch (final IllegalArgumentException | EngineException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        return Tagma.EXIT_OK;
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
