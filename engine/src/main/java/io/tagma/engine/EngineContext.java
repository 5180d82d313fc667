package io.tagma.engine;

import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Task;
import io.tagma.engine.council.NoisyOrVote;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import io.tagma.ring.OverflowPolicy;
import io.tagma.store.ProfileRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** All settings of one engine: setters, then one {@link #conclude()} by {@link Engine#launch}. Not thread-safe. */
public final class EngineContext {
    /** Most shards of one engine. */
    public static final int MAX_SHARDS = 64;

    private @Nullable Path directory;
    private String name = "tagma";
    private int shards = 1;
    private Threading threading = Threading.DEDICATED;
    private String idleStrategy =
            IdleStrategies.defaultName(Runtime.getRuntime().availableProcessors());
    private int ringCapacity = 4096;
    private int slotLength = 256;
    private OverflowPolicy overflowPolicy = OverflowPolicy.BLOCK;
    private long blockTimeoutNs = TimeUnit.SECONDS.toNanos(5);
    private long droppableClasses;
    private int decisionRingCapacity;
    private ShardLimits limits = new ShardLimits();
    private String kernel = "auto";
    private List<Path> copyTo = List.of();
    private boolean audit = true;
    private long auditDrainTimeoutNs = TimeUnit.SECONDS.toNanos(30);
    private boolean histograms = true;
    private boolean jmx = true;
    private long reportIntervalNs = TimeUnit.SECONDS.toNanos(1);
    private final List<IntentSpec> intents = new ArrayList<>();
    private final List<AgentFactory> agents = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<Integer, String> kinds = new TreeMap<>();
    private Supplier<ProfileRule> subjectRule = NoRule::new;
    private Supplier<ProfileRule> peerRule = NoRule::new;
    private VoteRule voteRule = new NoisyOrVote();
    private @Nullable Function<Kernels, TextModel> textModel;
    private @Nullable DecisionListener listener;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private EpochNanoClock epochClock = new OffsetEpochNanoClock();
    private ThreadFactory threadFactory =
            Thread.ofPlatform().name("tagma-", 0).daemon(true).factory();
    private boolean concluded;

    /** Fills in what was not set and rejects what cannot work. Once, before any thread starts. */
    public EngineContext conclude() {
        if (concluded) {
            throw new EngineException("this context has launched an engine already; make a new one for each launch");
        }
        if (directory == null) {
            throw new EngineException(
                    "tagma.directory is not set; give a directory for the journal, e.g. /var/lib/tagma");
        }
        ContextCheck.check(this);
        concluded = true;
        return this;
    }

    /** Name of the engine in JMX and thread names. */
    public EngineContext name(final String value) {
        name = value;
        return this;
    }

    /** See {@link #name(String)}. */
    public String name() {
        return name;
    }

    /** Shards, 1 to {@link #MAX_SHARDS}; part of the directory's configuration. */
    public EngineContext shards(final int value) {
        shards = value;
        return this;
    }

    /** See {@link #shards(int)}. */
    public int shards() {
        return shards;
    }

    /** On whose threads the shards run. */
    public EngineContext threading(final Threading value) {
        threading = value;
        return this;
    }

    /** See {@link #threading(Threading)}. */
    public Threading threading() {
        return threading;
    }

    /** What an idle thread does: see {@link IdleStrategies#names()}. */
    public EngineContext idleStrategy(final String value) {
        idleStrategy = value;
        return this;
    }

    /** See {@link #idleStrategy(String)}. */
    public String idleStrategy() {
        return idleStrategy;
    }

    /** Slots of each shard's ring, a power of two. */
    public EngineContext ringCapacity(final int value) {
        ringCapacity = value;
        return this;
    }

    /** See {@link #ringCapacity(int)}. */
    public int ringCapacity() {
        return ringCapacity;
    }

    /** Bytes of a slot, a multiple of 64; the longest frame is a little shorter. */
    public EngineContext slotLength(final int value) {
        slotLength = value;
        return this;
    }

    /** See {@link #slotLength(int)}. */
    public int slotLength() {
        return slotLength;
    }

    /** What happens to a submission when the ring is full. With {@code CALLER}, BLOCK rejects: step, then submit again. */
    public EngineContext overflowPolicy(final OverflowPolicy value) {
        overflowPolicy = value;
        return this;
    }

    /** See {@link #overflowPolicy(OverflowPolicy)}. */
    public OverflowPolicy overflowPolicy() {
        return overflowPolicy;
    }

    /** Longest wait for room in a full ring, ns. */
    public EngineContext blockTimeoutNs(final long value) {
        blockTimeoutNs = value;
        return this;
    }

    /** See {@link #blockTimeoutNs(long)}. */
    public long blockTimeoutNs() {
        return blockTimeoutNs;
    }

    /** Bit c set: frames of class c may be dropped under {@link OverflowPolicy#DROP_OLDEST}. */
    public EngineContext droppableClasses(final long value) {
        droppableClasses = value;
        return this;
    }

    /** See {@link #droppableClasses(long)}. */
    public long droppableClasses() {
        return droppableClasses;
    }

    /** Decisions that may wait for {@link Engine#poll}, a power of two; 0 for none. */
    public EngineContext decisionRingCapacity(final int value) {
        decisionRingCapacity = value;
        return this;
    }

    /** See {@link #decisionRingCapacity(int)}. */
    public int decisionRingCapacity() {
        return decisionRingCapacity;
    }

    /** {@code auto}, {@code scalar} or {@code vector}. */
    public EngineContext kernel(final String value) {
        kernel = value;
        return this;
    }

    /** See {@link #kernel(String)}. */
    public String kernel() {
        return kernel;
    }

    /** Whether the audit queue is derived from the journal. */
    public EngineContext audit(final boolean value) {
        audit = value;
        return this;
    }

    /** See {@link #audit(boolean)}. */
    public boolean audit() {
        return audit;
    }

    /** How long closing waits for the audit to catch up, ns; the rest follows at the next launch. */
    public EngineContext auditDrainTimeoutNs(final long value) {
        auditDrainTimeoutNs = value;
        return this;
    }

    /** See {@link #auditDrainTimeoutNs(long)}. */
    public long auditDrainTimeoutNs() {
        return auditDrainTimeoutNs;
    }

    /** Whether latency is recorded and logged. */
    public EngineContext histograms(final boolean value) {
        histograms = value;
        return this;
    }

    /** See {@link #histograms(boolean)}. */
    public boolean histograms() {
        return histograms;
    }

    /** Whether MXBeans are registered with the platform server. */
    public EngineContext jmx(final boolean value) {
        jmx = value;
        return this;
    }

    /** See {@link #jmx(boolean)}. */
    public boolean jmx() {
        return jmx;
    }

    /** Length of an interval in the histogram logs, ns. */
    public EngineContext reportIntervalNs(final long value) {
        reportIntervalNs = value;
        return this;
    }

    /** See {@link #reportIntervalNs(long)}. */
    public long reportIntervalNs() {
        return reportIntervalNs;
    }

    /** How ballots become one answer. */
    public EngineContext voteRule(final VoteRule value) {
        voteRule = value;
        return this;
    }

    /** See {@link #voteRule(VoteRule)}. */
    public VoteRule voteRule() {
        return voteRule;
    }

    /** Clock for latency and time-outs. */
    public EngineContext nanoClock(final NanoClock value) {
        nanoClock = value;
        return this;
    }

    /** See {@link #nanoClock(NanoClock)}. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** Clock for the times in the journal. */
    public EngineContext epochClock(final EpochNanoClock value) {
        epochClock = value;
        return this;
    }

    /** See {@link #epochClock(EpochNanoClock)}. */
    public EpochNanoClock epochClock() {
        return epochClock;
    }

    /** Makes every thread of the engine. */
    public EngineContext threadFactory(final ThreadFactory value) {
        threadFactory = value;
        return this;
    }

    /** See {@link #threadFactory(ThreadFactory)}. */
    public ThreadFactory threadFactory() {
        return threadFactory;
    }

    /** Where the journal, the audit and the rows live. Made when missing, for the owner alone. */
    public EngineContext directory(final Path value) {
        directory = value;
        return this;
    }

    /** See {@link #directory(Path)}; set once concluded. */
    public Path directory() {
        final Path path = directory;
        if (path == null) {
            throw new EngineException("tagma.directory is not set");
        }
        return path;
    }

    /** Existing directories on other disks that each take a copy of the journals and snapshots, kept while the engine runs. */
    public EngineContext copyTo(final Path... roots) {
        copyTo = List.of(roots);
        return this;
    }

    /** See {@link #copyTo(Path...)}. */
    public List<Path> copyTo() {
        return copyTo;
    }

    /** Bounds and intervals of each shard. */
    public EngineContext limits(final ShardLimits value) {
        limits = value;
        return this;
    }

    /** See {@link #limits(ShardLimits)}. */
    public ShardLimits limits() {
        return limits;
    }

    /** Adds an intent to the catalogue; its number is how many were added before. */
    public EngineContext intent(final IntentSpec intent) {
        intents.add(intent);
        return this;
    }

    /** The catalogue. */
    public List<IntentSpec> intents() {
        return List.copyOf(intents);
    }

    /** Adds an agent type; its number is how many were added before. */
    public EngineContext agent(final AgentFactory factory) {
        agents.add(factory);
        return this;
    }

    /** The agent types. */
    public List<AgentFactory> agents() {
        return List.copyOf(agents);
    }

    /** Makes each shard's rule over the rows of first subjects. */
    public EngineContext subjectRule(final Supplier<ProfileRule> value) {
        subjectRule = value;
        return this;
    }

    /** See {@link #subjectRule(Supplier)}. */
    public Supplier<ProfileRule> subjectRule() {
        return subjectRule;
    }

    /** Makes each shard's rule over the rows of second subjects. */
    public EngineContext peerRule(final Supplier<ProfileRule> value) {
        peerRule = value;
        return this;
    }

    /** See {@link #peerRule(Supplier)}. */
    public Supplier<ProfileRule> peerRule() {
        return peerRule;
    }

    /** Makes each shard's classifier of texts; without one, events must name their intent. */
    public EngineContext textModel(final Function<Kernels, TextModel> value) {
        textModel = value;
        return this;
    }

    /** See {@link #textModel(Function)}. */
    public @Nullable Function<Kernels, TextModel> textModel() {
        return textModel;
    }

    /** Told of every decision, on the shard's thread. */
    public EngineContext listener(final DecisionListener value) {
        listener = value;
        return this;
    }

    /** See {@link #listener(DecisionListener)}. */
    public @Nullable DecisionListener listener() {
        return listener;
    }

    /** Names a kind of subject, so that people see {@code card:42}. See {@link io.tagma.engine.ingest.Subjects}. */
    public EngineContext subjectKind(final int kind, final String kindName) {
        ShardLimits.range("subjectKind", kind, 1, Subjects.MAX_KIND);
        kinds.put(kind, kindName);
        return this;
    }

    /** Names by kind. */
    Map<Integer, String> kinds() {
        return Map.copyOf(kinds);
    }

    /** Names of the kinds of subjects. */
    public SubjectNames subjectNames() {
        return new SubjectNames(kinds);
    }

    /** Notes something in the journal's configuration: a directory is opened again only with the same value. */
    public EngineContext property(final String key, final String value) {
        properties.put(key, value);
        return this;
    }

    /** What was noted. */
    public Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    /** A rule that says nothing and changes nothing. */
    private static final class NoRule implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            return 0;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            // the row's time is brought forward by the shard; there is nothing else to keep
        }
    }
}
