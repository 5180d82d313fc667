package io.tagma.engine.shard;

import io.tagma.engine.observe.Counter;
import java.util.List;

/** What one shard counts. Advanced by its thread, read by any. */
public final class ShardCounters {
    /** Events applied, referrals of other shards included. */
    public final Counter events = new Counter();

    /** Events passed on to the second subject's shard. */
    public final Counter referred = new Counter();

    /** Outcomes that met their decision. */
    public final Counter outcomes = new Counter();

    /** Outcomes of which those that taught nobody, since training was paused. */
    public final Counter untaught = new Counter();

    /** Outcomes whose decision did not wait any more, or never did. */
    public final Counter unmatched = new Counter();

    /** Events whose decision waited for bids. */
    public final Counter deferred = new Counter();

    /** Decisions made. */
    public final Counter decisions = new Counter();

    /** Events decided without agents because the store had no room for a row. */
    public final Counter storeFull = new Counter();

    /** Frames that no station understands, or of another shard's that came twice. */
    public final Counter ignored = new Counter();

    /** Handlers and rules that threw. */
    public final Counter faults = new Counter();

    /** Messages delivered to agents. */
    public final Counter messages = new Counter();

    /** Messages to other shards that found no room on their way. */
    public final Counter lostMessages = new Counter();

    /** Answers given to the agents that had asked. */
    public final Counter answers = new Counter();

    /** Answers to a request that had been given up as late. */
    public final Counter lateAnswers = new Counter();

    /** Answers to a request that had been answered, or to none that this shard knows. */
    public final Counter strayAnswers = new Counter();

    /** Timers that fired. */
    public final Counter timers = new Counter();

    /** Batches taken from rings. */
    public final Counter batches = new Counter();

    /** Duty cycles that found work. */
    public final Counter busyCycles = new Counter();

    private List<Counter> all() {
        return List.of(
                events,
                referred,
                outcomes,
                untaught,
                unmatched,
                decisions,
                storeFull,
                ignored,
                faults,
                messages,
                lostMessages,
                answers,
                lateAnswers,
                strayAnswers,
                timers,
                batches,
                busyCycles,
                deferred);
    }

    /** Goes on from what a shard counted before it was built anew, so that no count goes back. */
    void goOn(final ShardCounters before) {
        final List<Counter> mine = all();
        for (int i = 0; i < mine.size(); i++) {
            mine.get(i).atLeast(before.all().get(i).get());
        }
    }
}
