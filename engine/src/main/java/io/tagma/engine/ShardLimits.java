package io.tagma.engine;

import io.tagma.engine.agent.AgentQuota;
import io.tagma.engine.agent.Task;
import io.tagma.store.HotConfig;
import io.tagma.store.RollEvery;
import io.tagma.store.TierConfig;
import org.agrona.BitUtil;

/** Bounds and intervals of one shard; all shards of an engine have the same. Setters for the launching thread. */
public final class ShardLimits {
    private int maxBatch = 256;
    private int profileDimension = 16;
    private int maxRows = 1 << 17;
    private int warmRows;
    private int hotRows;
    private int maxFeatures = 32;
    private int pendingCapacity = 1 << 17;
    private int maxTextBytes = 512;
    private int learnInterval = 1;
    private int hashInterval = 4096;
    private int timerCapacity = 1024;
    private int mailboxCapacity = 256;
    private int openAuctions = 64;
    private float reputationRate = 0.01f;
    private long snapshotInterval = 20_000_000;
    private int snapshotsKept = 2;
    private AgentQuota agentQuota = AgentQuota.NONE;
    private Retention retention = Retention.ALL;
    private RollEvery journalRoll = RollEvery.HOUR;

    void conclude(final int ringCapacity) {
        powerOfTwo("pendingCapacity", pendingCapacity, 131072);
        powerOfTwo("mailboxCapacity", mailboxCapacity, 256);
        powerOfTwo("openAuctions", openAuctions, 64);
        range("openAuctions", openAuctions, 1, 1024);
        range("maxBatch", maxBatch, 1, ringCapacity);
        range("profileDimension", profileDimension, 1, 4096);
        range("maxFeatures", maxFeatures, 1, Task.MAX_FEATURES);
        range("learnInterval", learnInterval, 1, 1 << 20);
        range("hashInterval", hashInterval, 1, 1 << 30);
        range("timerCapacity", timerCapacity, 1, 1 << 20);
        range("maxTextBytes", maxTextBytes, 0, 4096);
        if (!(reputationRate > 0f && reputationRate <= 1f)) {
            throw new EngineException("tagma.reputationRate must be above 0 and at most 1: " + reputationRate);
        }
        range("snapshotsKept", snapshotsKept, 0, 1000);
        if (snapshotInterval < 0) {
            throw new EngineException("tagma.snapshotInterval must be 0 or more: " + snapshotInterval);
        }
        if (maxRows < 1) {
            throw new EngineException("tagma.maxRows must be at least 1: " + maxRows);
        }
        range("hotRows", hotRows, 0, HotConfig.MOST_ROWS);
        if (warmRows != 0 && warmRows < TierConfig.LEAST_WARM) {
            throw new EngineException("tagma.warmRows must be 0, which keeps all rows in the map, or at least "
                    + TierConfig.LEAST_WARM + ": " + warmRows);
        }
    }

    /** The same for an engine whose directory is thrown away. */
    ShardLimits withoutHistory() {
        return new ShardLimits()
                .maxBatch(maxBatch)
                .profileDimension(profileDimension)
                .maxRows(maxRows)
                .warmRows(warmRows)
                .maxFeatures(maxFeatures)
                .pendingCapacity(pendingCapacity)
                .maxTextBytes(maxTextBytes)
                .learnInterval(learnInterval)
                .hashInterval(hashInterval)
                .timerCapacity(timerCapacity)
                .mailboxCapacity(mailboxCapacity)
                .openAuctions(openAuctions)
                .reputationRate(reputationRate)
                .snapshotInterval(0)
                .snapshotsKept(0)
                .journalRoll(journalRoll);
    }

    static void powerOfTwo(final String setting, final int value, final int example) {
        if (!BitUtil.isPowerOfTwo(value)) {
            throw new EngineException("tagma." + setting + " must be a power of two, e.g. " + example + ": " + value);
        }
    }

    static void range(final String setting, final int value, final int low, final int high) {
        if (value < low || value > high) {
            throw new EngineException("tagma." + setting + " must be " + low + " to " + high + ": " + value);
        }
    }

    /** Most frames that a shard takes from its ring at once. */
    public ShardLimits maxBatch(final int value) {
        maxBatch = value;
        return this;
    }

    /** See {@link #maxBatch(int)}. */
    public int maxBatch() {
        return maxBatch;
    }

    /** Floats of a profile row. */
    public ShardLimits profileDimension(final int value) {
        profileDimension = value;
        return this;
    }

    /** See {@link #profileDimension(int)}. */
    public int profileDimension() {
        return profileDimension;
    }

    /** Most rows of one shard, wherever they are. */
    public ShardLimits maxRows(final int value) {
        maxRows = value;
        return this;
    }

    /** See {@link #maxRows(int)}. */
    public int maxRows() {
        return maxRows;
    }

    /**
     * Rows of one shard that stay in shared memory; the others, those that were not asked for lately, wait in a compressed archive
     * and come back when they are, some 50 microseconds each. 0: all stay. Nothing that is decided depends on it, so it may be
     * another at the next launch.
     */
    public ShardLimits warmRows(final int value) {
        warmRows = value;
        return this;
    }

    /**
     * Rows of one shard whose floats also lie in a slab for kernels, those that are used most; see {@link Engine#similar}. 0: no slab.
     * Nothing that is decided depends on it. Costs each update some 20 ns.
     */
    public ShardLimits hotRows(final int value) {
        hotRows = value;
        return this;
    }

    /** See {@link #hotRows(int)}. */
    public int hotRows() {
        return hotRows;
    }

    /** See {@link #warmRows(int)}. */
    public int warmRows() {
        return warmRows;
    }

    /** Most features that the rules contribute to one task, up to {@link Task#MAX_FEATURES}. */
    public ShardLimits maxFeatures(final int value) {
        maxFeatures = value;
        return this;
    }

    /** See {@link #maxFeatures(int)}. */
    public int maxFeatures() {
        return maxFeatures;
    }

    /** Decisions of one shard that may wait for their outcome, a power of two. */
    public ShardLimits pendingCapacity(final int value) {
        pendingCapacity = value;
        return this;
    }

    /** See {@link #pendingCapacity(int)}. */
    public int pendingCapacity() {
        return pendingCapacity;
    }

    /** Bytes of text kept for learning; longer text is cut. */
    public ShardLimits maxTextBytes(final int value) {
        maxTextBytes = value;
        return this;
    }

    /** See {@link #maxTextBytes(int)}. */
    public int maxTextBytes() {
        return maxTextBytes;
    }

    /** Outcomes teach at every so many inputs of the shard. */
    public ShardLimits learnInterval(final int value) {
        learnInterval = value;
        return this;
    }

    /** See {@link #learnInterval(int)}. */
    public int learnInterval() {
        return learnInterval;
    }

    /** The state hash is journaled every so many inputs of the shard. */
    public ShardLimits hashInterval(final int value) {
        hashInterval = value;
        return this;
    }

    /** See {@link #hashInterval(int)}. */
    public int hashInterval() {
        return hashInterval;
    }

    /** Timers of one shard. */
    public ShardLimits timerCapacity(final int value) {
        timerCapacity = value;
        return this;
    }

    /** See {@link #timerCapacity(int)}. */
    public int timerCapacity() {
        return timerCapacity;
    }

    /** Messages between agents of one shard that may wait, a power of two. */
    public ShardLimits mailboxCapacity(final int value) {
        mailboxCapacity = value;
        return this;
    }

    /** See {@link #mailboxCapacity(int)}. */
    public int mailboxCapacity() {
        return mailboxCapacity;
    }

    /** Auctions of one shard that may wait for bids, a power of two up to 1,024; what comes beyond is decided at once on posted bids. */
    public ShardLimits openAuctions(final int value) {
        openAuctions = value;
        return this;
    }

    /** See {@link #openAuctions(int)}. */
    public int openAuctions() {
        return openAuctions;
    }

    /** Share of a new outcome in an agent's reputation, (0,1]. */
    public ShardLimits reputationRate(final float value) {
        reputationRate = value;
        return this;
    }

    /** See {@link #reputationRate(float)}. */
    public float reputationRate() {
        return reputationRate;
    }

    /**
     * Inputs of a shard from one snapshot to the next while it runs; 0: snapshots are taken only as the engine closes. They are taken by
     * a second copy of the shard's state that replays the journal on a thread of its own, so the shard does not wait.
     */
    public ShardLimits snapshotInterval(final long value) {
        snapshotInterval = value;
        return this;
    }

    /** See {@link #snapshotInterval(long)}. */
    public long snapshotInterval() {
        return snapshotInterval;
    }

    /** Snapshots of a shard that are kept, the newest; 0: none are taken, and every launch replays the whole journal. */
    public ShardLimits snapshotsKept(final int value) {
        snapshotsKept = value;
        return this;
    }

    /** See {@link #snapshotsKept(int)}. */
    public int snapshotsKept() {
        return snapshotsKept;
    }

    /** What each agent of a shard may take; unless set nothing is measured. Nothing that is replayed depends on it. */
    public ShardLimits agentQuota(final AgentQuota value) {
        agentQuota = value;
        return this;
    }

    /** See {@link #agentQuota(AgentQuota)}. */
    public AgentQuota agentQuota() {
        return agentQuota;
    }

    /** How much of the journal is kept behind the snapshots; all of it unless told otherwise. */
    public ShardLimits retention(final Retention value) {
        retention = value;
        return this;
    }

    /** See {@link #retention(Retention)}. */
    public Retention retention() {
        return retention;
    }

    /** How much time one file of the journal covers: the unit of retention. A journal keeps what it was made with. */
    public ShardLimits journalRoll(final RollEvery value) {
        journalRoll = value;
        return this;
    }

    /** See {@link #journalRoll(RollEvery)}. */
    public RollEvery journalRoll() {
        return journalRoll;
    }
}
