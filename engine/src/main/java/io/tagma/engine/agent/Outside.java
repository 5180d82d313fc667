package io.tagma.engine.agent;

import io.tagma.engine.observe.Health;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.agrona.concurrent.NanoClock;

/**
 * What is asked from a shard and answers later: services, agents on threads of their own. Live engines alone have one: neither recovery
 * nor a replay goes outside, since the answers are in the journal.
 */
@FunctionalInterface
public interface Outside extends AutoCloseable {
    /**
     * Takes a request, on the asking shard's thread; must neither block nor throw, and must copy what it keeps.
     *
     * @return false where it is not taken; the agent is then told at once that it was refused
     */
    boolean ask(Request request);

    /** How each that is asked is; any thread. */
    default List<Health> health() {
        return List.of();
    }

    /** How long an observer of the engine rests between two {@linkplain #look looks}, ns; 0 where nothing needs looking after. */
    default long lookIntervalNs() {
        return 0;
    }

    /** Looks after those that are asked; on an observer's thread, never two at a time. */
    default void look() {}

    /** What was asked and is not answered will not be; called when the shards have stopped. */
    @Override
    default void close() {}

    /** Opens an outside for an engine that goes live. */
    @FunctionalInterface
    interface Factory {
        /**
         * Opens it.
         *
         * @param answers where its answers go
         * @param threads makes every thread it has
         * @param clock of the engine
         */
        Outside open(Answers answers, ThreadFactory threads, NanoClock clock);
    }
}
