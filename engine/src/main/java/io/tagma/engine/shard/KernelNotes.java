package io.tagma.engine.shard;

import io.tagma.engine.EngineException;
import io.tagma.engine.ingest.sbe.DeviceFailureFrameEncoder;
import io.tagma.engine.ingest.sbe.KernelsFrameEncoder;
import io.tagma.engine.ingest.sbe.MessageHeaderEncoder;
import io.tagma.engine.kernel.DeviceLog;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.KernelsProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes into one shard's journal who computed: the kernels of a launch, and calls that failed on a GPU. What failed for one of the shard's
 * inputs, or for nobody's, is in the journal before the decisions of its batch are told to anyone. Owned by the shard's thread; the launch
 * is noted by the launching thread before.
 */
final class KernelNotes {
    private static final int LAUNCH_BYTES = 16_000;
    private static final int FAILURE_BYTES = 600;

    private final @Nullable DeviceLog log;
    private final DeviceLog.@Nullable Scope scope;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private @Nullable ShardCore core;

    KernelNotes(final Kernels kernels) {
        log = kernels.deviceLog();
        scope = log == null ? null : log.scope(this::sequence);
    }

    private long sequence() {
        final ShardCore applying = core;
        return applying == null ? 0 : applying.sequence();
    }

    /** Notes a launch behind the last input; in every launch, for what is measured may differ. */
    void launched(final ShardJournal journal, final long sequence, final KernelsProvider.Selection selection) {
        final byte[] text = (selection.kernels().name()
                        + '\n'
                        + oneLine(selection.reason())
                        + '\n'
                        + String.join("\n", selection.kernels().calibration()))
                .getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(text.length, LAUNCH_BYTES);
        journal.beginNotes(sequence);
        final int offset =
                claim(journal, KernelsFrameEncoder.BLOCK_LENGTH + KernelsFrameEncoder.textHeaderLength() + length);
        new KernelsFrameEncoder()
                .wrapAndApplyHeader(journal.buffer(), offset, header)
                .sequence(sequence)
                .putText(text, 0, length);
        journal.commitNotes(sequence);
    }

    /** From now on this thread's calls are for inputs of a core. */
    void enter(final ShardCore applying) {
        if (scope != null) {
            core = applying;
            scope.enter();
        }
    }

    /** No more. */
    void leave() {
        if (scope != null) {
            scope.leave();
        }
    }

    /** Journals what failed meanwhile, in an excerpt behind the batch's outputs, which stay staged. */
    void write(final ShardJournal journal, final long firstSequence) {
        if (log != null && scope != null && !log.isEmpty()) {
            write(journal, firstSequence, log, scope);
        }
    }

    private void write(
            final ShardJournal journal, final long firstSequence, final DeviceLog from, final DeviceLog.Scope of) {
        final List<DeviceLog.Failure> failures = from.take(of);
        if (failures.isEmpty()) {
            return;
        }
        final byte[] outputs = journal.staged(); // the batch's decisions are told from there
        try {
            journal.beginNotes(firstSequence);
            failures.forEach(failure -> append(journal, failure));
            journal.commitNotes(firstSequence);
        } catch (final EngineException refused) {
            from.putBack(failures);
            throw refused;
        } finally {
            journal.restage(outputs);
        }
    }

    private void append(final ShardJournal journal, final DeviceLog.Failure failure) {
        final byte[] text = (oneLine(failure.kernel())
                        + '\n'
                        + oneLine(failure.thread())
                        + '\n'
                        + oneLine(failure.why()))
                .getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(text.length, FAILURE_BYTES);
        final int offset = claim(
                journal,
                DeviceFailureFrameEncoder.BLOCK_LENGTH + DeviceFailureFrameEncoder.textHeaderLength() + length);
        new DeviceFailureFrameEncoder()
                .wrapAndApplyHeader(journal.buffer(), offset, header)
                .number(failure.number())
                .sequence(failure.sequence())
                .left((short) (failure.left() ? 1 : 0))
                .reserved((short) 0)
                .reserved2(0)
                .putText(text, 0, length);
    }

    /** All that waits fits the staging area of the smallest batch; see {@link ShardRecovery#stagingCapacity}. */
    private static int claim(final ShardJournal journal, final int length) {
        final int offset = journal.claim(MessageHeaderEncoder.ENCODED_LENGTH + length);
        if (offset < 0) {
            throw new IllegalStateException("no room for a note of " + length + " bytes");
        }
        return offset;
    }

    private static String oneLine(final String text) {
        return text.replace('\n', ' ');
    }
}
