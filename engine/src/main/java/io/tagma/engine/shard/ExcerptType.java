package io.tagma.engine.shard;

/** What an excerpt of a shard's journal holds. Stateless. */
public final class ExcerptType {
    /** One {@code ConfigFrame}: what the journal was made with. */
    public static final int CONFIG = 1;

    /** A batch of inputs; the first has the excerpt's sequence, the rest follow by one. Written before any takes effect. */
    public static final int INPUT = 2;

    /** Decisions, state hashes and faults that follow from the inputs of the excerpt before. Written before anyone sees them. */
    public static final int OUTPUT = 3;

    /**
     * Facts about who computed: the kernels of a launch, calls that failed on a GPU and were done by the processor. Nothing follows from
     * them, and a replay passes over them.
     */
    public static final int NOTE = 4;

    private ExcerptType() {}
}
