package io.tagma.engine.shard;

import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.TrainingFrameDecoder;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.training.PendingDecisions;
import io.tagma.engine.training.TrainedModels;
import io.tagma.engine.training.TrainingControl;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Where a shard's orders to its models arrive, and where its classifier is taught. Owned by the shard's thread. */
final class ShardTraining implements TrainedModels {
    /** Name of the text model, beside the agents. */
    static final String CLASSIFIER = "classifier";

    private final ShardParts parts;
    private final TrainingControl control;
    private final TrainingFrameDecoder frame = new TrainingFrameDecoder();
    private final UnsafeBuffer keptText = new UnsafeBuffer(new byte[0]);

    ShardTraining(final ShardParts parts) {
        this.parts = parts;
        this.control = new TrainingControl(this);
    }

    TrainingControl control() {
        return control;
    }

    /** Takes a frame of an order. */
    void order(final DirectBuffer buffer, final int offset, final long sequence) {
        frame.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                TrainingFrameDecoder.BLOCK_LENGTH,
                TrainingFrameDecoder.SCHEMA_VERSION);
        final long number = frame.number();
        final int part = frame.part();
        final int count = frame.parts();
        final long timeNs = frame.timeNs();
        final byte[] text = new byte[frame.textLength()]; // an order is rare
        frame.getText(text, 0, text.length);
        if (!control.part(number, part, count, text, timeNs, sequence)) {
            parts.counters().ignored.increment();
        }
    }

    /** Teaches the classifier a decision's text, unless it is frozen. */
    void teachText(final PendingDecisions pending, final int slot, final int trueIntent) {
        final TextModel model = parts.textModel();
        if (model == null || pending.textLength(slot) == 0 || control.rate(count() - 1) == 0f) {
            return;
        }
        keptText.wrap(pending.text(), pending.textAt(slot), pending.textLength(slot));
        try {
            model.learn(keptText, 0, pending.textLength(slot), trueIntent);
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            parts.counters().faults.increment();
        }
    }

    @Override
    public int count() {
        return parts.cells().size() + (parts.textModel() == null ? 0 : 1);
    }

    @Override
    public String name(final int model) {
        return model < parts.cells().size()
                ? parts.cells().get(model).descriptor().name()
                : CLASSIFIER;
    }

    @Override
    public float @Nullable [] memory(final int model) {
        return model < parts.cells().size() ? parts.contexts().get(model).memoryOrNull() : null;
    }
}
