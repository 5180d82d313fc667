package io.tagma.tools.eval;

import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import io.tagma.engine.training.DriftPolicy;
import io.tagma.tools.JsonSummary;
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
import java.util.stream.Stream;
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

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    @Option(names = "--seed", paramLabel = "N", description = "Of what is random in the models (default: 1).")
    private long seed = 1;

    @Option(
            names = "--models",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Only these, separated by commas (default: all); drift-aware:TYPE:POLICY is TYPE with a reaction"
                            + " to drift, onnx:FILE a frozen ONNX model.")
    private List<String> models = List.of();

    @Option(
            names = "--drift",
            description =
                    "From the middle on the labels change places, while the features stay as they are: shows how each"
                            + " model recovers, beside the usual figures.")
    private boolean drift;

    @Mixin
    private ModelSources sources = new ModelSources();

    ElectricityCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        summary.check();
        final Collection<ModelType> types = types();
        final ElectricityStream electricity = new ElectricityStream(ElectricityFile.read(input));
        if (drift && electricity.events() < Recovery.LEAST) {
            throw new ToolException(input + " has " + electricity.events()
                    + " records; a change in mid-stream is shown on " + Recovery.LEAST + " or more");
        }
        final @Nullable ChangedStream changed = drift ? new ChangedStream(electricity) : null;
        final LabelledStream stream = changed == null ? electricity : changed;
        final Prequential prequential = new Prequential(stream, SystemNanoClock.INSTANCE);
        final double noChange = prequential.noChange();
        final List<PrequentialScore> scores = new ArrayList<>();
        final List<Recovery> recoveries = new ArrayList<>();
        final int[] said = new int[stream.events()];
        EvalReport.head(terminal.out());
        for (final ModelType type : types) {
            final PrequentialScore score =
                    prequential.score(type, seed, noChange, (event, label, probabilities) -> said[event] = label);
            EvalReport.line(terminal.out(), score);
            scores.add(score);
            if (changed != null) {
                recoveries.add(Recovery.of(type.name(), changed, said));
            }
        }
        final EvalReport report =
                new EvalReport(String.valueOf(input.getFileName()), stream.events(), noChange, scores, recoveries);
        report.end(terminal.out());
        summary.write(report::json);
        return Tagma.EXIT_OK;
    }

    private Collection<ModelType> types() {
        final ModelTypes types = sources.types();
        try {
            return models.isEmpty()
                    ? Stream.concat(types.all().stream(), watched(types)).toList()
                    : models.stream()
                            .map(name -> ModelSources.type(types, name))
                            .toList();
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--models: " + e.getMessage());
        }
    }

    /** A first-order model, the one that an old stream makes slow, with each reaction to drift. */
    private static Stream<ModelType> watched(final ModelTypes types) {
        return Stream.of(DriftPolicy.Reaction.values())
                .filter(reaction -> reaction != DriftPolicy.Reaction.NONE)
                .map(reaction -> types.get("drift-aware:softmax-adagrad:" + DriftPolicy.of(reaction)));
    }
}
