package io.tagma.engine;

import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.Task;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.council.NoisyOrVote;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.ingest.SubjectNames;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.engine.supervise.ThreadCensus;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
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

/** What an engine was told: the fields and their readers. {@link EngineContext} alone writes them. */
abstract sealed class EngineSettings permits EngineContext {
    @Nullable
    Path directory;

    String name = "tagma";
    int shards = 1;
    Threading threading = Threading.DEDICATED;
    ElasticConfig.@Nullable Terms elastic;
    String idleStrategy = IdleStrategies.defaultName(Runtime.getRuntime().availableProcessors());
    int ringCapacity = 4096;
    int slotLength = 256;
    OverflowPolicy overflowPolicy = OverflowPolicy.BLOCK;
    long blockTimeoutNs = TimeUnit.SECONDS.toNanos(5);
    long droppableClasses;
    int decisionRingCapacity;
    RegistryConfig registry = RegistryConfig.heap();
    ShardLimits limits = new ShardLimits();
    OutsideTerms outside = OutsideTerms.NONE;
    MarketTerms market = MarketTerms.DEFAULT;
    FaultLimits faults = FaultLimits.DEFAULT;
    String kernel = "auto";
    WarmStart warmStart = WarmStart.NONE;
    List<Path> copyTo = List.of();
    boolean audit = true;
    long auditDrainTimeoutNs = TimeUnit.SECONDS.toNanos(30);
    boolean histograms = true;
    boolean jmx = true;
    boolean observersStepped;
    long reportIntervalNs = TimeUnit.SECONDS.toNanos(1);
    final List<IntentSpec> intents = new ArrayList<>();
    final List<AgentFactory> agents = new ArrayList<>();
    final List<VariableTerms> variables = new ArrayList<>();
    final Map<String, String> properties = new LinkedHashMap<>();
    final Map<Integer, String> kinds = new TreeMap<>();
    Supplier<ProfileRule> subjectRule = NoRule::new;
    Supplier<ProfileRule> peerRule = NoRule::new;
    VoteRule voteRule = new NoisyOrVote();

    @Nullable
    Function<Kernels, TextModel> textModel;

    HookTypes hooks = HookTypes.of(DriftAwareModel.types());

    @Nullable
    DecisionListener listener;

    NanoClock nanoClock = SystemNanoClock.INSTANCE;
    EpochNanoClock epochClock = new OffsetEpochNanoClock();
    ThreadFactory threadFactory =
            Thread.ofPlatform().name("tagma-", 0).daemon(true).factory();

    ThreadCensus census = new ThreadCensus(threadFactory);

    /** The threads that an engine of this context has made. */
    public ThreadCensus threads() {
        return census;
    }

    /** See {@link EngineContext#variable(VariableTerms)}. */
    public List<VariableTerms> variables() {
        return List.copyOf(variables);
    }

    /** See {@link EngineContext#name(String)}. */
    public String name() {
        return name;
    }

    /** See {@link EngineContext#shards(int)}. */
    public int shards() {
        return shards;
    }

    /** See {@link EngineContext#threading(Threading)}. */
    public Threading threading() {
        return threading;
    }

    /** See {@link EngineContext#elastic(ElasticConfig.Terms)}; a thread a shard at most, and no more than processors, unless set. */
    public ElasticConfig.Terms elastic() {
        final ElasticConfig.Terms set = elastic;
        return set != null
                ? set
                : ElasticConfig.Terms.of(
                        1, Math.min(shards, Runtime.getRuntime().availableProcessors()));
    }

    /** See {@link EngineContext#idleStrategy(String)}. */
    public String idleStrategy() {
        return idleStrategy;
    }

    /** See {@link EngineContext#ringCapacity(int)}. */
    public int ringCapacity() {
        return ringCapacity;
    }

    /** See {@link EngineContext#slotLength(int)}. */
    public int slotLength() {
        return slotLength;
    }

    /** See {@link EngineContext#overflowPolicy(OverflowPolicy)}. */
    public OverflowPolicy overflowPolicy() {
        return overflowPolicy;
    }

    /** See {@link EngineContext#blockTimeoutNs(long)}. */
    public long blockTimeoutNs() {
        return blockTimeoutNs;
    }

    /** See {@link EngineContext#droppableClasses(long)}. */
    public long droppableClasses() {
        return droppableClasses;
    }

    /** See {@link EngineContext#decisionRingCapacity(int)}. */
    public int decisionRingCapacity() {
        return decisionRingCapacity;
    }

    /** See {@link EngineContext#kernel(String)}. */
    public String kernel() {
        return kernel;
    }

    /** See {@link EngineContext#warmStart(WarmStart)}. */
    public WarmStart warmStart() {
        return warmStart;
    }

    /** See {@link EngineContext#audit(boolean)}. */
    public boolean audit() {
        return audit;
    }

    /** See {@link EngineContext#auditDrainTimeoutNs(long)}. */
    public long auditDrainTimeoutNs() {
        return auditDrainTimeoutNs;
    }

    /** See {@link EngineContext#histograms(boolean)}. */
    public boolean histograms() {
        return histograms;
    }

    /** See {@link EngineContext#jmx(boolean)}. */
    public boolean jmx() {
        return jmx;
    }

    /** See {@link EngineContext#observersStepped(boolean)}. */
    public boolean observersStepped() {
        return observersStepped;
    }

    /** See {@link EngineContext#reportIntervalNs(long)}. */
    public long reportIntervalNs() {
        return reportIntervalNs;
    }

    /** See {@link EngineContext#voteRule(VoteRule)}. */
    public VoteRule voteRule() {
        return voteRule;
    }

    /** See {@link EngineContext#nanoClock(NanoClock)}. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** See {@link EngineContext#epochClock(EpochNanoClock)}. */
    public EpochNanoClock epochClock() {
        return epochClock;
    }

    /** See {@link EngineContext#threadFactory(ThreadFactory)}. */
    public ThreadFactory threadFactory() {
        return threadFactory;
    }

    /** See {@link EngineContext#copyTo(Path...)}. */
    public List<Path> copyTo() {
        return copyTo;
    }

    /** See {@link EngineContext#registry(RegistryConfig)}. */
    public RegistryConfig registry() {
        return registry;
    }

    /** See {@link EngineContext#limits(ShardLimits)}. */
    public ShardLimits limits() {
        return limits;
    }

    /** See {@link EngineContext#outside(OutsideTerms)}. */
    public OutsideTerms outside() {
        return outside;
    }

    /** See {@link EngineContext#market(MarketTerms)}. */
    public MarketTerms market() {
        return market;
    }

    /** See {@link EngineContext#faults(FaultLimits)}. */
    public FaultLimits faults() {
        return faults;
    }

    /** The catalogue. */
    public List<IntentSpec> intents() {
        return List.copyOf(intents);
    }

    /** The agent types. */
    public List<AgentFactory> agents() {
        return List.copyOf(agents);
    }

    /** See {@link EngineContext#subjectRule(Supplier)}. */
    public Supplier<ProfileRule> subjectRule() {
        return subjectRule;
    }

    /** See {@link EngineContext#peerRule(Supplier)}. */
    public Supplier<ProfileRule> peerRule() {
        return peerRule;
    }

    /** See {@link EngineContext#hooks(HookTypes)}. */
    public HookTypes hooks() {
        return hooks;
    }

    /** See {@link EngineContext#textModel(Function)}. */
    public @Nullable Function<Kernels, TextModel> textModel() {
        return textModel;
    }

    /** See {@link EngineContext#listener(DecisionListener)}. */
    public @Nullable DecisionListener listener() {
        return listener;
    }

    /** Names by kind. */
    Map<Integer, String> kinds() {
        return Map.copyOf(kinds);
    }

    /** Names of the kinds of subjects. */
    public SubjectNames subjectNames() {
        return new SubjectNames(kinds);
    }

    /** What was noted. */
    public Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    /** A rule that says nothing and changes nothing. */
    static final class NoRule implements ProfileRule {
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
