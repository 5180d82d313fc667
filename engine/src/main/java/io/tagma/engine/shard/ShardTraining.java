package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.ingest.sbe.MessageHeaderDecoder;
import io.tagma.engine.ingest.sbe.TrainingFrameDecoder;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.LiveHook;
import io.tagma.engine.model.ModelLiveHook;
import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.training.AgentHooks;
import io.tagma.engine.training.PendingDecisions;
import io.tagma.engine.training.TrainedModels;
import io.tagma.engine.training.TrainingCommand;
import io.tagma.engine.training.TrainingControl;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Where a shard's orders to its models arrive, and where its classifier is taught. Owned by the shard's thread. */
final class ShardTraining implements TrainedModels {
    private static final long HOOK_SEED = 1;

    private final ShardParts parts;
    private final TrainingControl control;
    private final TrainingFrameDecoder frame = new TrainingFrameDecoder();
    private final UnsafeBuffer keptText = new UnsafeBuffer(new byte[0]);
    private final Deliberation deliberation;
    private final ModelSchema schema;
    private final Map<String, LiveHook> prepared = new ConcurrentHashMap<>();

    ShardTraining(final ShardParts parts, final Deliberation deliberation) {
        this.parts = parts;
        this.deliberation = deliberation;
        this.schema = AgentHooks.schema(parts.maxFeatures());
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
                : TrainingCommand.CLASSIFIER;
    }

    @Override
    public float @Nullable [] memory(final int model) {
        return model < parts.cells().size() ? parts.contexts().get(model).memoryOrNull() : null;
    }

    @Override
    public LiveHook hook(final int model, final String name, final String spec) {
        final LiveHook ready = prepared.remove(key(model, name, spec));
        return ready == null ? make(model, name, spec) : ready;
    }

    @Override
    public void prepare(final int model, final String name, final String spec) {
        if (prepared.size() == HookChain.MOST_HOOKS) {
            prepared.clear(); // what orders that were refused have left
        }
        try {
            prepared.put(key(model, name, spec), make(model, name, spec));
        } catch (final IllegalArgumentException refused) {
            // Said to whom it concerns when the order's turn comes, and remembered with it.
        }
    }

    private static String key(final int model, final String name, final String spec) {
        return model + " " + name + " " + spec;
    }

    private LiveHook make(final int model, final String name, final String spec) {
        final TextModel text = parts.textModel();
        if (model >= parts.cells().size() && text != null) {
            return text.hook(name, spec, parts.published());
        }
        return new ModelLiveHook(name, spec, parts.hookTypes(), schema, HOOK_SEED);
    }

    @Override
    public void hooks(final int model, final HookChain chain) {
        final List<AgentCell> cells = parts.cells();
        final TextModel text = parts.textModel();
        if (model < cells.size()) {
            cells.get(model)
                    .hook(
                            chain.isEmpty()
                                    ? null
                                    : new AgentHooks(
                                            chain, schema, parts.contexts().get(model)));
            deliberation.hooked(cells.stream().anyMatch(AgentCell::isHooked));
        } else if (text != null) {
            text.hooks(chain);
        }
    }
}
