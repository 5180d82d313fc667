package io.tagma.engine.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What weighed how much in one agent's answer. Made in a replay, off the hot path; not thread-safe. */
public final class Explanation {
    /**
     * One feature's part.
     *
     * @param feature its name
     * @param value what the agent saw
     * @param contribution what it added to the answer, in log-odds
     */
    public record Weight(String feature, float value, float contribution) {}

    private final List<Weight> weights = new ArrayList<>();

    /** Adds one feature's part. */
    public Explanation add(final String feature, final float value, final float contribution) {
        weights.add(new Weight(feature, value, contribution));
        return this;
    }

    /** The heaviest first, at most {@code count}. */
    public List<Weight> heaviest(final int count) {
        return weights.stream()
                .sorted(Comparator.comparingDouble((Weight w) -> -Math.abs(w.contribution())))
                .limit(count)
                .toList();
    }
}
