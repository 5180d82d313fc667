package io.tagma.engine;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.ShardTopology;
import io.tagma.engine.shard.StagedFrames;
import java.util.concurrent.atomic.LongAdder;

/**
 * The shortest way in, for a caller who steps his shards himself and has inputs by the batch, such as what one poll of a broker gave:
 * they are written where the journal's next excerpt is gathered, without a ring in between, and share one look at the clock.
 *
 * <pre>{@code
 * final StagedInputs inputs = engine.staged();
 * for (final Payment payment : polled) {
 *     while (inputs.add(event.of(payment)) == SubmitCode.FULL) {
 *         engine.step();
 *     }
 * }
 * engine.step(); // journals, decides, tells the listener
 * }</pre>
 *
 * <p>Nothing that was added is journaled or decided before the next {@link Engine#step()} or {@link Engine#decide}, which handle what was
 * submitted through a ring first; among themselves, inputs of one shard keep their order, and the event to be decided comes last. Owned by the
 * thread that steps the engine.
 */
public final class StagedInputs {
    private final StagedFrames[] frames;
    private final int intents;
    private final boolean classifies;
    private final LongAdder rejected;

    StagedInputs(final EngineContext context, final ShardTopology topology, final LongAdder rejected) {
        this.intents = context.intents().size();
        this.classifies = context.textModel() != null;
        this.rejected = rejected;
        this.frames = new StagedFrames[context.shards()];
        for (int i = 0; i < frames.length; i++) {
            final StagedFrames shard = topology.staged(i);
            if (shard == null) {
                throw new IllegalStateException("shard " + i + " is not stepped by a caller");
            }
            frames[i] = shard;
        }
    }

    /**
     * Adds an event.
     *
     * @return {@link SubmitCode#ACCEPTED}; {@link SubmitCode#FULL} where the shard has a whole batch, or is at work on it: step and repeat;
     *     or the code that says why it will never be taken, which is counted
     */
    public int add(final Event event) {
        final int checked = event.check(intents, classifies);
        if (checked != SubmitCode.ACCEPTED) {
            return rejected(checked);
        }
        final StagedFrames shard = frames[Subjects.shardOf(event.subject(), frames.length)];
        final int offset = shard.claim(event.encodedLength());
        if (offset < 0) {
            return rejected(offset);
        }
        event.encode(shard.buffer(), offset, shard.timeNs());
        return SubmitCode.ACCEPTED;
    }

    /** Adds what became of an event; like {@link #add(Event)}. */
    public int add(final Outcome outcome) {
        final int checked = outcome.check(intents);
        if (checked != SubmitCode.ACCEPTED) {
            return rejected(checked);
        }
        final StagedFrames shard = frames[Subjects.shardOf(outcome.owner(), frames.length)];
        final int offset = shard.claim(Outcome.ENCODED_LENGTH);
        if (offset < 0) {
            return rejected(offset);
        }
        outcome.encode(shard.buffer(), offset, shard.timeNs());
        return SubmitCode.ACCEPTED;
    }

    private int rejected(final int code) {
        if (code != SubmitCode.FULL) {
            rejected.increment();
        }
        return code;
    }
}
