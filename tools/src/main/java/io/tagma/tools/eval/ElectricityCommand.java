package io.tagma.tools.eval;

import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.models.ModelSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma eval electricity}: every model over the Electricity data, tested on each half-hour before it learns it. */
@Command(
        name = "electricity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tests, then trains the online models on the Electricity data, in the order of time.")
final class ElectricityCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "The data as CSV, plain or gzip.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures as JSON.")
    private @Nullable Path summary;

    @Option(names = "--seed", paramLabel = "N", description = "Of what is random in the models (default: 1).")
    private long seed = 1;

    @Option(
            names = "--models",
            split = ",",
            paramLabel = "NAME",
            description = "Only these, separated by commas (default: all); onnx:FILE is a frozen ONNX model.")
    private List<String> models = List.of();

    @Mixin
    private ModelSources sources = new ModelSources();

    ElectricityCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        final Collection<ModelType> types = types();
        final ElectricityStream stream = new ElectricityStream(ElectricityFile.read(input));
        final Prequential prequential = new Prequential(stream, SystemNanoClock.INSTANCE);
        final double noChange = prequential.noChange();
        final List<PrequentialScore> scores = new ArrayList<>();
        EvalReport.head(terminal.out());
        for (final ModelType type : types) {
            final PrequentialScore score = prequential.score(type, seed, noChange, (event, label, probabilities) -> {});
            EvalReport.line(terminal.out(), score);
            scores.add(score);
        }
        final EvalReport report =
                new EvalReport(String.valueOf(input.getFileName()), stream.events(), noChange, scores);
        report.end(terminal.out());
        if (summary != null) {
            report.write(summary);
        }
        return Tagma.EXIT_OK;
    }

    private Collection<ModelType> types() {
        final ModelTypes types = sources.types();
        try {
            return models.isEmpty()
                    ? types.all()
                    : models.stream()
                            .map(name -> ModelSources.type(types, name))
                            .toList();
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--models: " + e.getMessage());
        }
    }
}
