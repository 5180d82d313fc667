package io.tagma.engine;

import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.RowRestore;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.kernel.KernelCalibration;
import io.tagma.engine.kernel.KernelsProvider;
import io.tagma.engine.profile.SimilarRows;
import io.tagma.engine.shard.EngineObservers;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardTopology;
import io.tagma.engine.shard.ShardView;
import io.tagma.engine.shard.Snapshotter;
import io.tagma.engine.shard.StateHashes;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.FrameRing;
import io.tagma.store.HotTier;
import io.tagma.store.Integrity;
import io.tagma.store.StoreDirectory;
import io.tagma.store.StoreException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that runs: events go in from any thread, decisions come out by callback or poll, and all that happens between is in the
 * journal. Thread-safe, but for {@link #decide}, {@link #staged}, {@link #step} and {@link #poll}, each of which belongs to one thread.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    static final int AGENT_LIMIT = 4096;

    private final EngineContext context;
    private final StoreDirectory directory;
    private final AgentRegistry registry;
    private final KernelsProvider.Selection kernels;
    private final WarmStart.Report warmUp;
    private final ShardTopology topology;
    private final EngineObservers observers;
    private final Snapshotter snapshotter;
    private final NanoClock clock;
    private final FrameRing[] rings;
    private final @Nullable SimilarRows[] similar;
    private final TrainingCommandCentre training;
    private final VariableCouncil variables;
    private final AgentControl agents;
    private final RowCorrections corrections;
    private final @Nullable StagedInputs staged;
    private final @Nullable CallerDecision decisions;
    private final int shards;
    private final int intents;
    private final boolean classifies;
    private final LongAdder rejected = new LongAdder();
    private final Decision polled = new Decision();
    private volatile boolean closed;
    private long finalHash;

    private Engine(final EngineContext context, final @Nullable Replay copies, final WarmStart.Report warmUp) {
        this.warmUp = warmUp;
        this.context = context;
        this.clock = context.nanoClock();
        this.shards = context.shards();
        this.similar = new SimilarRows[shards];
        this.intents = context.intents().size();
        this.classifies = context.textModel() != null;
        this.directory = StoreDirectory.open(context.directory());
        ShardTopology made = null;
        AgentRegistry opened = null;
        KernelsProvider.Selection chosen = null;
        try {
            chosen = copies == null ? usableKernels(context.kernel(), directory) : copies.kernels();
            this.kernels = chosen;
            opened = new AgentRegistry(
                    context.registry()
                            .atLeast(2 * context.agents().size())
                            .open(
                                    directory.root(),
                                    () -> TimeUnit.NANOSECONDS.toMillis(
                                            context.epochClock().nanoTime())),
                    AGENT_LIMIT);
            if (copies != null) {
                // In their order, so that the numbers under which the copies know them stay theirs.
                copies.registry().all().stream()
                        .sorted(Comparator.comparingInt(AgentRegistry.Entry::agentId))
                        .map(AgentRegistry.Entry::descriptor)
                        .forEach(opened::register);
            }
            this.registry = opened;
            made = new ShardTopology(context, directory, registry, kernels, copies);
            this.topology = made;
            this.rings = new FrameRing[shards];
            for (int i = 0; i < shards; i++) {
                rings[i] = made.ingress(i);
            }
            this.training = new TrainingCommandCentre(this, rings);
            this.variables = new VariableCouncil(this, rings[0]);
            this.agents = new AgentControl(this, rings);
            this.corrections = new RowCorrections(this, rings);
            this.staged = context.threading() == Threading.CALLER ? new StagedInputs(context, made, rejected) : null;
            this.decisions = staged == null
                    ? null
                    : new CallerDecision(
                            this, made, staged, rings, context.limits().maxBatch());
            this.observers = new EngineObservers(this, context, made, directory);
            this.snapshotter =
                    new Snapshotter(context, made, directory, kernels.kernels(), observers::audited).under(observers);
        } catch (final RuntimeException e) {
            CloseHelper.quietClose(made);
            CloseHelper.quietClose(opened);
            CloseHelper.quietClose(directory::abandon);
            CloseHelper.quietClose(chosen);
            throw e;
        }
    }

    private static KernelsProvider.Selection usableKernels(final String name, final StoreDirectory directory) {
        try {
            return KernelCalibration.select(
                    name, () -> directory.file(directory.root(), KernelCalibration.FILE), SystemNanoClock.INSTANCE);
        } catch (final IllegalArgumentException unusable) {
            throw new EngineException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /**
     * Opens the directory, replays what its journal holds, and starts.
     *
     * @throws EngineException when a setting cannot work, the directory is another version's or was made with other
     *     settings, or its journal is damaged or does not replay
     * @throws io.tagma.store.StoreException when the directory is held by another process or cannot be written
     */
    public static Engine launch(final EngineContext context) {
        final WarmStart.Report warmUp = WarmUp.run(context);
        final boolean warmed = context.warmStart().events() > 0;
        final Engine engine = start(new Engine(context.conclude(), null, warmUp));
        if (warmed) {
            LOG.info("{}", warmUp.words());
        }
        return engine;
    }

    /** Launches with shards that have followed the journals of the engine that was here before. */
    static Engine takeOver(final Replay copies) {
        return start(new Engine(copies.context(), copies, WarmStart.Report.NONE));
    }

    private static Engine start(final Engine engine) {
        LOG.info("kernels: {}", engine.kernels.reason());
        engine.agents.begin();
        engine.topology.start();
        engine.observers.start();
        return engine;
    }

    /**
     * Submits an event; from any thread, without waiting unless the ring is full and its policy blocks.
     *
     * @return {@link SubmitCode#ACCEPTED}, or the code that says why nothing was taken
     */
    public int submit(final Event event) {
        final int checked = event.check(intents, classifies);
        if (checked != SubmitCode.ACCEPTED) {
            return rejected(checked);
        }
        final FrameRing ring = rings[Subjects.shardOf(event.subject(), shards)];
        final long sequence = ring.tryClaim(event.encodedLength(), event.frameClass());
        if (sequence < 0) {
            return rejected((int) sequence);
        }
        event.encode(ring.buffer(), ring.offset(sequence), clock.nanoTime());
        ring.commit(sequence);
        return SubmitCode.ACCEPTED;
    }

    /** Submits what became of an event; like {@link #submit(Event)}. */
    public int submit(final Outcome outcome) {
        final int checked = outcome.check(intents);
        if (checked != SubmitCode.ACCEPTED) {
            return rejected(checked);
        }
        final FrameRing ring = rings[Subjects.shardOf(outcome.owner(), shards)];
        final long sequence = ring.tryClaim(Outcome.ENCODED_LENGTH, outcome.frameClass());
        if (sequence < 0) {
            return rejected((int) sequence);
        }
        outcome.encode(ring.buffer(), ring.offset(sequence), clock.nanoTime());
        ring.commit(sequence);
        return SubmitCode.ACCEPTED;
    }

    /** Submits that a row, or a part of it, be put back; like {@link #submit(Event)}. */
    public int submit(final RowRestore restore) {
        final int checked = restore.check();
        if (checked != SubmitCode.ACCEPTED) {
            return rejected(checked);
        }
        final FrameRing ring = rings[Subjects.shardOf(restore.subject(), shards)];
        final long sequence = ring.tryClaim(restore.encodedLength(), 0);
        if (sequence < 0) {
            return rejected((int) sequence);
        }
        restore.encode(ring.buffer(), ring.offset(sequence), clock.nanoTime());
        ring.commit(sequence);
        return SubmitCode.ACCEPTED;
    }

    /** The shortest way in for inputs that the stepping thread has by the batch; refused unless threading is {@link Threading#CALLER}. */
    public StagedInputs staged() {
        requireStepped("staged");
        return Objects.requireNonNull(staged);
    }

    private void requireStepped(final String what) {
        if (context.threading() != Threading.CALLER) {
            throw new IllegalStateException(what + " needs threading CALLER, this engine has " + context.threading());
        }
    }

    private int rejected(final int code) {
        rejected.increment();
        return code;
    }

    /**
     * Takes an event and steps the shards on the calling thread until it is decided: no other thread, no wake-up, no ring. What was
     * submitted or staged before is handled first.
     *
     * @param into filled with a copy of the decision
     * @return {@link SubmitCode#ACCEPTED}; {@link SubmitCode#DEFERRED} where the decision waits for bids and comes by listener and
     *     {@link #poll} while the caller goes on to {@link #step}; or why there is no decision
     * @throws IllegalStateException unless the engine was launched with {@link Threading#CALLER}
     */
    public int decide(final Event event, final Decision into) {
        requireStepped("decide");
        return Objects.requireNonNull(decisions).decide(event, into);
    }

    /**
     * Finds the subjects whose rows are most like one's, among the rows of its shard that are used most
     * ({@link ShardLimits#hotRows(int)}), by the cosine of the angle between them. For people and reports: which rows are hot is no part
     * of the state, so what comes of it must not reach a decision.
     *
     * @param subjects receives whose rows they are, the most similar first; its length says how many are wanted
     * @param cosines receives how similar, 1 at most; as long
     * @return how many there are; -1 when the subject's own row is not hot, or none are
     * @throws IllegalStateException unless the engine was launched with {@link Threading#CALLER}: rows belong to the shard's thread
     */
    public int similar(final long subject, final long[] subjects, final float[] cosines) {
        requireStepped("similar");
        final int shard = Subjects.shardOf(subject, shards);
        final ShardView view = topology.view(shard);
        final HotTier hot = view.store().hot();
        if (hot == null || view.failure() != null) {
            return -1;
        }
        SimilarRows search = similar[shard];
        if (search == null || !search.isOver(hot)) { // a shard that was built anew has another slab
            CloseHelper.close(search);
            search = new SimilarRows(kernels.kernels(), hot);
            similar[shard] = search;
        }
        return search.find(subject, subjects, cosines);
    }

    /**
     * One duty cycle of every shard on the calling thread, and of every observer where {@linkplain EngineContext#observersStepped these}
     * have none of their own; how many frames were taken. For {@link Threading#CALLER}.
     */
    public int step() {
        final int frames = topology.step();
        if (context.observersStepped()) {
            observers.step();
        }
        return frames;
    }

    /** One duty cycle of one shard alone, and of nothing else: for who wants the order to be his. Otherwise like {@link #step()}. */
    public int step(final int shard) {
        return topology.step(shard);
    }

    /**
     * Hands over decisions that wait in the decision ring; the caller is its one consumer.
     *
     * @return how many; 0 when there are none, or no {@link EngineContext#decisionRingCapacity(int)} was set
     */
    public int poll(final Consumer<Decision> handler, final int limit) {
        final FrameRing ring = topology.decisions();
        if (ring == null) {
            return 0;
        }
        final int count = ring.beginBatch(limit);
        try {
            for (int i = 0; i < count; i++) {
                handler.accept(polled.wrap(ring.frameClass(i), ring.buffer(), ring.frameOffset(i)));
            }
        } finally {
            ring.endBatch();
        }
        return count;
    }

    /** What this engine was launched with. */
    public EngineContext context() {
        return context;
    }

    /** The agents. */
    public AgentRegistry registry() {
        return registry;
    }

    /** The kernels and why these. */
    public KernelsProvider.Selection kernels() {
        return kernels;
    }

    /** What the warm-up before the launch came to. */
    public WarmStart.Report warmUp() {
        return warmUp;
    }

    /** One shard, for observers. */
    public ShardView shard(final int shard) {
        return topology.view(shard);
    }

    /** Histograms, audit and JMX. */
    public EngineObservers observers() {
        return observers;
    }

    /** The pool of threads that the shards share, or null unless threading is {@link Threading#ELASTIC}. */
    public @Nullable ElasticRunner pool() {
        return topology.pool();
    }

    /** Orders to those who learn. */
    public TrainingCommandCentre training() {
        return training;
    }

    /** Orders about agents that failed too often. */
    public AgentControl agents() {
        return agents;
    }

    /** What agents share and vote on. */
    public VariableCouncil variables() {
        return variables;
    }

    /** Corrections of rows by people. */
    public RowCorrections corrections() {
        return corrections;
    }

    /** What takes snapshots while the shards run. Counts only. */
    public Snapshotter snapshots() {
        return snapshotter;
    }

    /** Submissions that were not taken. */
    public long rejected() {
        return rejected.sum();
    }

    /**
     * Hash over all state of all shards after their last input.
     *
     * @throws IllegalStateException while shards run on threads of their own: close first, or replay
     */
    public long stateHash() {
        if (closed) {
            return finalHash;
        }
        if (context.threading() != Threading.CALLER) {
            throw new IllegalStateException("the state belongs to running shards; close the engine first");
        }
        return topology.stateHash();
    }

    /** Refuses new events, handles those it has, seals the journal, lets the audit catch up, and closes. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        topology.stop();
        Arrays.stream(similar).forEach(CloseHelper::close);
        finalHash = topology.stateHash();
        snapshotter.close();
        observers.close();
        registry.close();
        topology.snapshot();
        topology.close();
        if (topology.isLeft()) {
            return; // a thread that may come back still has journal, rows and kernels: so the directory stays locked
        }
        snapshotter.retainAll();
        seal();
        directory.close();
        kernels.close();
    }

    /** The state is whole without it: that damage can be told and mended later is not worth a failed close. */
    private void seal() {
        try {
            Integrity.seal(directory);
        } catch (final StoreException e) {
            LOG.warn("closed without an integrity manifest: {}", e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "Engine{" + context.name() + ", " + shards + " shards, "
                + (closed ? "closed, state " + StateHashes.format(finalHash) : "open") + '}';
    }
}
