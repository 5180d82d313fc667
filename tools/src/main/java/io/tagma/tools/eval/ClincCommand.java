package io.tagma.tools.eval;

import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma eval clinc}: what the text classifier is worth on CLINC150 or another set of labelled texts. */
@Command(
        name = "clinc",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Teaches the text classifier in one strict pass, over several orders, and then a consolidated one in the",
            "background; both are frozen and asked. For CLINC150, and any other labelled texts of up to 4,096 labels."
        },
        footer = {
            "",
            "Files: LABEL<tab>TEXT lines, or CSV or TSV whose header names a column label, intent, category or class"
                    + " and one",
            "text, utterance, sentence or query; plain or gzip. In-scope accuracy at the recall counts a rejected text"
                    + " as",
            "wrong; the threshold is the point on the curve of the evaluated texts where that accuracy is reached."
        })
final class ClincCommand implements Callable<Integer> {
    private static final double PERCENT = 100;
    private static final String OUT_OF_SCOPE = "oos";

    private final Terminal terminal;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "Texts to learn from.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Option(
            names = "--eval",
            required = true,
            paramLabel = "FILE",
            description = "Texts to be asked, of the same labels.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path eval;

    @Option(names = "--oos", paramLabel = "FILE", description = "Texts of none of the labels, to be asked.")
    private @Nullable Path outOfScope;

    @Option(
            names = "--oos-train",
            paramLabel = "FILE",
            description =
                    "Texts of none of the labels, to learn a class of its own from; also what --input labels 'oos'.")
    private @Nullable Path outOfScopeTrain;

    @Option(names = "--orders", paramLabel = "N", description = "Orders of the strict pass, 1 to 100 (default: 5).")
    private int orders = 5;

    @Option(
            names = "--passes",
            paramLabel = "N",
            description = "Of the consolidation, 0 to 1000, 0 for no consolidation (default: 8).")
    private int passes = 8;

    @Option(names = "--networks", paramLabel = "N", description = "Of the consolidation, 0 to 16 (default: 2).")
    private int networks = 2;

    @Option(
            names = "--in-scope",
            paramLabel = "PERCENT",
            description = "In-scope accuracy at which out-of-scope recall is given (default: 92).")
    private double inScope = 92;

    @Option(names = "--seed", paramLabel = "N", description = "Of orders and networks (default: 1).")
    private long seed = 1;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    ClincCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        summary.check();
        if (orders < 1 || orders > 100 || passes < 0 || passes > 1000 || networks < 0 || networks > 16) {
            throw ToolException.usage("--orders is 1 to 100, --passes 0 to 1000, --networks 0 to 16: " + orders + ", "
                    + passes + ", " + networks);
        }
        if (!(inScope > 0 && inScope <= PERCENT)) {
            throw ToolException.usage("--in-scope is a percentage above 0: " + inScope);
        }
        final TextStudy study = study();
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", String.valueOf(input.getFileName()));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-22s %9s %9s %11s %12s %11s%n",
                        "",
                        "in scope",
                        "AUROC",
                        "recall@" + Math.round(inScope),
                        "classify us",
                        "learnt/s");
        final List<TextStudy.Worth> passesDone = new ArrayList<>();
        for (int order = 0; order < orders; order++) {
            passesDone.add(study.onePass(seed + order, inScope / PERCENT));
        }
        final TextStudy.Worth mean = mean(passesDone);
        line("one pass, mean of " + orders, mean);
        json.put("orders", orders);
        json.put("one_pass", figures(mean));
        json.put(
                "one_pass_accuracies",
                passesDone.stream().map(w -> rounded(PERCENT * w.accuracy())).toList());
        if (passes > 0) {
            final TextStudy.Worth consolidated = study.consolidated(passes, networks, seed, inScope / PERCENT);
            line("consolidated, " + passes + " passes", consolidated);
            json.put("passes", passes);
            json.put("networks", networks);
            json.put("consolidated", figures(consolidated));
        }
        summary.write(() -> json);
        return Tagma.EXIT_OK;
    }

    private TextStudy study() throws IOException {
        final List<LabelledText> learnt = new ArrayList<>(LabelledTextFile.read(input));
        if (outOfScopeTrain != null) {
            LabelledTextFile.read(outOfScopeTrain)
                    .forEach(text -> learnt.add(new LabelledText(OUT_OF_SCOPE, text.text())));
        }
        final TextSet train = TextSet.of(learnt);
        final Integer strange = train.numbers().get(OUT_OF_SCOPE);
        final List<LabelledText> asked = new ArrayList<>(LabelledTextFile.read(eval));
        final List<TextSet.Item> outside = new ArrayList<>();
        if (outOfScope != null) {
            LabelledTextFile.read(outOfScope)
                    .forEach(text -> outside.add(new TextSet.Item(TextSet.buffer(text.text()), -1)));
        }
        final IntentClassifierConfig config;
        try {
            config = IntentClassifierConfig.of(train.classes())
                    .withOutOfScopeClass(strange == null ? IntentClassifierConfig.NO_CLASS : strange);
        } catch (final IllegalArgumentException e) {
            throw new ToolException(input + ": " + e.getMessage());
        }
        return new TextStudy(
                train,
                train.like(eval, asked).items(),
                outside,
                config,
                KernelsProvider.select("auto").kernels(),
                SystemNanoClock.INSTANCE);
    }

    private static TextStudy.Worth mean(final List<TextStudy.Worth> all) {
        return new TextStudy.Worth(
                all.stream().mapToDouble(TextStudy.Worth::accuracy).average().orElseThrow(),
                all.stream().mapToDouble(TextStudy.Worth::auroc).average().orElseThrow(),
                all.stream().mapToDouble(TextStudy.Worth::recall).average().orElseThrow(),
                all.stream().mapToDouble(TextStudy.Worth::classifyNs).min().orElseThrow(),
                all.stream().mapToDouble(TextStudy.Worth::learntPerSecond).max().orElseThrow());
    }

    private void line(final String name, final TextStudy.Worth worth) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%-22s %9.2f %9.2f %11.2f %12.1f %11.0f%n",
                        name,
                        PERCENT * worth.accuracy(),
                        PERCENT * worth.auroc(),
                        PERCENT * worth.recall(),
                        worth.classifyNs() / 1e3,
                        worth.learntPerSecond());
    }

    private static Map<String, Object> figures(final TextStudy.Worth worth) {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("accuracy", rounded(PERCENT * worth.accuracy()));
        if (!Double.isNaN(worth.auroc())) {
            json.put("oos_auroc", rounded(PERCENT * worth.auroc()));
        }
        if (!Double.isNaN(worth.recall())) {
            json.put("oos_recall", rounded(PERCENT * worth.recall()));
        }
        json.put("classify_p50_us", rounded(worth.classifyNs() / 1e3));
        json.put("learnt_per_second", Math.round(worth.learntPerSecond()));
        return json;
    }

    private static double rounded(final double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
