package io.tagma.store;

/** What {@link JournalTailer#next} found. Constants only, any thread. */
public final class TailerCode {
    /** A whole excerpt, whose checksum is right; the accessors show it. */
    public static final int EXCERPT = 1;

    /** No further excerpt yet; ask again later. */
    public static final int END = 0;

    /** Something that is no whole excerpt, which {@link JournalTailer#damage} describes; the next call goes on behind it. */
    public static final int DAMAGED = -1;

    private TailerCode() {}
}
