package io.tagma.tools.desk;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The desk's data and the passes over it: one strict pass that learns, then the frozen model's evaluation. Not thread-safe. */
public final class DeskRun {
    private static final double REJECTED_SHARE = 0.05;

    private final DeskOptions options;
    private final Catalogue catalogue;
    private final List<Utterance> train;
    private final List<Utterance> eval;
    private final List<Utterance> outOfScope;

    /**
     * Reads the data.
     *
     * @throws IllegalArgumentException naming the file, the line and what was expected
     */
    public DeskRun(final DeskOptions options) {
        this.options = options;
        final List<Utterance> read = new ArrayList<>(UtteranceFile.read(options.input()));
        this.catalogue = Catalogue.of(read, options.domains());
        if (options.shuffleSeed() != null) {
            Collections.shuffle(read, new Random(options.shuffleSeed()));
        }
        final List<Utterance> tested = options.eval() == null ? List.of() : UtteranceFile.read(options.eval());
        requireKnown(tested);
        this.outOfScope = options.outOfScope() == null ? List.of() : UtteranceFile.read(options.outOfScope());
        if (options.users() > 0) {
            final DeskUsers users = new DeskUsers(options.users(), catalogue.size(), options.seed());
            this.train = spoken(read, users);
            this.eval = spoken(tested, users);
        } else {
            this.train = read;
            this.eval = tested;
        }
    }

    private void requireKnown(final List<Utterance> tested) {
        for (final Utterance utterance : tested) {
            if (catalogue.number(utterance.intent()) < 0) {
                throw new IllegalArgumentException(options.eval() + " has intent '" + utterance.intent() + "', which "
                        + options.input() + " does not; evaluate on the same intents");
            }
        }
    }

    private List<Utterance> spoken(final List<Utterance> utterances, final DeskUsers users) {
        return utterances.stream()
                .map(u -> new Utterance(u.intent(), u.text(), "u" + users.speaker(catalogue.number(u.intent()))))
                .toList();
    }

    /** A context for this data; directory and threading are the caller's to set. */
    public EngineContext context() {
        return DeskContexts.of(catalogue);
    }

    /** How many utterances the pass learns from. */
    public int size() {
        return train.size();
    }

    /** How many decisions a whole pass takes. */
    public int decisions() {
        return train.size() + eval.size() + outOfScope.size();
    }

    /** The decision listener that a context needs whose shards run on threads of their own. */
    public static DecisionInbox inbox() {
        return new DecisionInbox();
    }

    /**
     * The whole pass.
     *
     * @param named whether the users' names are given to the engine; without them it has no behaviour to go by
     * @param limit learn from at most so many
     */
    public DeskPassResult run(
            final Engine engine, final DecisionInbox inbox, final boolean named, final int limit, final IntConsumer progress) {
        final long last = engine.shard(0).lastCorrelationId();
        final DeskPass pass = new DeskPass(engine, catalogue, inbox, options.seed(), last);
        final ClassificationQuality prequential = new ClassificationQuality(catalogue.size());
        final List<Utterance> lessons = known(train.subList(0, Math.min(limit, train.size())), named);
        final float[] strangeness = new float[lessons.size()];
        final long began = engine.context().nanoClock().nanoTime();
        pass.learn(lessons, prequential, i -> {
            strangeness[i - 1] = pass.decision().outOfScope();
            progress.accept(i);
        });
        final double seconds = (engine.context().nanoClock().nanoTime() - began) / 1e9;
        final DeskResult result =
                evaluate(pass, named, prequential, threshold(strangeness), lessons.size() / seconds);
        return new DeskPassResult(result, pass.asked(), pass.outcomes(), pass.latencyNs());
    }

    private static List<Utterance> known(final List<Utterance> utterances, final boolean named) {
        return named
                ? utterances
                : utterances.stream().map(u -> new Utterance(u.intent(), u.text(), "")).toList();
    }

    /** From the second half of the pass, when the model had seen most words. */
    private static float threshold(final float[] strangeness) {
        final float[] later = Arrays.copyOfRange(strangeness, strangeness.length / 2, strangeness.length);
        Arrays.sort(later);
        return later.length == 0 ? 1f : later[(int) ((1.0 - REJECTED_SHARE) * (later.length - 1))];
    }

    private DeskResult evaluate(
            final DeskPass pass,
            final boolean named,
            final ClassificationQuality prequential,
            final float threshold,
            final double learntPerSecond) {
        final ClassificationQuality test = new ClassificationQuality(catalogue.size());
        final OutOfScopeQuality scope = new OutOfScopeQuality();
        int kept = 0;
        for (final Utterance utterance : known(eval, named)) {
            pass.ask(utterance);
            final int meant = catalogue.number(utterance.intent());
            test.add(meant, pass.decision().intent());
            scope.addInside(pass.decision().outOfScope());
            kept += meant == pass.decision().intent() && pass.decision().outOfScope() < threshold ? 1 : 0;
        }
        for (final Utterance utterance : known(outOfScope, false)) {
            pass.ask(utterance);
            scope.addOutside(pass.decision().outOfScope());
        }
        return new DeskResult(
                prequential.accuracy(),
                test.accuracy(),
                test.macroF1(),
                scope.auroc(),
                scope.recallAt(threshold),
                eval.isEmpty() ? Double.NaN : (double) kept / eval.size(),
                threshold,
                (double) pass.resolved() / Math.max(1, pass.outcomes()),
                learntPerSecond);
    }

    /** What was asked for. */
    public DeskOptions options() {
        return options;
    }

    /** The context of a journal that a run of the desk wrote, from its noted catalogue; null when there is none. */
    public static @Nullable EngineContext context(final Map<String, String> properties) {
        final String noted = properties.get("property." + DeskContexts.CATALOGUE);
        return noted == null ? null : DeskContexts.of(Catalogue.parse(noted));
    }
}
