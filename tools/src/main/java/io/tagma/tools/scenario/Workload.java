package io.tagma.tools.scenario;

import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The events and outcomes of one run in the order in which they are submitted, and what came of them. Owned by the submitting
 * thread, but for {@link #onDecision} (the shards' threads) and {@link #headline} (any thread).
 *
 * <p>Events are numbered from 1: the n-th event of a stream has correlation id n, in every run.
 */
public interface Workload extends AutoCloseable {
    /** There is nothing more. */
    int END = 0;

    /** The event was filled in. */
    int EVENT = 1;

    /** The outcome was filled in. */
    int OUTCOME = 2;

    /** Nothing was filled in: what comes next depends on a decision that is still to come. */
    int WAIT = 3;

    /** A rate that says: as fast as it goes. */
    double FLAT_OUT = Double.POSITIVE_INFINITY;

    /** One line of a summary. */
    record Finding(String label, String text) {}

    /** What the journal shall note; with these alone the scenario makes the same engine again. */
    Map<String, String> properties();

    /** One line that says where the events come from. */
    String source();

    /** Events a second when nobody asked for a rate or a number of events. */
    default double defaultRate() {
        return FLAT_OUT;
    }

    /** Whether the stream never ends of itself. */
    boolean isEndless();

    /**
     * Goes on behind what an earlier run has journaled. Called at most once, before the first {@link #next}.
     *
     * @param lastCorrelationIds by shard: the last event that is in its journal, 0 for none
     */
    void resume(long[] lastCorrelationIds);

    /** Fills in what is to be submitted next. Allocates nothing where the stream itself does not. */
    int next(Event event, Outcome outcome);

    /** A decision was made; on a shard's thread, must not allocate. */
    void onDecision(Decision decision);

    /**
     * The engine runs; called once, before the first {@link #next}.
     *
     * @param step to be called while something is waited for that the engine does
     */
    default void launched(final Engine engine, final Runnable step) {}

    /** All that was submitted is decided and the engine is about to close. */
    default void ending() {}

    /** The run is over and the engine closed; the time to evaluate what it has learnt. */
    default void closed(final Engine engine) {}

    /** How well it goes, in a few words for a live line; may be off by what is just being counted. */
    String headline();

    /** How well it went, for programs. After {@link #closed}. */
    Map<String, Object> quality();

    /** What was learnt beside, e.g. learning curves, for programs; empty for nothing. After {@link #closed}. */
    default Map<String, Object> learning() {
        return Map.of();
    }

    /** How well it went, for people. After {@link #closed}. */
    List<Finding> findings();

    @Override
    void close() throws IOException;
}
