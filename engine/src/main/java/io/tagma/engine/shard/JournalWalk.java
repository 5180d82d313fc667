package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.store.JournalTailer;
import io.tagma.store.TailerCode;
import org.jspecify.annotations.Nullable;

/**
 * Applies a journal's inputs to a core and holds its outputs against the core's. Recovery and replay are this walk; memory
 * does not grow with the journal. Owned by the walking thread.
 */
final class JournalWalk {
    private final ShardCore core;
    private final JournalTailer tailer;
    private final ReplayOutput replayed = new ReplayOutput();
    private final OutputCheck check;
    private final KernelTally kernels = new KernelTally();
    private boolean outputsDue;
    private int nextInput;
    private boolean inInput;
    private boolean begun;
    private @Nullable Divergence difference;

    JournalWalk(final ShardCore core, final JournalTailer tailer) {
        this.core = core;
        this.tailer = tailer;
        this.check = new OutputCheck(core.parts().shard());
        core.output().redirect(replayed);
    }

    /**
     * Walks on.
     *
     * @param until the last sequence to apply
     * @param verify whether outputs are compared
     * @return the first difference, or null when there was none up to {@code until} or the journal's end
     */
    @Nullable
    Divergence walk(final long until, final boolean verify) {
        while (core.sequence() < until) {
            if (inInput) {
                applyInputs(until);
                continue;
            }
            if (!read(verify)) {
                return difference;
            }
        }
        return null;
    }

    /**
     * Walks to the end of the batch that it is in, outputs and all, or to the journal's end if that comes before. Outputs are
     * compared.
     *
     * @return the first difference, or null
     */
    @Nullable
    Divergence finishBatch() {
        while (!isBetweenBatches()) {
            if (inInput) {
                applyInputs(Long.MAX_VALUE);
            } else if (!read(true)) {
                return difference;
            }
        }
        return null;
    }

    /** Takes the next excerpt; false at the journal's end, or where outputs differ: {@link #difference} says how. */
    private boolean read(final boolean verify) {
        difference = null;
        final int code = tailer.next();
        if (code == TailerCode.END) {
            return false;
        }
        if (code == TailerCode.DAMAGED) {
            throw new EngineException("journal of shard " + core.parts().shard() + " is damaged behind sequence "
                    + core.sequence() + ": " + tailer.damage()
                    + "; 'tagma repair' mends what it can, from parity or with --from a copy");
        }
        if (tailer.type() == ExcerptType.INPUT) {
            if (verify && unwritten() != null) {
                difference = check.surplus(replayed, 0, core);
                return false;
            }
            beginInputs();
        } else if (tailer.type() == ExcerptType.OUTPUT && begun) { // what precedes the first input is a snapshot's
            difference = verify ? check.compare(tailer, replayed, core) : null;
            outputsDue = false;
            replayed.clear();
        } else if (tailer.type() == ExcerptType.NOTE) {
            kernels.add(core.parts().shard(), tailer);
        }
        return difference == null;
    }

    private void beginInputs() {
        if (tailer.firstSequence() != core.sequence() + 1) {
            throw new EngineException("journal of shard " + core.parts().shard() + " jumps from sequence "
                    + core.sequence() + " to " + tailer.firstSequence()
                    + ": a file of it is missing; restore it from a copy");
        }
        begun = true;
        replayed.clear();
        core.output().beginBatch();
        nextInput = 0;
        inInput = true;
        outputsDue = true;
    }

    private void applyInputs(final long until) {
        final int count = tailer.count();
        while (nextInput < count && core.sequence() < until) {
            if (nextInput % ShardDuty.GROUP == 0) {
                touchGroup(count);
            }
            core.apply(tailer.buffer(), tailer.frameOffset(nextInput), tailer.frameLength(nextInput));
            core.post().discard();
            nextInput++;
        }
        inInput = nextInput < count;
    }

    private void touchGroup(final int count) {
        final int end = Math.min(nextInput + ShardDuty.GROUP, count);
        for (int i = nextInput; i < end; i++) {
            core.ahead().add(tailer.buffer(), tailer.frameOffset(i), tailer.frameLength(i));
        }
        core.ahead().touch();
    }

    /** Outputs that the last batch of inputs gave but the journal lacks: the process died between the two. */
    @Nullable
    ReplayOutput unwritten() {
        return outputsDue && replayed.count() > 0 ? replayed : null;
    }

    boolean isBetweenBatches() {
        return !inInput && unwritten() == null;
    }

    KernelTally kernels() {
        return kernels;
    }

    long decisionsChecked() {
        return check.decisions();
    }

    long hashesChecked() {
        return check.hashes();
    }
}
