package io.tagma.engine.supervise;

import org.jspecify.annotations.Nullable;

/** One life of something that is supervised. A restart makes another one; what is to outlive it is kept elsewhere. */
public interface Child {
    /** What became of a start that did not fail. */
    enum Start {
        /** It runs, and tells when it ends. */
        STARTED,
        /** It has nothing to do: it does not run and is not restarted. */
        DECLINED
    }

    /** Told once that a life has ended, by any thread, also from within {@link #start}. */
    @FunctionalInterface
    interface ExitListener {
        /**
         * It has ended.
         *
         * @param reason why it failed; null where it ended as it should
         */
        void exited(@Nullable Throwable reason);
    }

    /**
     * Begins; returns when it runs.
     *
     * @throws Exception when it cannot: it does not run then, and the listener need not be told
     */
    Start start(ExitListener exits) throws Exception;

    /**
     * Ends in good order.
     *
     * @param timeoutNs how long that may take
     * @return whether it has ended
     */
    boolean stop(long timeoutNs);

    /** Ends it whatever it takes, after {@link #stop} was in vain; what it says from then on is not listened to. */
    void kill();
}
