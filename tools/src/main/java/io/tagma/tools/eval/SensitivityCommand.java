package io.tagma.tools.eval;

import io.tagma.engine.council.variable.VariableSpec;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.training.ElementaryEffects;
import io.tagma.engine.training.ElementaryEffects.Effect;
import io.tagma.engine.training.ElementaryEffects.Parameter;
import io.tagma.engine.training.ElementaryEffects.Result;
import io.tagma.tools.JsonSummary;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagma eval sensitivity}: which hyper-parameters matter. Used by one thread. */
@Command(
        name = "sensitivity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says which hyper-parameters matter to the quality of what is learnt, by elementary effects (Morris, 1991):"
                    + " each",
            "is moved by two thirds of its range from random points of the others' ranges; what quality changes by, for"
                    + " the",
            "whole range, is its effect. Beside them stands a parameter that nothing reads but the random seed: what"
                    + " does no",
            "more than that does not matter.",
            "",
            "  card-fraud    the variables that its agents vote on, how long rows remember, how cautiously models"
                    + " begin",
            "  electricity   rates, memory and regularisation of a linear model (--input, --model)",
            "  clinc         rate, runs of characters, rehearsal, spelling of the text classifier (--input, --eval)"
        },
        footer = {
            "",
            "effect is the mean (above 0: more is better), size the mean without sign with its 95 % band, spread the"
                    + " standard",
            "deviation: one beside which size is small says that the effect depends on other parameters, or turns.",
            "Exit codes: 0 measured, 1 bad input, 2 usage."
        })
final class SensitivityCommand implements Callable<Integer> {
    private static final double TURNS = 0.5;

    private final Terminal terminal;

    @Option(
            names = "--scenario",
            required = true,
            paramLabel = "NAME",
            description = "card-fraud, electricity or clinc.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String scenario;

    @Option(names = "--input", paramLabel = "FILE", description = "electricity, clinc: what is learnt from.")
    private @Nullable Path input;

    @Option(names = "--eval", paramLabel = "FILE", description = "clinc: texts to be asked.")
    private @Nullable Path eval;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "electricity: softmax-adagrad, ftrl-proximal or dynamic-logistic (default: ftrl-proximal).")
    private String model = "ftrl-proximal";

    @Option(names = "--events", paramLabel = "N", description = "card-fraud: payments of a run (default: 150000).")
    private int events = 150_000;

    @Option(
            names = "--trajectories",
            paramLabel = "N",
            description = "Times that each parameter is moved, 2 to 1000 (default: ${DEFAULT-VALUE}).")
    private int trajectories = 10;

    @Option(
            names = "--range",
            paramLabel = "NAME=LOW:HIGH",
            description = "Another range of a parameter; may be given several times.")
    private List<String> ranges = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Of the points and of what is random (default: 1).")
    private long seed = 1;

    @Mixin
    private final JsonSummary summary = new JsonSummary();

    SensitivityCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        summary.check();
        if (trajectories < 2 || trajectories > 1000) {
            throw ToolException.usage("--trajectories must be 2 to 1000: " + trajectories);
        }
        final SensitivityStudy study = study();
        final List<Parameter> parameters = ranged(study.parameters());
        final Result result;
        try {
            result = ElementaryEffects.measure(parameters, trajectories, seed, study.goal());
        } catch (final IllegalArgumentException e) {
            throw ToolException.usage("--range " + String.join(", ", ranges) + ": values of "
                    + parameters.stream().map(Parameter::name).collect(Collectors.joining(", "))
                    + " that cannot go together: " + e.getMessage());
        } catch (final IllegalStateException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        print(study, parameters, result);
        summary.write(() -> json(study, parameters, result));
        return Tagma.EXIT_OK;
    }

    private SensitivityStudy study() throws IOException {
        switch (scenario) {
            case "card-fraud" -> {
                if (events < 100_000 || events > 10_000_000) {
                    throw ToolException.usage(
                            "--events must be 100000 to 10000000, for outcomes come after 67,000: " + events);
                }
                return SensitivityStudy.ofFraud(events);
            }
            case "electricity" -> {
                try {
                    return SensitivityStudy.ofElectricity(ElectricityFile.read(needed("--input", input)), model);
                } catch (final IllegalArgumentException e) {
                    throw ToolException.usage(String.valueOf(e.getMessage()));
                }
            }
            case "clinc" -> {
                final Path asked = needed("--eval", eval);
                final TextSet train = TextSet.of(LabelledTextFile.read(needed("--input", input)));
                return SensitivityStudy.ofTexts(
                        train,
                        train.like(asked, LabelledTextFile.read(asked)).items(),
                        KernelsProvider.select("auto").kernels());
            }
            default -> throw ToolException.usage("--scenario must be card-fraud, electricity or clinc: " + scenario);
        }
    }

    private Path needed(final String option, final @Nullable Path given) {
        if (given == null) {
            throw ToolException.usage("--scenario " + scenario + " needs " + option + "=FILE");
        }
        return given;
    }

    private List<Parameter> ranged(final List<Parameter> standard) {
        final List<Parameter> parameters = new ArrayList<>(standard);
        for (final String range : ranges) {
            final int equals = range.lastIndexOf('=');
            final int colon = range.indexOf(':', equals + 1);
            final String name = range.substring(0, Math.max(0, equals));
            final int at = standard.stream().map(Parameter::name).toList().indexOf(name);
            if (colon < 0 || at < 0) {
                throw ToolException.usage("--range is NAME=LOW:HIGH of one of "
                        + standard.stream().map(Parameter::name).collect(Collectors.joining(", ")) + ": " + range);
            }
            try {
                parameters.set(
                        at,
                        ranged(
                                parameters.get(at),
                                Double.parseDouble(range.substring(equals + 1, colon)),
                                Double.parseDouble(range.substring(colon + 1))));
            } catch (final IllegalArgumentException e) {
                throw ToolException.usage("--range " + range + ": " + e.getMessage());
            }
        }
        return parameters;
    }

    /** What it has first is moved into the range where it does not lie there. */
    private static Parameter ranged(final Parameter one, final double low, final double high) {
        final double first = Math.min(Math.max(one.first(), low), high);
        final VariableSpec spec = switch (one.spec()) {
            case VariableSpec.Real x -> new VariableSpec.Real(x.name(), x.unit(), low, high, first);
            case VariableSpec.Whole x ->
                new VariableSpec.Whole(x.name(), x.unit(), Math.round(low), Math.round(high), Math.round(first));
            default -> throw new IllegalArgumentException("'" + one.name() + "' has no range");
        };
        return new Parameter(spec, one.logarithmic());
    }

    private void print(final SensitivityStudy study, final List<Parameter> parameters, final Result result) {
        terminal.out().printf("%s, in points of a percent; another seed is %s%n", study.quality(), study.seeds());
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "  %-18s %-22s %8s %8s %19s %8s  %s%n",
                        "parameter",
                        "range",
                        "effect",
                        "size",
                        "95 % band of size",
                        "spread",
                        "");
        IntStream.range(0, parameters.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        (Integer i) -> -result.effects().get(i).size()))
                .forEach(i -> line(result.effects().get(i), range(parameters.get(i))));
        line(result.seed(), "");
        final String best = IntStream.range(0, parameters.size())
                .mapToObj(i -> parameters.get(i).name() + " "
                        + text(result.bestValues().get(i)))
                .collect(Collectors.joining(", "));
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "as they are %.2f; best seen %.2f with %s (one seed; %d evaluations in all)%n",
                        result.first(),
                        result.best(),
                        best,
                        result.evaluations());
        for (int i = 0; i < parameters.size(); i++) {
            final double own = study.parameters().get(i).first();
            final double first = parameters.get(i).first();
            if (own != first) {
                terminal.out()
                        .printf(
                                "as they are, but for %s: %s%n",
                                parameters.get(i).name(), moved(own, first));
            }
        }
    }

    private static String moved(final double own, final double first) {
        return text(first) + ", for its " + text(own) + " lies outside the range given";
    }

    private void line(final Effect effect, final String range) {
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "%s %-18s %-22s %+8.3f %8.3f %8.3f to %7.3f %8.3f  %s%n",
                        effect.matters() ? "*" : " ",
                        effect.name(),
                        range,
                        effect.mean(),
                        effect.size(),
                        effect.sizeLow(),
                        effect.sizeHigh(),
                        effect.spread(),
                        range.isEmpty() ? "" : verdict(effect));
    }

    private static String verdict(final Effect effect) {
        if (effect.size() == 0) {
            return "does nothing";
        }
        if (!effect.matters()) {
            return "no more than another seed";
        }
        return effect.spread() > TURNS * effect.size() ? "matters, with others or turning" : "matters by itself";
    }

    private static String range(final Parameter one) {
        return text(one.low()) + " to " + text(one.high()) + (one.logarithmic() ? " log" : "");
    }

    private static String text(final double value) {
        final String digits = String.format(Locale.ROOT, "%.4g", value);
        return digits.contains(".") ? digits.replaceFirst("0+(e|$)", "$1").replaceFirst("\\.(e|$)", "$1") : digits;
    }

    private Map<String, Object> json(
            final SensitivityStudy study, final List<Parameter> parameters, final Result result) {
        final List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            final Parameter one = parameters.get(i);
            final Map<String, Object> json = effect(result.effects().get(i));
            json.put("low", one.low());
            json.put("high", one.high());
            json.put("logarithmic", one.logarithmic());
            json.put("default", one.first());
            json.put("best_seen", result.bestValues().get(i));
            all.add(json);
        }
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("scenario", scenario);
        json.put("method", "elementary effects");
        json.put("quality", study.quality());
        json.put("trajectories", trajectories);
        json.put("evaluations", result.evaluations());
        json.put("seed", seed);
        json.put("parameters", all);
        json.put("another_seed", effect(result.seed()));
        json.put(
                "matter",
                result.effects().stream()
                        .filter(Effect::matters)
                        .map(Effect::name)
                        .toList());
        json.put("default_quality", result.first());
        json.put("best_quality", result.best());
        return json;
    }

    private static Map<String, Object> effect(final Effect effect) {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", effect.name());
        json.put("effect", effect.mean());
        json.put("effect_band", List.of(effect.meanLow(), effect.meanHigh()));
        json.put("size", effect.size());
        json.put("size_band", List.of(effect.sizeLow(), effect.sizeHigh()));
        json.put("spread", effect.spread());
        json.put("matters", effect.matters());
        return json;
    }
}
