package io.tagma.tools.train;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.EngineException;
import io.tagma.engine.observe.TrainingMXBean;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.store.StoreDirectory;
import io.tagma.tools.EngineDirectory;
import io.tagma.tools.LiveBean;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.scenario.ScenarioSettings;
import io.tagma.tools.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import javax.management.RuntimeMBeanException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma train}: orders to the models of an engine, live or at rest. Used by one thread. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Directs the learning of an engine's models: of one that runs in another process (reached over JMX by the",
            "id of the process that holds DIR), or of one at rest. Every order is journaled as an input of each shard,",
            "with who, when and why; it is carried out whole or not at all, replayed, and can be taken back.",
            "",
            "  status                       who learns, at what rate, which versions there are",
            "  history                      the newest orders, also those refused",
            "  pause | resume | start       nobody learns | again | again, and all are thawed",
            "  step N                       in a pause: learn from the next N outcomes of each shard",
            "  tune MODEL rate FACTOR       multiply the model's own learning rate, 0.001 to 1000",
            "  freeze MODEL | thaw MODEL    one model learns nothing | again",
            "  promote MODEL                what it has learnt becomes its next version (4 are kept)",
            "  rollback MODEL [VERSION]     it is again what it was as a version, the newest when none is said",
            "  inject MODEL INDEX F,F,...   write floats into its memory",
            "  publish MODEL F,F,...        replace its memory and make that the next version",
            "  publish classifier sha256:H  have networks from DIR/published/H.model answer with the classifier",
            "  hook MODEL NAME HOOK         put a hook around a model: it changes what the model is asked or what it"
                    + " answers,",
            "                               and nothing that is learnt; HOOK is one of",
            "                               scale:INDEX:FACTOR transform:INDEX:SCALE:OFFSET mask:INDEX"
                    + " swap:INDEX:INDEX",
            "                               shadow:TYPE replace:TYPE blend:TYPE:SHARE (see 'tagma models list')",
            "  unhook MODEL NAME            take it away: all is as if it had never been there",
            "  undo | redo                  take the last order back (16 deep) | carry it out again",
            "",
            "MODEL is an agent's name, or 'classifier', which can be frozen and thawed, and takes the hooks shadow,"
                    + " replace and",
            "blend with another text classifier, e.g. hook classifier trial blend:embedding-bag-mlp:0.3. --batch FILE"
                    + " gives",
            "several commands, one a line, as one order."
        },
        footer = {"", "Exit codes: 0 carried out, 1 refused (nothing was changed), 2 the command makes no sense."})
public final class TrainCommand implements Callable<Integer> {
    private static final LiveBean.Kind<TrainingMXBean> TRAINING =
            new LiveBean.Kind<>("Training", TrainingMXBean.class, TrainingMXBean::getDirectory);

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DIR", description = "Directory of an engine.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path directory;

    @Parameters(index = "1..*", paramLabel = "COMMAND", arity = "0..*", description = "What is to be done, see above.")
    private List<String> words = List.of();

    @Option(
            names = "--batch",
            paramLabel = "FILE",
            description = "Commands, one a line, carried out together or not at all.")
    private @Nullable Path batch;

    @Option(names = "--who", paramLabel = "NAME", description = "Who gives the order (default: the user).")
    private String who = System.getProperty("user.name", "unknown");

    @Option(names = "--why", paramLabel = "TEXT", description = "Why (default: 'by hand').")
    private String why = "by hand";

    /** For the command line of a terminal. */
    public TrainCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final String command = String.join(" ", words).strip();
        if (command.isEmpty() == (batch == null)) {
            throw ToolException.usage("give a command, e.g. 'status', or --batch FILE, and not both");
        }
        final EngineDirectory source = EngineDirectory.open(directory).requireJournal();
        final OptionalLong holder;
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            holder = store.holderPid();
        }
        if (holder.isPresent()) {
            try (LiveBean<TrainingMXBean> live = LiveBean.attach(TRAINING, holder.getAsLong(), directory)) {
                return carryOut(command, live.bean());
            }
        }
        final EngineContext context = new Scenarios()
                .of(source)
                .context(new ScenarioSettings(source.properties(), source.shards()))
                .directory(source.root())
                .threading(Threading.CALLER);
        try (Engine engine = Engine.launch(context)) {
            return carryOut(command, new AtRest(engine));
        }
    }

    private int carryOut(final String command, final TrainingMXBean bean) throws IOException {
        if (command.equals("status")) {
            bean.getStatus().forEach(terminal.out()::println);
            return Tagma.EXIT_OK;
        }
        if (command.equals("history")) {
            bean.getHistory().forEach(terminal.out()::println);
            return Tagma.EXIT_OK;
        }
        final List<String> lines = lines(command);
        final TrainingOrder order;
        try {
            order = TrainingOrder.of(who, why, lines); // so that what makes no sense never reaches the engine
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage(String.valueOf(e.getMessage()));
        }
        try {
            terminal.out().println(bean.order(order.who(), order.why(), lines));
        } catch (final RuntimeMBeanException e) {
            throw new ToolException(
                    "refused, nothing was changed: " + e.getTargetException().getMessage());
        } catch (final IllegalArgumentException e) {
            throw new ToolException("refused, nothing was changed: " + e.getMessage());
        } catch (final EngineException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        return Tagma.EXIT_OK;
    }

    private List<String> lines(final String command) throws IOException {
        final Path file = batch;
        if (file == null) {
            return List.of(command);
        }
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /** An engine that this command launched and steps itself. */
    private record AtRest(Engine engine) implements TrainingMXBean {
        @Override
        public String getDirectory() {
            return engine.training().getDirectory();
        }

        @Override
        public List<String> getStatus() {
            return engine.training().getStatus();
        }

        @Override
        public List<String> getHistory() {
            return engine.training().getHistory();
        }

        @Override
        public String order(final String by, final String reason, final List<String> commands) {
            return engine.training()
                    .give(TrainingOrder.of(by, reason, commands), engine::step)
                    .toString();
        }
    }
}
