package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.ingest.AnswerFrames;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.kernel.DeviceLog;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.observe.StationTimer;
import io.tagma.ring.ConsumerSignal;
import io.tagma.ring.DutyCycleConfig;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameRingConfig;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import io.tagma.store.ProfileStore;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an engine's shards are wired, read from the top down: rings, then each shard's store, core and journal, then
 * recovery, then threads. Owned by the launching thread; {@link #step} by the caller where threading is {@code CALLER}.
 */
public final class ShardTopology implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardTopology.class);
    private static final long SHORTEST_DRAIN_NS = TimeUnit.SECONDS.toNanos(10);

    private final EngineContext context;
    private final StoreDirectory directory;
    private final AgentRegistry registry;
    private final KernelsProvider.Selection selection;
    private final Kernels kernels;
    private final FrameRing[] ingress;
    private final FrameRing[] peers;
    private final @Nullable FrameRing decisions;
    private final List<ProfileStore> stores = new ArrayList<>();
    private final List<ShardDuty> duties = new ArrayList<>();
    private final WantedDecision wanted = new WantedDecision();
    private final ShardThreads runner;
    private final @Nullable Outside outside;
    private final HealthCheck health;
    private final LeftShards left = new LeftShards();
    private volatile boolean closing;

    /**
     * Wires and recovers; nothing runs yet. A failure closes what was opened.
     *
     * @param copies what has followed the journals and becomes the shards, or null where they are to be recovered
     */
    public ShardTopology(
            final EngineContext context,
            final StoreDirectory directory,
            final AgentRegistry registry,
            final KernelsProvider.Selection selection,
            final @Nullable Replay copies) {
        this.context = context;
        this.directory = directory;
        this.registry = registry;
        this.selection = selection;
        this.kernels = selection.kernels();
        final int shards = context.shards();
        final ShardThreads.Plan threads = new ShardThreads.Plan(context);
        this.ingress = new FrameRing[shards];
        this.peers = new FrameRing[shards];
        this.decisions = decisionRing();
        try {
            makeRings(threads);
            for (int shard = 0; shard < shards; shard++) {
                duties.add(recover(shard, copies == null ? null : copies.shard(shard)));
            }
            resumeReferrals();
            this.outside = openOutside();
            this.health = new HealthCheck(context, this);
            this.runner = threads.over(duties);
        } catch (final RuntimeException e) {
            left.closeOthers(duties, stores);
            throw e;
        }
    }

    private void makeRings(final ShardThreads.Plan threads) {
        final int shards = context.shards();
        final int peerSlots = Post.peerSlots(context);
        for (int shard = 0; shard < shards; shard++) {
            final ConsumerSignal signal = threads.signal(shard);
            ingress[shard] = new FrameRing(ingressConfig().signalling(signal));
            peers[shard] = new FrameRing(FrameRingConfig.rejecting(
                            shards == 1 && !context.outside().isOpen() ? 2 : peerSlots, context.slotLength())
                    .signalling(signal));
        }
    }

    private FrameRingConfig ingressConfig() {
        final FrameRingConfig base = FrameRingConfig.rejecting(context.ringCapacity(), context.slotLength())
                .waiting(context.nanoClock(), IdleStrategies.supplier(context.idleStrategy()));
        return switch (context.overflowPolicy()) {
            case REJECT -> base;
            // A caller who steps the shards himself would wait for himself: he is told at once, steps and tries again.
            case BLOCK ->
                context.threading() == DutyCycleConfig.Threading.CALLER
                        ? base
                        : base.blocking(context.blockTimeoutNs());
            case DROP_OLDEST -> base.droppingOldest(context.blockTimeoutNs(), context.droppableClasses());
        };
    }

    private @Nullable FrameRing decisionRing() {
        if (context.decisionRingCapacity() == 0) {
            return null;
        }
        // A decision holds a ballot of every agent asked, which may be more than an event's slot has room for.
        final int longest = ShardBuilder.decisionBytes(context)
                + Float.BYTES * context.agents().size();
        return new FrameRing(FrameRingConfig.rejecting(
                context.decisionRingCapacity(), BitUtil.align(longest, FrameSlotLayout.SLOT_ALIGNMENT)));
    }

    /** A shard as its snapshots and its journal left it. */
    private ShardDuty recover(final int shard, final @Nullable ShardReplay copy) {
        final StationTimer timer = copy == null ? new StationTimer(context.nanoClock(), false) : copy.timer();
        final ShardRecovery recovery = new ShardRecovery(context, directory, registry, kernels, shard, timer);
        try (recovery) {
            return recover(recovery, copy, timer);
        } catch (final RuntimeException e) {
            recovery.abandon();
            throw e;
        }
    }

    private ShardDuty recover(
            final ShardRecovery recovery, final @Nullable ShardReplay copy, final StationTimer timer) {
        final ShardCore core = copy == null ? recovery.recover(stores::add) : recovery.takeOver(copy, stores::add);
        final ShardBody body = body(recovery, core, stores.getLast(), null);
        timer.enable(context.histograms());
        final KernelNotes notes = new KernelNotes(kernels);
        notes.launched(body.journal(), core.sequence(), selection);
        final ShardSinks sinks = new ShardSinks(timer, context.listener(), decisions, wanted, notes);
        final ShardLives lives = new ShardLives(
                context.faults().shardRestarts(), context.epochClock(), failed -> rebuild(failed, timer));
        return new ShardDuty(
                body,
                lives,
                rings(core.parts().shard()),
                sinks,
                context.limits().maxBatch());
    }

    private ShardBody body(
            final ShardRecovery recovery,
            final ShardCore core,
            final ProfileStore store,
            final @Nullable ReplayOutput caughtUp) {
        final ShardJournal journal =
                new ShardJournal(recovery.appender(recovery.stagingCapacity(core)), context.epochClock());
        core.output().redirect(journal);
        return new ShardBody(core, journal, store, recovery.source(), caughtUp);
    }

    /** What takes a failed body's place, on the shard's thread, while the other shards and the observers go on. */
    private ShardBody rebuild(final ShardBody failed, final StationTimer timer) {
        final int shard = failed.core().parts().shard();
        CloseHelper.quietCloseAll(failed.journal(), failed.store());
        timer.enable(false);
        final ProfileStore[] opened = new ProfileStore[1];
        final ShardRecovery recovery = new ShardRecovery(context, directory, registry, kernels, shard, timer);
        try (recovery) {
            final ShardCore core = recovery.rebuild(store -> opened[0] = store);
            final ShardBody next = body(recovery, core, opened[0], recovery.caughtUp());
            core.post().resumeBehind(failed.core().post());
            if (outside != null) {
                connect(duties.get(shard), core, outside);
            }
            timer.enable(context.histograms());
            return next;
        } catch (final Throwable e) {
            recovery.abandon();
            CloseHelper.quietClose(opened[0]);
            throw e;
        }
    }

    /** What a shard's agents ask goes out through {@code opened}, and bids are asked for there. */
    private void connect(final ShardDuty duty, final ShardCore core, final Outside opened) {
        final FrameRing back = peers[core.parts().shard()];
        duty.ask(new AskClerk(core.parts().asks(), opened, back, context.nanoClock()));
        final AskedAuctions asked = core.parts().asked();
        if (asked != null) {
            duty.auction(new BidClerk(asked, opened, back, context.nanoClock()));
            if (closing) { // built anew meanwhile
                duty.endAuctions();
            }
        }
    }

    /** Answers go in like frames of other shards, ahead of callers' events, and never make anyone wait. */
    private @Nullable Outside openOutside() {
        if (!context.outside().isOpen()) {
            return null;
        }
        final NanoClock clock = context.nanoClock();
        final Outside opened = context.outside()
                .factory()
                .open(
                        (shard, request, code, ageNs, floats, bytes) ->
                                AnswerFrames.offer(peers[shard], request, code, ageNs, floats, bytes, clock.nanoTime()),
                        context.threadFactory(),
                        clock);
        duties.forEach(duty -> connect(duty, duty.core(), opened));
        return opened;
    }

    private ShardRings rings(final int shard) {
        final List<@Nullable FrameRing> toPeers = new ArrayList<>();
        for (int i = 0; i < peers.length; i++) {
            toPeers.add(i == shard ? null : peers[i]);
        }
        final StagedFrames staged = context.threading() == DutyCycleConfig.Threading.CALLER
                ? new StagedFrames(context.limits().maxBatch(), ingress[shard].maxFrameLength(), context.nanoClock())
                : null;
        return new ShardRings(ingress[shard], peers[shard], toPeers, staged);
    }

    /** What a shard sent but its target never journaled is sent again. */
    private void resumeReferrals() {
        for (int origin = 0; origin < duties.size(); origin++) {
            for (int target = 0; target < duties.size(); target++) {
                if (origin != target) {
                    duties.get(origin)
                            .core()
                            .post()
                            .resume(target, duties.get(target).core().post());
                }
            }
        }
    }

    /** Starts the shards' threads; with {@code CALLER}, nothing to start. */
    public void start() {
        runner.start();
    }

    /** One duty cycle of every shard on the calling thread; how many frames were taken. */
    public int step() {
        return runner.step();
    }

    /** One duty cycle of one shard on the calling thread; how many frames were taken. */
    public int step(final int shard) {
        if (context.threading() != DutyCycleConfig.Threading.CALLER) {
            throw new IllegalStateException("only shards of CALLER threading can be stepped: " + context.threading());
        }
        return duties.get(shard).doWork();
    }

    ShardThreads threads() {
        return runner;
    }

    /** The pool of threads that the shards share, or null. */
    public @Nullable ElasticRunner pool() {
        return runner.elastic();
    }

    /** The ring of a shard. */
    public FrameRing ingress(final int shard) {
        return ingress[shard];
    }

    /** Inputs of the thread that steps a shard, or null where no caller does. */
    public @Nullable StagedFrames staged(final int shard) {
        return duties.get(shard).staged();
    }

    /** Where decisions wait for a poll, or null. */
    public @Nullable FrameRing decisions() {
        return decisions;
    }

    /** What agents ask, or null. */
    @Nullable
    Outside outside() {
        return outside;
    }

    /** What failed on a GPU, or null where none computes. */
    @Nullable
    DeviceLog deviceLog() {
        return kernels.deviceLog();
    }

    HealthCheck health() {
        return health;
    }

    List<ShardDuty> duties() {
        return duties;
    }

    /** How many shards there are. */
    public int shards() {
        return duties.size();
    }

    /** A view of one shard for observers. */
    public ShardView view(final int shard) {
        return new ShardView(duties.get(shard));
    }

    /** Asks for the decision on an event, on the stepping thread. */
    public void want(final long correlationId, final Decision into) {
        wanted.want(correlationId, into);
    }

    /** Asks no more. */
    public void cancelWant() {
        wanted.cancel();
    }

    /** Whether the decision asked for has come. */
    public boolean delivered() {
        return wanted.delivered();
    }

    /** Whether the decision on an event waits for bids. Only for who steps the shards. */
    public boolean isAwaited(final long correlationId) {
        for (final ShardDuty duty : duties) {
            final AskedAuctions auctions = duty.core().parts().asked();
            if (auctions != null && auctions.isAwaited(correlationId)) {
                return true;
            }
        }
        return false;
    }

    /** What stopped a shard, or null while all work. */
    public @Nullable Throwable failure() {
        for (final ShardDuty duty : duties) {
            if (duty.failure() != null) {
                return duty.failure();
            }
        }
        return null;
    }

    /** One hash for all shards. Only while they do not run: stepped by the caller, or stopped. */
    public long stateHash() {
        return StateHashes.combine(
                duties.stream().mapToLong(duty -> duty.core().stateHash()).toArray());
    }

    /** Refuses new frames, lets the shards finish what they have, and seals their journals. Rows and journals stay open. */
    public void stop() {
        for (final FrameRing ring : ingress) {
            ring.close();
        }
        duties.stream().map(ShardDuty::staged).forEach(CloseHelper::close);
        closing = true;
        duties.forEach(ShardDuty::endAuctions);
        drain();
        runner.close();
        if (context.threading() != DutyCycleConfig.Threading.CALLER) { // whose cycles are over when this is called
            left.leave(duties);
        }
        CloseHelper.quietClose(outside);
        duties.forEach(ShardDuty::seal);
    }

    /** Whether a shard's thread would not end: then it keeps its files open, and they are nobody else's to open. */
    public boolean isLeft() {
        return left.isAny();
    }

    /** Writes a snapshot of every shard that is whole, stopped and has moved on since its last. */
    public void snapshot() {
        if (context.limits().snapshotsKept() == 0) {
            return;
        }
        for (int shard = 0; shard < duties.size(); shard++) {
            final ShardDuty duty = duties.get(shard);
            if (duty.failure() == null) {
                snapshot(duty.body());
            }
        }
    }

    /** The journal holds it all: without this one, the next launch takes longer and nothing is missing. */
    private void snapshot(final ShardBody body) {
        try {
            Snapshots.write(context, directory, body.core(), body.store());
        } catch (final StoreException e) {
            LOG.warn(
                    "closing without a snapshot of shard {}: {}",
                    body.core().parts().shard(),
                    e.getMessage());
        }
    }

    /** Closes rows and journals; the shards must have stopped. */
    @Override
    public void close() {
        left.closeOthers(duties, stores);
    }

    private void drain() {
        // By the machine's clock: the engine's may be simulated, and then nobody moves it on while this waits.
        final NanoClock clock = SystemNanoClock.INSTANCE;
        final long deadline = clock.nanoTime() + Math.max(context.blockTimeoutNs(), SHORTEST_DRAIN_NS);
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        while ((!isDrained() || duties.stream().anyMatch(ShardDuty::awaitsBids)) && clock.nanoTime() - deadline < 0) {
            if (context.threading() == DutyCycleConfig.Threading.CALLER) {
                runner.step();
            } else {
                idle.idle(0);
            }
        }
    }

    /** Whether no frame waits for a shard that works; exact once producers have stopped. */
    public boolean isDrained() {
        return duties.stream().allMatch(ShardDuty::isDrained);
    }
}
