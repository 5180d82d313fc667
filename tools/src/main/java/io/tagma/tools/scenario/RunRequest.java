package io.tagma.tools.scenario;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked for, as far as its events depend on it. Immutable.
 *
 * @param input file to read, or null for none
 * @param seed seed of whatever is random, or null when none was given
 * @param shards how many shards the engine has
 * @param journaled what an earlier run on the same directory noted; empty for a new directory. A workload takes from there
 *     what was not given again.
 */
public record RunRequest(@Nullable Path input, @Nullable Long seed, int shards, Map<String, String> journaled) {
    /** Keeps an unmodifiable copy. */
    public RunRequest {
        journaled = Map.copyOf(journaled);
    }

    /** The seed that was given, else that of the earlier run, else a default. */
    public long seedOr(final long otherwise) {
        if (seed != null) {
            return seed;
        }
        final String before = journaled.get("seed");
        return before == null ? otherwise : Long.parseLong(before);
    }
}
