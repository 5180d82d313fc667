package io.tagma.store;

/**
 * Where things lie in a journal excerpt: a 48-byte header, then frames, each an 8-byte header and a payload padded to 8 bytes,
 * all little-endian. Drawn in {@code docs/layouts/journal-excerpt.md}. Constants only, any thread.
 */
public final class ExcerptLayout {
    /** u32: {@link #MAGIC_VALUE}. */
    public static final int MAGIC = 0;

    /** u16: {@link #VERSION_VALUE}. */
    public static final int VERSION = 4;

    /** u16: the embedder's number for what the frames are. */
    public static final int TYPE = 6;

    /** u32: number of frames, at least 1. */
    public static final int COUNT = 8;

    /** u32: bytes behind the header, a multiple of 8. */
    public static final int LENGTH = 12;

    /** i64: number of this excerpt in its journal, from 0 without gaps: a missing one shows. */
    public static final int ORDINAL = 16;

    /** i64: sequence of the first frame; never less than that of the excerpt before. */
    public static final int FIRST_SEQUENCE = 24;

    /** i64: the embedder's time in nanoseconds; never less than that of the excerpt before. */
    public static final int TIME_NS = 32;

    /** u32: CRC32C of the whole excerpt with this field taken as zero. */
    public static final int CRC32C = 40;

    /** Length of the header in bytes; the first frame begins here. */
    public static final int HEADER_LENGTH = 48;

    /** "TGJ1" in file order. */
    public static final int MAGIC_VALUE = 0x314a_4754;

    /** Version of this layout. */
    public static final int VERSION_VALUE = 1;

    /** i32 payload length and 4 zero bytes. */
    public static final int FRAME_HEADER_LENGTH = 8;

    /** What a payload's offset in the excerpt is a multiple of. */
    public static final int FRAME_ALIGNMENT = 8;

    private ExcerptLayout() {}

    /** Bytes that a frame takes in an excerpt. */
    public static int frameLength(final int payloadLength) {
        return FRAME_HEADER_LENGTH + ((payloadLength + FRAME_ALIGNMENT - 1) & -FRAME_ALIGNMENT);
    }
}
