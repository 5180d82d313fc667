package io.tagma.engine.translate;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a model architecture keeps of a subject. Immutable.
 *
 * @param name of the architecture
 * @param features in their order, at least one, no two of one name
 */
public record ProfileSchema(String name, List<Feature> features) {
    /**
     * One feature.
     *
     * @param name in this architecture
     * @param kind what its values mean: a unit or a scale, e.g. {@code euros}
     * @param aliases its names in other architectures
     */
    public record Feature(String name, String kind, List<String> aliases) {
        /** Copies. */
        public Feature {
            aliases = List.copyOf(aliases);
        }
    }

    /** Refuses what is empty or ambiguous. */
    public ProfileSchema {
        features = List.copyOf(features);
        final Set<String> seen = new HashSet<>();
        for (final Feature feature : features) {
            if (!seen.add(feature.name())) {
                throw new IllegalArgumentException("schema '" + name + "' has feature '" + feature.name() + "' twice");
            }
        }
        if (features.isEmpty()) {
            throw new IllegalArgumentException("schema '" + name + "' has no features");
        }
    }

    /** How many features. */
    public int size() {
        return features.size();
    }

    /** Index of the feature that another architecture's is, by name or alias of either; -1 where there is none. */
    int indexOf(final Feature other) {
        for (int i = 0; i < features.size(); i++) {
            if (features.get(i).name().equals(other.name())) {
                return i;
            }
        }
        for (int i = 0; i < features.size(); i++) {
            final Feature own = features.get(i);
            if (own.aliases().contains(other.name()) || other.aliases().contains(own.name())) {
                return i;
            }
        }
        return -1;
    }
}
