package io.tagma.engine;

import io.tagma.engine.ingest.OrderFrames;
import io.tagma.engine.ingest.sbe.TrainingFrameEncoder;
import io.tagma.engine.intent.EmbeddingBagClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.intent.PublishedNetworks;
import io.tagma.engine.observe.TrainingMXBean;
import io.tagma.engine.training.TrainingCommand;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.engine.training.TrainingRecord;
import io.tagma.engine.training.TrainingStatus;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Orders to the models of a running engine: start, pause, resume, step, tune, freeze, thaw, promote, rollback, inject, publish, hook, unhook, undo, redo. An
 * order is journaled on every shard before it takes effect, carried out whole or not at all, and says who gave it, when and why.
 * Shards take it at their next input, each at its own; what it does is the same on all. Thread-safe: orders are given one at a time.
 */
public final class TrainingCommandCentre implements TrainingMXBean {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Engine engine;
    private final FrameRing[] rings;

    TrainingCommandCentre(final Engine engine, final FrameRing[] rings) {
        this.engine = engine;
        this.rings = rings.clone();
    }

    /**
     * Gives an order and waits until every shard has carried it out, for at most 30 s.
     *
     * @return what became of it, as the first shard has it
     * @throws IllegalArgumentException when it was refused; nothing was changed then
     * @throws EngineException when a shard has stopped, or did not take it in time; it may yet
     */
    public TrainingRecord give(final TrainingOrder order) {
        return give(order, () -> {});
    }

    /** The same for a caller who steps the engine: {@code step} is called while waiting. */
    public synchronized TrainingRecord give(final TrainingOrder order, final Runnable step) {
        prepare(order);
        long number = 0;
        for (int shard = 0; shard < rings.length; shard++) {
            number = Math.max(number, status(shard).lastNumber());
        }
        number++;
        final OrderFrames frames = new OrderFrames(
                TrainingFrameEncoder.TEMPLATE_ID,
                order.bytes(),
                engine.context().slotLength() - FrameSlotLayout.SLOT_HEADER_LENGTH,
                number,
                engine.context().epochClock().nanoTime());
        final long deadline = SystemNanoClock.INSTANCE.nanoTime() + PATIENCE_NS;
        for (int shard = 0; shard < rings.length; shard++) {
            OrderSubmission.submit(engine, rings[shard], shard, frames, step, deadline);
        }
        final List<TrainingRecord> records = new ArrayList<>();
        for (int shard = 0; shard < rings.length; shard++) {
            records.add(await(shard, number, step, deadline));
        }
        for (final TrainingRecord one : records) {
            if (!one.done()) {
                throw new IllegalArgumentException(one.refused());
            }
        }
        return records.getFirst();
    }

    /**
     * Publishes networks that were taught beside the engine: they go into a file beside the journal, which is named by its content, and an
     * order that names the file. From the order on the classifier of every shard answers together with them.
     *
     * @param config as the engine's classifier and the networks are configured
     * @param step see {@link #give(TrainingOrder, Runnable)}
     * @return what became of the order
     * @throws IllegalArgumentException when it was refused
     * @throws io.tagma.store.StoreException when the disk refuses the file; nothing was ordered then
     */
    public TrainingRecord publish(
            final String who,
            final String why,
            final IntentClassifierConfig config,
            final List<EmbeddingBagClassifier> networks,
            final Runnable step) {
        final String sha256 = PublishedNetworks.write(
                engine.context().directory().resolve(StoreDirectory.PUBLISHED), config, networks);
        return give(
                new TrainingOrder(who, why, List.of(TrainingCommand.published(TrainingCommand.CLASSIFIER, sha256))),
                step);
    }

    /** Large things are made before the order is journaled, and beside the shards: an order whose file is not there is not given. */
    private void prepare(final TrainingOrder order) {
        try {
            for (int shard = 0; shard < rings.length; shard++) {
                engine.shard(shard).prepare(order);
            }
        } catch (final StoreException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private TrainingRecord await(final int shard, final long number, final Runnable step, final long deadline) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while (true) {
            step.run();
            for (final TrainingRecord one : status(shard).history().reversed()) {
                if (one.number() == number) {
                    return one;
                }
            }
            if (engine.shard(shard).failure() != null || SystemNanoClock.INSTANCE.nanoTime() - deadline > 0) {
                throw new EngineException("order " + number + " is in the ring of shard " + shard
                        + ", which has not come to it: is the engine running?");
            }
            idle.idle(0);
        }
    }

    /** How one shard's models are trained. */
    public TrainingStatus status(final int shard) {
        return engine.shard(shard).training();
    }

    @Override
    public String getDirectory() {
        return String.valueOf(engine.context().directory().toAbsolutePath());
    }

    @Override
    public List<String> getStatus() {
        final TrainingStatus status = status(0);
        final List<String> lines = new ArrayList<>();
        lines.add((status.paused() ? "paused, " + status.stepsLeft() + " steps left" : "learning") + "; "
                + status.lastNumber() + " orders, " + status.undoable() + " to undo, " + status.redoable()
                + " to redo");
        for (final TrainingStatus.Model model : status.models()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-16s %s  rate x %s  version %d  kept %s  %s%s",
                    model.name(),
                    model.frozen() ? "frozen  " : "learning",
                    model.rate(),
                    model.version(),
                    model.kept(),
                    model.floats() == 0 ? "memory out of reach" : model.floats() + " floats",
                    model.hooks().isEmpty() ? "" : "  hooks " + model.hooks()));
        }
        return lines;
    }

    @Override
    public List<String> getHistory() {
        return status(0).history().stream().map(TrainingRecord::toString).toList();
    }

    @Override
    public String order(final String who, final String why, final List<String> commands) {
        return give(new TrainingOrder(
                        who, why, commands.stream().map(TrainingCommand::parse).toList()))
                .toString();
    }
}
