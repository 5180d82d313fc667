package io.tagma.engine.shard;

import org.agrona.MutableDirectBuffer;

/** Where a shard's outputs are written before anyone sees them: the journal's staging area, or scratch in a replay. */
interface OutputBuffer {
    /** Reserves {@code length} bytes; the offset in {@link #buffer()}, or a negative code when there is no room. */
    int claim(int length);

    /** The buffer that was claimed from. */
    MutableDirectBuffer buffer();
}
