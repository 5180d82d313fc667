package io.tagma.store;

/** The outcomes of store operations that are expected in operation and so are codes, not exceptions. Immutable, any thread. */
public final class StoreCode {
    /** The operation did what it says. */
    public static final int OK = 0;

    /** The store holds {@code maxRows} rows, or the staging buffer has no room for the frame. */
    public static final int FULL = -1;

    /** No row for that subject. */
    public static final int MISSING = -2;

    /** The row is whole, but of another layout version or dimension than the reader's. */
    public static final int WRONG_LAYOUT = -3;

    /** The bytes do not agree with their checksum. */
    public static final int DAMAGED = -4;

    /** No stable version of the row was seen within the bounded number of attempts; ask again. */
    public static final int BUSY = -5;

    /** The file system has less free space than the journal insists on; nothing was written. */
    public static final int NO_SPACE = -6;

    /** The frame is longer than an empty staging buffer, so no commit will ever make room for it. */
    public static final int TOO_LONG = -7;

    /** The operating system refused the write; the reason was logged once. */
    public static final int IO_ERROR = -8;

    private StoreCode() {}

    /** The name of a code, for counters and messages; {@code UNKNOWN(n)} for a number that is none. */
    public static String name(final int code) {
        return switch (code) {
            case OK -> "OK";
            case FULL -> "FULL";
            case MISSING -> "MISSING";
            case WRONG_LAYOUT -> "WRONG_LAYOUT";
            case DAMAGED -> "DAMAGED";
            case BUSY -> "BUSY";
            case NO_SPACE -> "NO_SPACE";
            case TOO_LONG -> "TOO_LONG";
            case IO_ERROR -> "IO_ERROR";
            default -> "UNKNOWN(" + code + ")";
        };
    }
}
