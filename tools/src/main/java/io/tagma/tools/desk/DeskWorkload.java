package io.tagma.tools.desk;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.tools.scenario.Workload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The desk's day: each utterance is decided, then its outcome is told, then comes the next: one strict pass. Behind the last
 * lesson nothing is told any more, so what is asked then is asked of the frozen model. Owned by the submitting thread; answers
 * come in on the shards' threads.
 */
final class DeskWorkload implements Workload {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long INTERVAL_NS = 10 * SECOND_NS;
    private static final long START_NS = 1_700_000_000L * SECOND_NS;

    /** One lesson in so many, the last ones, is told to networks only after it was asked of networks that never saw it. */
    private static final int CALIBRATING_SHARE = 10;

    private final DeskData data;
    private final DeskOptions options;
    private final List<OperatorSpec> staff;
    private final byte[][] texts;
    private final DeskAnswers answers;
    private int next;
    private int first;
    private boolean telling;
    private long resolved;
    private long told;
    private @Nullable DeskResult result;
    private @Nullable DeskResult withoutNames;
    private @Nullable DeskConsolidation consolidation;
    private Runnable step = () -> {};

    DeskWorkload(final DeskData data, final DeskOptions options) {
        this.data = data;
        this.options = options;
        this.staff = OperatorSpec.staff(data.catalogue().domains());
        this.texts = new byte[data.size()][];
        for (int i = 0; i < texts.length; i++) {
            final byte[] text = data.at(i).text().getBytes(StandardCharsets.UTF_8);
            texts[i] = text.length <= DeskContexts.MAX_TEXT_BYTES
                    ? text
                    : Arrays.copyOf(text, DeskContexts.MAX_TEXT_BYTES);
        }
        this.answers = new DeskAnswers(texts.length);
    }

    @Override
    public Map<String, String> properties() {
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put(DeskContexts.CATALOGUE, data.catalogue().toString());
        properties.put("seed", Long.toString(options.seed()));
        properties.put("users", Integer.toString(options.users()));
        properties.put("shuffle", String.valueOf(options.shuffleSeed()));
        if (!options.drift().equals(DeskContexts.NO_DRIFT)) {
            properties.put(DeskContexts.DRIFT, options.drift());
        }
        if (options.market() != null) {
            properties.put(DeskMarket.PROPERTY, options.market());
        }
        return properties;
    }

    @Override
    public String source() {
        return String.format(
                Locale.ROOT,
                "%s, %,d utterances of %d intents in %d domains%s",
                options.input(),
                data.train().size(),
                data.catalogue().size(),
                data.catalogue().domains().size(),
                options.users() > 0 ? ", " + options.users() + " simulated users" : "");
    }

    @Override
    public boolean isEndless() {
        return false;
    }

    @Override
    public void resume(final long[] lastCorrelationIds) {
        final long last = Arrays.stream(lastCorrelationIds).max().orElse(0);
        next = (int) Math.min(last, texts.length);
        first = next;
    }

    @Override
    public void launched(final Engine engine, final Runnable stepping) {
        step = stepping;
        if (options.consolidateEvery() > 0 && next < data.train().size()) {
            final DeskConsolidation started =
                    new DeskConsolidation(engine, data.catalogue().size(), options.consolidateEvery(), options.seed());
            consolidation = started;
            for (int i = 0; i < next; i++) { // of an earlier run
                started.offer(texts[i], data.catalogue().number(data.at(i).intent()));
            }
        }
    }

    @Override
    public void ending() {
        if (consolidation != null) {
            consolidation.close();
        }
    }

    @Override
    public int next(final Event event, final Outcome outcome) {
        if (telling) {
            if (!answers.has(next - 1)) {
                return WAIT;
            }
            telling = false;
            tell(next - 1, outcome);
            return OUTCOME;
        }
        if (consolidation != null && (next == data.train().size() || next == calibrating())) {
            consolidation.finish(
                    step); // what follows is asked of the frozen model; before, of one that is as good as that
        }
        if (next == texts.length) {
            return END;
        }
        event.reset()
                .correlationId(next + 1)
                .subject(subject(next))
                .timeNs(timeNs(next))
                .text(texts[next], 0, texts[next].length);
        telling = next < data.train().size();
        next++;
        return EVENT;
    }

    private void tell(final int i, final Outcome outcome) {
        final int meant = data.catalogue().number(data.at(i).intent());
        final int operator = answers.agent(i);
        final boolean done = answers.intent(i) == meant
                && operator >= 0
                && staff.get(operator).resolves(i + 1L, options.seed());
        resolved += done ? 1 : 0;
        told++;
        if (consolidation != null) {
            consolidation.offer(texts[i], meant);
        }
        outcome.correlationId(i + 1)
                .owner(subject(i))
                .timeNs(timeNs(i))
                .label(done ? 1f : 0f)
                .intent(meant);
    }

    private static long timeNs(final int i) {
        return START_NS + i * INTERVAL_NS;
    }

    private long subject(final int i) {
        final String user = data.at(i).user();
        return user.isEmpty() ? Subjects.of(DeskRule.VISITOR, 1) : Subjects.named(DeskRule.USER, user);
    }

    @Override
    public void onDecision(final Decision decision) {
        answers.put((int) decision.correlationId() - 1, decision);
    }

    @Override
    public void closed(final Engine engine) {
        result = evaluate();
        if (isComparable() && options.consolidateEvery() == 0) {
            withoutNames = DeskBaseline.run(new DeskWorkload(data.anonymous(), options), engine.context());
        }
    }

    private boolean isComparable() {
        return data.isNamed() && first == 0 && next == texts.length;
    }

    /** What the answers so far show. */
    DeskResult evaluate() {
        return DeskResult.of(data, answers, first, calibrating(), told == 0 ? Double.NaN : (double) resolved / told);
    }

    /**
     * The first lesson that the threshold for rejection is set by: the second half's, when the classifier has seen most words. Networks
     * find other texts strange, so with them it is the first of those that networks answer which know all lessons before.
     */
    private int calibrating() {
        final int lessons = data.train().size();
        return options.consolidateEvery() > 0 ? lessons - Math.ceilDiv(lessons, CALIBRATING_SHARE) : lessons / 2;
    }

    /** A fresh context of the same kind. */
    EngineContext context() {
        return DeskContexts.of(data.catalogue(), options.drift(), options.market());
    }

    @Override
    public String headline() {
        final int lessons = Math.min(next, data.train().size());
        final double accuracy = DeskResult.accuracy(data, answers, Math.max(first, lessons - 1000), lessons);
        return String.format(Locale.ROOT, "accuracy over the last 1,000: %.1f %%", 100 * accuracy);
    }

    @Override
    public Map<String, Object> quality() {
        final Map<String, Object> quality = new LinkedHashMap<>();
        final DeskResult own = result;
        if (own != null) {
            quality.putAll(own.figures());
        }
        final DeskResult other = withoutNames;
        if (own != null && other != null) {
            quality.put("test_accuracy_without_context", other.testAccuracy());
            quality.put("prequential_accuracy_without_context", other.prequential());
            quality.put("context_gain_points", 100 * (own.testAccuracy() - other.testAccuracy()));
            quality.put("prequential_context_gain_points", 100 * (own.prequential() - other.prequential()));
        }
        return quality;
    }

    @Override
    public Map<String, Object> learning() {
        final Map<String, Object> learning = new LinkedHashMap<>();
        if (consolidation != null) {
            consolidation.figures(learning);
        }
        return learning;
    }

    @Override
    public List<Finding> findings() {
        final List<Finding> findings = new ArrayList<>();
        final DeskResult own = result;
        if (own != null) {
            own.describe(findings);
        }
        final DeskResult other = withoutNames;
        if (own != null && other != null) {
            findings.add(new Finding(
                    "context",
                    String.format(
                            Locale.ROOT,
                            "%+.2f points on the test set (%.2f %% where users have no names), %+.2f while learning",
                            100 * (own.testAccuracy() - other.testAccuracy()),
                            100 * other.testAccuracy(),
                            100 * (own.prequential() - other.prequential()))));
        }
        if (isComparable() && options.consolidateEvery() > 0) {
            findings.add(new Finding("context", "not compared: without --consolidate it is, alike but for the names"));
        }
        if (consolidation != null) {
            findings.add(consolidation.finding());
        } else if (options.consolidateEvery() > 0) {
            findings.add(new Finding("consolidated", "nothing: an earlier run told all lessons"));
        }
        return findings;
    }

    @Override
    public void close() {
        ending(); // also where the run failed
    }
}
