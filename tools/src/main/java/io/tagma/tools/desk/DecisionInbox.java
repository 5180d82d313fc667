package io.tagma.tools.desk;

import io.tagma.engine.DecisionListener;
import io.tagma.engine.Engine;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.ring.IdleStrategies;
import org.agrona.concurrent.IdleStrategy;

/** One decision at a time on its way from a shard's thread to the thread that asked for it. */
public final class DecisionInbox implements DecisionListener {
    private final Decision kept = new Decision();
    private final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.BACKOFF);
    private volatile long arrived = -1;

    @Override
    public void onDecision(final Decision decision) {
        kept.copyFrom(decision);
        arrived = decision.correlationId();
    }

    /** Submits and waits for the shard's answer; the code of a submission that was not taken. */
    int submitAndWait(final Engine engine, final Event event, final Decision into) {
        final int code = engine.submit(event);
        if (code != SubmitCode.ACCEPTED) {
            return code;
        }
        while (arrived != event.correlationId()) {
            if (engine.shard(0).failure() != null) {
                return SubmitCode.JOURNAL_FAILED;
            }
            idle.idle();
        }
        idle.reset();
        into.copyFrom(kept);
        return SubmitCode.ACCEPTED;
    }
}
