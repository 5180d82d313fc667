package io.tagma.engine.translate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transforms there are, and the way between two kinds on which least is lost (Dijkstra, 1959; losses add up). Between the same
 * two kinds the most specific transform wins, whatever others lose. Immutable.
 */
public final class DataTransforms {
    private static final Comparator<Way> NEAREST = Comparator.comparingDouble(Way::loss)
            .thenComparingInt((Way way) -> way.steps().size())
            .thenComparing(Way::kind);

    private final List<DataTransform> all;
    private final Set<String> kinds = new HashSet<>();

    /** Over these; the first wins among equals. */
    public DataTransforms(final List<DataTransform> all) {
        this.all = List.copyOf(all);
        this.all.forEach(one -> kinds.add(one.to()));
    }

    /**
     * The way from a kind to another: empty for the same kind, null where there is none.
     */
    public @Nullable List<DataTransform> path(final String from, final String to) {
        final Map<String, Way> ways = new HashMap<>(Map.of(from, new Way(from, 0, List.of())));
        final Set<String> done = new HashSet<>();
        while (true) {
            final Way nearest = ways.values().stream()
                    .filter(way -> !done.contains(way.kind()))
                    .min(NEAREST)
                    .orElse(null);
            if (nearest == null) {
                return null;
            }
            if (nearest.kind().equals(to)) {
                return nearest.steps();
            }
            done.add(nearest.kind());
            for (final String next : kinds) {
                final DataTransform edge = edge(nearest.kind(), next);
                if (edge != null && !done.contains(next)) {
                    ways.merge(next, nearest.then(edge), (a, b) -> NEAREST.compare(b, a) < 0 ? b : a);
                }
            }
        }
    }

    /** A way to a kind, with what is lost on it. */
    private record Way(String kind, double loss, List<DataTransform> steps) {
        Way then(final DataTransform edge) {
            final List<DataTransform> longer = new ArrayList<>(steps);
            longer.add(edge);
            return new Way(edge.to(), loss + edge.loss(), longer);
        }
    }

    private @Nullable DataTransform edge(final String from, final String to) {
        DataTransform best = null;
        for (final DataTransform one : all) {
            if (one.to().equals(to) && one.takes(from) && (best == null || one.specificity() > best.specificity())) {
                best = one;
            }
        }
        return from.equals(to) ? null : best;
    }

    /** The sum of a way's losses. */
    public static double loss(final List<DataTransform> path) {
        return path.stream().mapToDouble(DataTransform::loss).sum();
    }
}
