package io.tagma.engine.translate;

import java.util.ArrayList;
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
        final Map<String, Double> losses = new HashMap<>(Map.of(from, 0.0));
        final Map<String, List<DataTransform>> paths = new HashMap<>(Map.of(from, List.of()));
        final Set<String> done = new HashSet<>();
        while (true) {
            final String nearest = losses.keySet().stream()
                    .filter(kind -> !done.contains(kind))
                    .min((a, b) -> {
                        final int byLoss = Double.compare(losses.get(a), losses.get(b));
                        final int byLength = Integer.compare(
                                paths.get(a).size(), paths.get(b).size());
                        return byLoss != 0 ? byLoss : byLength != 0 ? byLength : a.compareTo(b);
                    })
                    .orElse(null);
            if (nearest == null || nearest.equals(to)) {
                return paths.get(to);
            }
            done.add(nearest);
            for (final String next : kinds) {
                final DataTransform edge = edge(nearest, next);
                if (edge == null || done.contains(next)) {
                    continue;
                }
                final double loss = losses.get(nearest) + edge.loss();
                final List<DataTransform> way = new ArrayList<>(paths.get(nearest));
                way.add(edge);
                final Double known = losses.get(next);
                if (known == null
                        || loss < known
                        || loss == known && way.size() < paths.get(next).size()) {
                    losses.put(next, loss);
                    paths.put(next, way);
                }
            }
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
