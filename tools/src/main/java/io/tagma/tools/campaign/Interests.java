package io.tagma.tools.campaign;

import io.tagma.engine.kernel.FloatMath;
import io.tagma.engine.profile.BehaviourVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a user's row knows: views by topic, fading with a half-life of six hours, and what is told of it to campaigns. Stateless.
 *
 * <p>Row: {@code [views of topic 0 .. 15, seconds of the last view since the flight's start, views]}. Features: the topics' shares, the page's
 * topic, how much of the flight is over.
 */
final class Interests {
    /** Topics of pages and campaigns. */
    static final int TOPICS = 16;

    /** Floats of a row. */
    static final int ROW = 18;

    /** Feature: the page's topic. */
    static final int PAGE = 16;

    /** Feature: how much of the flight is over. */
    static final int ELAPSED = 17;

    /** Features of an impression. */
    static final int FEATURES = 18;

    /** A user's interests, each from none to ten views that have not faded. */
    static final List<BehaviourVariable> BEHAVIOURS = IntStream.range(0, TOPICS)
            .mapToObj(i -> new BehaviourVariable(names().get(i), i, 0f, 10f))
            .toList();

    private static final int LAST = 16;
    private static final int VIEWS = 17;
    private static final float PER_HALF_LIFE = 0.6931472f / 21_600f;
    private static final float STRANGER = 1f;

    private Interests() {}

    /** Names of a row's floats. */
    static List<String> names() {
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < TOPICS; i++) {
            names.add("topic-" + i);
        }
        names.add("last view s");
        names.add("views");
        return List.copyOf(names);
    }

    private static float seconds(final long timeNs) {
        final long sinceMs = (timeNs - CampaignWorld.START_NS) / 1_000_000L;
        return sinceMs / 1e3f;
    }

    private static float decay(final float[] row, final int at, final long timeNs) {
        return FloatMath.exp(-Math.max(0f, seconds(timeNs) - row[at + LAST]) * PER_HALF_LIFE);
    }

    /** Writes the features of an impression. */
    static void features(
            final float[] row, final int at, final long timeNs, final int page, final float[] features, final int to) {
        final float decay = decay(row, at, timeNs);
        float sum = STRANGER;
        for (int i = 0; i < TOPICS; i++) {
            final float views = row[at + i] * decay;
            features[to + i] = views;
            sum += views;
        }
        for (int i = 0; i < TOPICS; i++) {
            features[to + i] /= sum;
        }
        features[to + PAGE] = page;
        features[to + ELAPSED] = CampaignWorld.elapsed(timeNs);
    }

    /** Adds a view to a row. */
    static void view(final float[] row, final int at, final long timeNs, final int page) {
        final float decay = decay(row, at, timeNs);
        for (int i = 0; i < TOPICS; i++) {
            row[at + i] *= decay;
        }
        row[at + page] += 1f;
        row[at + LAST] = seconds(timeNs);
        row[at + VIEWS] += 1f;
    }
}
