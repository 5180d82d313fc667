package io.tagma.store;

/** The header of the row that a {@link ProfileReader} read last, copied out. Owned by the reading thread. */
public final class RowHeader {
    private long sequence;
    private int layoutVersion;
    private int dimension;
    private long updatedNs;
    private int owner;
    private long digest;
    private long subject;

    /** All zero until a read fills it in. */
    public RowHeader() {}

    void set(final long rowSequence, final RowSeal copy) {
        sequence = rowSequence;
        layoutVersion = copy.headerInt(RowLayout.LAYOUT_VERSION);
        dimension = copy.headerInt(RowLayout.DIMENSION);
        updatedNs = copy.headerLong(RowLayout.UPDATED_NS);
        owner = copy.headerInt(RowLayout.OWNER);
        digest = copy.headerLong(RowLayout.DIGEST);
        subject = copy.headerLong(RowLayout.SUBJECT);
    }

    /** The seqlock's even number; 2 for a row never updated, and 2 more with each update. */
    public long sequence() {
        return sequence;
    }

    /** The embedder's version of what the floats mean. */
    public int layoutVersion() {
        return layoutVersion;
    }

    /** D, floats in the row. */
    public int dimension() {
        return dimension;
    }

    /** Time of the last update in nanoseconds of the owner's clock, 0 when there was none. */
    public long updatedNs() {
        return updatedNs;
    }

    /** The owning shard. */
    public int owner() {
        return owner;
    }

    /** Digest of the floats as of the last update, 0 when there was none. */
    public long digest() {
        return digest;
    }

    /** Whom the row is about. */
    public long subject() {
        return subject;
    }
}
