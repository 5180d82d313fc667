package io.tagma.tools.scenario;

import io.tagma.engine.EngineContext;
import java.util.Map;

/**
 * What a scenario's engine is made from: noted in the journal by a run, read from there by a replay. Immutable.
 *
 * @param properties what the {@link Workload} noted, {@code scenario} among it
 * @param shards how many shards
 */
public record ScenarioSettings(Map<String, String> properties, int shards) {
    /** Keeps an unmodifiable copy. */
    public ScenarioSettings {
        properties = Map.copyOf(properties);
    }

    /** Notes the properties in a context, so that the journal holds them. */
    public EngineContext noteIn(final EngineContext context) {
        properties.forEach(context::property);
        return context.shards(shards);
    }

    /** A whole number among the properties, or a default. */
    public int number(final String key, final int otherwise) {
        final String value = properties.get(key);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
