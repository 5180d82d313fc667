package io.tagma.tools.models;

import io.tagma.engine.model.ModelPlugins;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnnxModels;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tagma models}: lists the model types and checks those that jars and ONNX files bring. Used by one thread. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The kinds of model that agents can learn with.",
            "",
            "  list     all of them, with version and publication; those of --plugin JAR too, if they are sound",
            "  check    whether each --plugin JAR and --onnx FILE would be taken, and if not, why",
            "",
            "A jar names its io.tagma.engine.model.ModelPlugin in META-INF/services. It is loaded by a class loader of"
                    + " its",
            "own and held to what every model promises: probabilities, the same bits twice, and again from a snapshot.",
            "ONNX models are frozen and need com.microsoft.onnxruntime:onnxruntime on the class path."
        },
        footer = {"", "Exit codes: 0 all is taken, 1 something is refused, 2 the command makes no sense."})
public final class ModelsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(index = "0", arity = "0..1", paramLabel = "ACTION", description = "list (the default) or check")
    private String action = "list";

    @Mixin
    private ModelSources sources = new ModelSources();

    @Option(names = "--onnx", paramLabel = "FILE", description = "An ONNX model to check; may be given several times.")
    private List<Path> onnx = new ArrayList<>();

    /** For the command line of a terminal. */
    public ModelsCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return switch (action) {
            case "list" -> list();
            case "check" -> check();
            default -> throw ToolException.usage("'" + action + "' is not one of list, check");
        };
    }

    private int list() {
        if (!onnx.isEmpty()) {
            throw ToolException.usage("--onnx goes with 'check', which says whether a file would be taken");
        }
        for (final ModelType type : sources.types().all()) {
            terminal.out().printf(Locale.ROOT, "%-25s %2d  %s%n", type.name(), type.version(), type.source());
        }
        terminal.out()
                .printf(
                        "%-25s     %s%n",
                        DriftAwareModel.USAGE,
                        "any of these, with a reaction to drift: adapt, reset, challenger, fallback");
        terminal.out().printf("%-25s     %s%n", "onnx:FILE", OnnxModels.runtime());
        return Tagma.EXIT_OK;
    }

    private int check() {
        if (sources.jars().isEmpty() && onnx.isEmpty()) {
            throw ToolException.usage("nothing to check: give --plugin JAR or --onnx FILE");
        }
        int refusals = 0;
        final List<ModelPlugins.Outcome> outcomes = sources.outcomes();
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case ModelPlugins.Outcome.Added added ->
                    terminal.out()
                            .println("taken    " + sources.jars().get(i) + ": " + String.join(", ", added.names()));
                case ModelPlugins.Outcome.Refused refused -> {
                    refusals++;
                    terminal.out().println("refused  " + refused.reason());
                }
            }
        }
        for (final Path file : onnx) {
            switch (OnnxModels.open(file)) {
                case OnnxModels.Opened.Loaded opened ->
                    terminal.out()
                            .println("taken    " + file + ": " + opened.type().name());
                case OnnxModels.Opened.Refused refused -> {
                    refusals++;
                    terminal.out().println("refused  " + refused.reason());
                }
            }
        }
        return refusals == 0 ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }
}
