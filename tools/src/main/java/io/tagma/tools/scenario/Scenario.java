package io.tagma.tools.scenario;

import io.tagma.engine.EngineContext;
import java.io.IOException;

/**
 * A job that the {@code tagma} command knows: what its engine is made of, where its events come from, and how people read
 * its numbers. One instance a process, used by one thread.
 */
public interface Scenario {
    /** How it is called on the command line. */
    String name();

    /** What it is, in one line. */
    String about();

    /**
     * An object with picocli {@code @Option} fields for what only this scenario understands. {@code tagma run} offers them
     * beside its own and refuses them with another scenario. The same object at every call.
     */
    Object options();

    /**
     * Where a run's events come from, at the start.
     *
     * @throws IOException when the input cannot be read
     */
    Workload workload(RunRequest request) throws IOException;

    /**
     * A fresh context with all that the shards' state depends on: agents, rules, intents, limits, names. The same for a
     * run and for the replay of its journal; directory, threading, batch, kernel and listener are the caller's to set.
     */
    EngineContext context(ScenarioSettings settings);

    /** Names for rows, features and actions. */
    Vocabulary vocabulary();
}
