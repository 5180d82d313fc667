package io.tagma.tools.translate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.translate.Adaptation;
import io.tagma.engine.translate.DataTransforms;
import io.tagma.engine.translate.DistributionCheck;
import io.tagma.engine.translate.LinearMap;
import io.tagma.engine.translate.ProfileSchema;
import io.tagma.engine.translate.ProfileTranslator;
import io.tagma.engine.translate.TranslatedProfile;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.fraud.ConsistencyCheck;
import io.tagma.tools.fraud.FraudScenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma translate}: a profile in another architecture, with the fidelity report. Used by one thread. */
@Command(
        name = "translate",
        mixinStandardHelpOptions = true,
        description = {
            "Translates a profile from one model architecture to another and says how faithfully.",
            "",
            "  SCHEMA     "
                    + " {\"name\":\"forest\",\"features\":[{\"name\":\"amount\",\"kind\":\"euros\",\"aliases\":[\"amt\"]}]}",
            "  PROFILE     {\"values\":{\"amount\":12.5},\"confidence\":{\"amount\":0.9}}   (confidence 1 unless said)",
            "  TRANSFORMS  [{\"from\":\"euros\",\"to\":\"cents\",\"scale\":100,\"shift\":0,\"loss\":0}]   (from may"
                    + " end in *)",
            "  EXAMPLES    {\"from\":[[...]],\"to\":[[...]]}   rows of both, in pairs, in the order of the schemas",
            "",
            "A feature is taken over by name or alias, along the transforms that lose least; one that the source lacks"
                    + " is",
            "estimated from the others by a map learnt from the examples (approximate), or neutral without examples.",
            "fidelity = (direct + approximate / 2) / all. An approximated value keeps 0.7 of its confidence.",
            "With examples, each feature's distribution is held against the target's own: swapped pairs are named.",
            "",
            "--check card-fraud shows for each of five architectures: how many of all decisions, and of those that are"
                    + " not",
            "'allow', are the same after a translation there and back; a sequential test of the translators with"
                    + " learnt maps",
            "against those without; the least edit of a row that parts the decisions; how far each feature's"
                    + " distribution is."
        },
        footer = {"", "Exit codes: 0 translated, 1 refused by --lossless, swapped features, or bad input, 2 usage."})
public final class TranslateCommand implements Callable<Integer> {
    private static final double LAMBDA = 1e-3;
    private static final int LEARNT_SHARE = 5;

    /** How a map is learnt. */
    enum Learner {
        /** Regression. */
        RIDGE,
        /** Rotation. */
        PROCRUSTES
    }

    private final Terminal terminal;

    @Option(names = "--from", paramLabel = "SCHEMA", description = "Architecture of the profile.")
    private @Nullable Path from;

    @Option(names = "--to", paramLabel = "SCHEMA", description = "Architecture wanted.")
    private @Nullable Path to;

    @Option(names = "--profile", paramLabel = "PROFILE", description = "What is translated.")
    private @Nullable Path profile;

    @Option(names = "--transforms", paramLabel = "TRANSFORMS", description = "Between kinds of values.")
    private @Nullable Path transforms;

    @Option(names = "--examples", paramLabel = "EXAMPLES", description = "To learn a map from, and to check by.")
    private @Nullable Path examples;

    @Option(
            names = "--map",
            description = "How the map is learnt: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private Learner learner = Learner.RIDGE;

    @Option(names = "--lossless", description = "Refuse a fidelity below 0.7.")
    private boolean lossless;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    @Option(
            names = "--check",
            paramLabel = "SCENARIO",
            description = "Instead of a profile: rows of card-fraud to other architectures and back; the frozen team"
                    + " decides on both, 98 %% must be the same.")
    private @Nullable String check;

    @Option(names = "--plant-swap", description = "With --check: also an architecture with two features mixed up.")
    private boolean plantSwap;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "With --check: payments compared, behind five times as many to learn from (default:"
                    + " ${DEFAULT-VALUE}).")
    private int events = 50_000;

    @Option(names = "--seed", paramLabel = "N", description = "With --check: of the payments (default: 1).")
    private long seed = 1;

    /** For the command line of a terminal. */
    public TranslateCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (check != null) {
            return consistency(check);
        }
        final ProfileSchema source = TranslationFiles.schema(required("--from=SCHEMA", from));
        final ProfileSchema target = TranslationFiles.schema(required("--to=SCHEMA", to));
        final Path translatedFile = required("--profile=PROFILE", profile);
        final Path pairs = examples;
        final float[][] before = pairs == null ? new float[0][] : TranslationFiles.rows(pairs, "from", source);
        final float[][] expected = pairs == null ? new float[0][] : TranslationFiles.rows(pairs, "to", target);
        final ProfileTranslator translator;
        final TranslatedProfile translated;
        try {
            translator = new ProfileTranslator(
                    source,
                    target,
                    new DataTransforms(transforms == null ? List.of() : TranslationFiles.transforms(transforms)),
                    pairs == null ? null : learn(before, expected));
            if (lossless) {
                translator.requireLossless();
            }
            translated = translator.translate(
                    TranslationFiles.profile(translatedFile, "values", source, Float.NaN),
                    TranslationFiles.profile(translatedFile, "confidence", source, 1f));
        } catch (final IllegalArgumentException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        final float[][] after = new float[before.length][];
        final float[] sure = new float[source.size()];
        Arrays.fill(sure, 1f);
        for (int i = 0; i < after.length; i++) {
            after[i] = translator.translate(before[i], sure).values();
        }
        final double[] distances = pairs == null ? new double[0] : DistributionCheck.distances(after, expected);
        final List<DistributionCheck.Swap> swaps =
                pairs == null ? List.of() : DistributionCheck.swaps(target, after, expected);
        print(source, target, translator, translated, distances, swaps);
        summary.write(() -> json(source, target, translator, translated, distances, swaps));
        return swaps.isEmpty() ? Tagma.EXIT_OK : Tagma.EXIT_FAILURE;
    }

    private static Path required(final String option, final @Nullable Path given) {
        if (given == null) {
            throw ToolException.usage("Missing required option: '" + option + "' (or --check card-fraud)");
        }
        return given;
    }

    private int consistency(final String scenario) throws IOException {
        if (!scenario.equals(FraudScenario.NAME)) {
            throw ToolException.usage("--check must be " + FraudScenario.NAME + ": " + scenario);
        }
        if (events < 100 || events > 1_000_000) {
            throw ToolException.usage("--events must be 100 to 1000000: " + events);
        }
        return ConsistencyReport.give(
                terminal, new ConsistencyCheck(plantSwap).run(seed, LEARNT_SHARE * events, events), summary);
    }

    private LinearMap learn(final float[][] before, final float[][] expected) {
        return learner == Learner.RIDGE
                ? LinearMap.ridge(before, expected, LAMBDA)
                : LinearMap.procrustes(before, expected);
    }

    private void print(
            final ProfileSchema source,
            final ProfileSchema target,
            final ProfileTranslator translator,
            final TranslatedProfile translated,
            final double[] distances,
            final List<DistributionCheck.Swap> swaps) {
        for (int i = 0; i < target.size(); i++) {
            terminal.out()
                    .printf(
                            Locale.ROOT,
                            "%-24s %12.6g  confidence %.3f  %s%s%n",
                            target.features().get(i).name(),
                            translated.values()[i],
                            translated.confidence()[i],
                            way(source, translator, i),
                            distances.length == 0 ? "" : String.format(Locale.ROOT, "  KS %.3f", distances[i]));
        }
        terminal.out()
                .printf(Locale.ROOT, "fidelity %.4f (%s to %s)%n", translator.fidelity(), source.name(), target.name());
        swaps.forEach(swap -> terminal.out()
                .printf(
                        "SWAPPED: %s and %s have each other's distribution; see to their names and aliases%n",
                        swap.first(), swap.second()));
    }

    private static String way(final ProfileSchema source, final ProfileTranslator translator, final int i) {
        final Adaptation adaptation = translator.adaptations().get(i);
        final String way = adaptation.way().name().toLowerCase(Locale.ROOT);
        if (adaptation.source() < 0) {
            return adaptation.way() == Adaptation.Way.NEUTRAL ? way : way + " from all";
        }
        final var feature = source.features().get(adaptation.source());
        return way + " from " + feature.name()
                + translator.path(i).stream().map(step -> " > " + step.to()).collect(Collectors.joining());
    }

    private static ObjectNode json(
            final ProfileSchema source,
            final ProfileSchema target,
            final ProfileTranslator translator,
            final TranslatedProfile translated,
            final double[] distances,
            final List<DistributionCheck.Swap> swaps) {
        final ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("from", source.name()).put("to", target.name()).put("fidelity", translator.fidelity());
        final ObjectNode values = root.putObject("values");
        final ObjectNode confidence = root.putObject("confidence");
        final ObjectNode ways = root.putObject("ways");
        final ObjectNode shifts = root.putObject("distribution_distance");
        for (int i = 0; i < target.size(); i++) {
            final String name = target.features().get(i).name();
            values.put(name, translated.values()[i]);
            confidence.put(name, translated.confidence()[i]);
            ways.put(name, translator.adaptations().get(i).way().name().toLowerCase(Locale.ROOT));
            if (distances.length != 0) {
                shifts.put(name, distances[i]);
            }
        }
        final var swapped = root.putArray("swapped");
        swaps.forEach(swap -> swapped.addArray().add(swap.first()).add(swap.second()));
        return root;
    }
}
