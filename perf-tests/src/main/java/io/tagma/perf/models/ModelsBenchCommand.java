package io.tagma.perf.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import io.tagma.perf.decision.SummaryOption;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.desk.UtteranceFile;
import io.tagma.tools.eval.ElectricityFile;
import io.tagma.tools.eval.ElectricityStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma bench models}. Used by one thread. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tagma's online models beside Vowpal Wabbit and MOA on public data, one thread, in one run: accuracy,"
                    + " examples",
            "learnt a second, and what a prediction takes.",
            "Electricity is tested before trained, in the order of time; CLINC150 is learnt in one strict pass over"
                    + " shuffled texts."
        })
final class ModelsBenchCommand implements Callable<Integer> {
    private static final double HUNDREDTHS = 100;

    private final List<Figures> figures = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder that holds electricity/electricity.csv.gz and clinc150/*.tsv.gz (default: the property"
                            + " tagma.data, then the variable TAGMA_DATA).")
    private @Nullable Path data;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only variants whose names begin so, e.g. tagma,vw.")
    private List<String> only = List.of();

    @Option(
            names = "--orders",
            paramLabel = "N",
            defaultValue = "3",
            description = "Orders of CLINC150, whose accuracies are averaged (default: ${DEFAULT-VALUE}).")
    private int orders;

    @Mixin
    private final SummaryOption summary = new SummaryOption();

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (orders < 1 || orders > 100) {
            throw ToolException.usage("--orders must be 1 to 100: " + orders);
        }
        final Path folder = folder();
        final Terminal terminal = Terminal.system();
        final String noWabbit = VowpalWabbit.absence();
        if (!noWabbit.isEmpty()) {
            skipped.add("vw: its library does not work here: " + noWabbit);
        }
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%n  %-30s%-14s%9s%12s%22s%n",
                        "",
                        "data",
                        "accuracy",
                        "learnt/s",
                        "predict us p50/p99");
        final double noChange = electricity(terminal, folder.resolve("electricity/electricity.csv.gz"), noWabbit);
        intents(terminal, folder.resolve("clinc150"), noWabbit);
        if (figures.isEmpty()) {
            throw new ToolException("nothing was measured: " + String.join("; ", skipped));
        }
        terminal.out().println();
        skipped.forEach(line -> terminal.out().println("- skipped " + line));
        if (!Double.isNaN(noChange)) {
            terminal.out().printf(Locale.ROOT, "- electricity: saying the last label again has %.2f %%%n", noChange);
        }
        terminal.out()
                .println("- vw and moa as their users call them: a line of text, an instance, each made within the"
                        + " time");
        summary.write("models", root -> write(root, noChange));
        return Tagma.EXIT_OK;
    }

    private Path folder() {
        final Path named = data;
        if (named != null) {
            return named;
        }
        final String property = System.getProperty("tagma.data", "");
        final String variable = System.getenv("TAGMA_DATA");
        final String found = property.isEmpty() ? variable == null ? "" : variable : property;
        if (found.isEmpty()) {
            throw ToolException.usage(
                    "no data: name the folder with --data or TAGMA_DATA; see --help for what lies in it");
        }
        return Path.of(found);
    }

    private boolean wanted(final String name) {
        return only.isEmpty() || only.stream().anyMatch(name::startsWith);
    }

    private double electricity(final Terminal terminal, final Path file, final String noWabbit) throws IOException {
        if (!Files.isRegularFile(file)) {
            skipped.add(ElectricityRun.DATA + ": no " + file);
            return Double.NaN;
        }
        final ElectricityStream stream = new ElectricityStream(ElectricityFile.read(file));
        final ElectricityRun run = new ElectricityRun(stream);
        final Map<String, Function<ModelSchema, StreamLearner>> learners = new LinkedHashMap<>();
        for (final ModelType type : ModelTypes.builtIn().all()) {
            learners.put("tagma " + type.name(), schema -> new TagmaStreamLearner(type, schema, 1));
        }
        learners.put("moa hoeffding-adaptive-tree", schema -> MoaLearner.adaptiveTree(schema, 1));
        learners.put("moa adaptive-random-forest", schema -> MoaLearner.adaptiveForest(schema, 1));
        learners.put("moa leveraging-bag", schema -> MoaLearner.leveragingBag(schema, 1));
        if (noWabbit.isEmpty()) {
            learners.put("vw", schema -> new VowpalWabbit(schema.classes().size()));
        }
        for (final Map.Entry<String, Function<ModelSchema, StreamLearner>> entry : learners.entrySet()) {
            if (wanted(entry.getKey())) {
                terminal.live("measuring " + entry.getKey());
                try (StreamLearner learner = entry.getValue().apply(stream.schema())) {
                    add(terminal, run.run(entry.getKey(), learner));
                }
            }
        }
        return run.noChange();
    }

    private void intents(final Terminal terminal, final Path folder, final String noWabbit) {
        final Path train = folder.resolve("train.tsv.gz");
        final Path test = folder.resolve("test.tsv.gz");
        if (!Files.isRegularFile(train) || !Files.isRegularFile(test)) {
            skipped.add(IntentRun.DATA + ": no " + train + " and test.tsv.gz");
            return;
        }
        final IntentRun run = new IntentRun(UtteranceFile.read(train), UtteranceFile.read(test));
        final Map<String, IntFunction<TextLearner>> learners = new LinkedHashMap<>();
        learners.put("tagma adagrad-softmax", TagmaTextLearner::new);
        if (noWabbit.isEmpty()) {
            learners.put("vw", VowpalWabbit::new);
        }
        for (final Map.Entry<String, IntFunction<TextLearner>> entry : learners.entrySet()) {
            if (wanted(entry.getKey())) {
                terminal.live("measuring " + entry.getKey());
                add(terminal, run.run(entry.getKey(), entry.getValue(), orders));
            }
        }
    }

    private void add(final Terminal terminal, final Figures measured) {
        terminal.endLive();
        figures.add(measured);
        line(terminal.out(), measured);
    }

    private static void line(final PrintStream out, final Figures f) {
        out.printf(
                Locale.ROOT,
                "  %-30s%-14s%8.2f%%%,12.0f%15.1f /%5.1f%n",
                f.name(),
                f.data(),
                f.accuracy(),
                f.learnPerS(),
                f.classifyP50Us(),
                f.classifyP99Us());
    }

    private void write(final ObjectNode root, final double noChange) {
        final ArrayNode variants = root.putArray("variants");
        for (final Figures f : figures) {
            variants.addObject()
                    .put("name", f.name())
                    .put("data", f.data())
                    .put("accuracy", round(f.accuracy()))
                    .put("learn_per_s", Math.round(f.learnPerS()))
                    .put("classify_p50_us", round(f.classifyP50Us()))
                    .put("classify_p99_us", round(f.classifyP99Us()));
        }
        if (!Double.isNaN(noChange)) {
            root.put("electricity_no_change", round(noChange));
        }
        skipped.forEach(root.putArray("skipped")::add);
    }

    private static double round(final double value) {
        return Math.round(value * HUNDREDTHS) / HUNDREDTHS;
    }
}
