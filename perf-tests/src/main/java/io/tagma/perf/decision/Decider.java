package io.tagma.perf.decision;

import java.nio.file.Path;

/**
 * One way of doing the job, from its first payment to wherever it is stopped. Owned by the harness's thread; each decision goes to the
 * {@link DecisionSink} it was made with.
 */
public interface Decider extends AutoCloseable {
    /** Makes a decider with state of its own. */
    interface Factory {
        /**
         * A decider that has decided nothing.
         *
         * @param payments what to decide
         * @param directory where it may keep files; exists and is empty
         * @param sink told of each decision
         */
        Decider create(Payments payments, Path directory, DecisionSink sink);
    }

    /** Decides all payments before {@code to} that are not yet decided, as fast as it can; returns when the last is in the sink. */
    void run(int to);

    /**
     * Starts deciding payment {@code first}, which is the next, or up to {@code ready} from there on; the decisions may come later. Outcomes due
     * before the payment after are learnt behind the decision: no caller waits for them.
     *
     * @return how many were started
     */
    int start(int first, int ready);

    /** Ends in good order. */
    @Override
    void close();
}
