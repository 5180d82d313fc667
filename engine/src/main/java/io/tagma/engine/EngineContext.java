package io.tagma.engine;

import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.council.VoteRule;
import io.tagma.engine.council.variable.VariableTerms;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.intent.TextModel;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.engine.supervise.ThreadCensus;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.ElasticConfig;
import io.tagma.ring.IdleStrategies;
import io.tagma.ring.OverflowPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** All settings of one engine: setters, then one {@link #conclude()} by {@link Engine#launch}. Not thread-safe. */
public final class EngineContext extends EngineSettings {
    /** Most shards of one engine. */
    public static final int MAX_SHARDS = 64;

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
        census = new ThreadCensus(threadFactory);
        threadFactory = census;
        concluded = true;
        return this;
    }

    /** Name of the engine in JMX and thread names. */
    public EngineContext name(final String value) {
        name = value;
        return this;
    }

    /** Shards, 1 to {@link #MAX_SHARDS}; part of the directory's configuration. */
    public EngineContext shards(final int value) {
        shards = value;
        return this;
    }

    /** On whose threads the shards run. */
    public EngineContext threading(final Threading value) {
        threading = value;
        return this;
    }

    /** Has the shards share as many threads as their load needs, within terms, and move between them: {@link Threading#ELASTIC}. */
    public EngineContext elastic(final ElasticConfig.Terms value) {
        elastic = value;
        threading = Threading.ELASTIC;
        return this;
    }

    /** What an idle thread does: see {@link IdleStrategies#names()}. */
    public EngineContext idleStrategy(final String value) {
        idleStrategy = value;
        return this;
    }

    /** Slots of each shard's ring, a power of two. */
    public EngineContext ringCapacity(final int value) {
        ringCapacity = value;
        return this;
    }

    /** Bytes of a slot, a multiple of 64; the longest frame is a little shorter. */
    public EngineContext slotLength(final int value) {
        slotLength = value;
        return this;
    }

    /** What happens to a submission when the ring is full. With {@code CALLER}, BLOCK rejects: step, then submit again. */
    public EngineContext overflowPolicy(final OverflowPolicy value) {
        overflowPolicy = value;
        return this;
    }

    /** Longest wait for room in a full ring, ns. */
    public EngineContext blockTimeoutNs(final long value) {
        blockTimeoutNs = value;
        return this;
    }

    /** Bit c set: frames of class c may be dropped under {@link OverflowPolicy#DROP_OLDEST}. */
    public EngineContext droppableClasses(final long value) {
        droppableClasses = value;
        return this;
    }

    /** Decisions that may wait for {@link Engine#poll}, a power of two; 0 for none. */
    public EngineContext decisionRingCapacity(final int value) {
        decisionRingCapacity = value;
        return this;
    }

    /** {@code scalar}, {@code vector}, {@code cuda}, {@code auto}, or {@code measured}: see {@code KernelCalibration#select}. */
    public EngineContext kernel(final String value) {
        kernel = value;
        return this;
    }

    /** Whether the audit queue is derived from the journal. */
    public EngineContext audit(final boolean value) {
        audit = value;
        return this;
    }

    /** How long closing waits for the audit to catch up, ns; the rest follows at the next launch. */
    public EngineContext auditDrainTimeoutNs(final long value) {
        auditDrainTimeoutNs = value;
        return this;
    }

    /** Whether latency is recorded and logged. */
    public EngineContext histograms(final boolean value) {
        histograms = value;
        return this;
    }

    /** Whether MXBeans are registered with the platform server. */
    public EngineContext jmx(final boolean value) {
        jmx = value;
        return this;
    }

    /**
     * Whether what watches and serves the engine has no threads either, but one duty cycle of each at every {@link Engine#step}: then what
     * the engine does follows from its calls and its clocks alone. Only with {@code CALLER}.
     */
    public EngineContext observersStepped(final boolean value) {
        observersStepped = value;
        return this;
    }

    /** Length of an interval in the histogram logs, ns. */
    public EngineContext reportIntervalNs(final long value) {
        reportIntervalNs = value;
        return this;
    }

    /** How ballots become one answer. */
    public EngineContext voteRule(final VoteRule value) {
        voteRule = value;
        return this;
    }

    /** Clock for latency and time-outs. */
    public EngineContext nanoClock(final NanoClock value) {
        nanoClock = value;
        return this;
    }

    /** Clock for the times in the journal. */
    public EngineContext epochClock(final EpochNanoClock value) {
        epochClock = value;
        return this;
    }

    /** Makes every thread of the engine. */
    public EngineContext threadFactory(final ThreadFactory value) {
        threadFactory = value;
        return this;
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

    /** What keeps the registry of agents; the heap unless set. */
    public EngineContext registry(final RegistryConfig value) {
        registry = value;
        return this;
    }

    /** Bounds and intervals of each shard. */
    public EngineContext limits(final ShardLimits value) {
        limits = value;
        return this;
    }

    /** What agents may ask outside their shard; nothing unless set. */
    public EngineContext outside(final OutsideTerms value) {
        outside = value;
        return this;
    }

    /** Accounts and contracts of intents that are {@linkplain IntentSpec#traded traded}. */
    public EngineContext market(final MarketTerms value) {
        market = value;
        return this;
    }

    /** When a shard counts as stalled and an event as poisonous. */
    public EngineContext faults(final FaultLimits value) {
        faults = value;
        return this;
    }

    /** Whether recorded events go through a second engine first, so that the code is compiled when this one goes live. */
    public EngineContext warmStart(final WarmStart value) {
        warmStart = value;
        return this;
    }

    /** Adds an intent to the catalogue; its number is how many were added before. */
    public EngineContext intent(final IntentSpec intent) {
        intents.add(intent);
        return this;
    }

    /** Adds an agent type; its number is how many were added before. */
    public EngineContext agent(final AgentFactory factory) {
        agents.add(factory);
        return this;
    }

    /** Puts something around every agent type that was added so far: what it makes of a factory and its number takes its place. */
    public EngineContext aroundAgents(final BiFunction<Integer, AgentFactory, AgentFactory> around) {
        for (int i = 0; i < agents.size(); i++) {
            agents.set(i, around.apply(i, agents.get(i)));
        }
        return this;
    }

    /** Adds a variable that agents read and may vote to change. */
    public EngineContext variable(final VariableTerms value) {
        variables.add(value);
        return this;
    }

    /** Makes each shard's rule over the rows of first subjects. */
    public EngineContext subjectRule(final Supplier<ProfileRule> value) {
        subjectRule = value;
        return this;
    }

    /** Makes each shard's rule over the rows of second subjects. */
    public EngineContext peerRule(final Supplier<ProfileRule> value) {
        peerRule = value;
        return this;
    }

    /** Makes each shard's classifier of texts; without one, events must name their intent. */
    public EngineContext textModel(final Function<Kernels, TextModel> value) {
        textModel = value;
        return this;
    }

    /** The hooks that orders may put around models; the built-in ones unless set. A replay must be given the same. */
    public EngineContext hooks(final HookTypes value) {
        hooks = value;
        return this;
    }

    /** Told of every decision, on the shard's thread. */
    public EngineContext listener(final DecisionListener value) {
        listener = value;
        return this;
    }

    /** Names a kind of subject, so that people see {@code card:42}. See {@link io.tagma.engine.ingest.Subjects}. */
    public EngineContext subjectKind(final int kind, final String kindName) {
        ShardLimits.range("subjectKind", kind, 1, Subjects.MAX_KIND);
        kinds.put(kind, kindName);
        return this;
    }

    /** Notes something in the journal's configuration: a directory is opened again only with the same value. */
    public EngineContext property(final String key, final String value) {
        properties.put(key, value);
        return this;
    }
}
