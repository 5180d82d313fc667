package io.tagma.engine.shard;

/** What a frame between shards about a variable says: the kinds of a {@code CouncilFrame}. Stateless. */
public final class CouncilKind {
    /** An agent of another shard proposes. */
    public static final int PROPOSE = 0;

    /** The shard that counts asks for ballots. */
    public static final int ASK = 1;

    /** A shard's ballots. */
    public static final int BALLOT = 2;

    /** What came of a proposal. */
    public static final int SETTLED = 3;

    private CouncilKind() {}
}
