package io.tagma.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the hot tier's slab gets its memory. Stateless, any thread. The default is memory outside the heap; another is given back when the
 * arena closes.
 */
@FunctionalInterface
public interface SlabMemory {
    /** Plain memory outside the heap. */
    SlabMemory OFF_HEAP = (bytes, alignment, arena) -> arena.allocate(bytes, alignment);

    /**
     * Memory for a slab, all zero.
     *
     * @param bytes how many
     * @param alignment of the first byte, a power of two
     * @param arena that the memory lives as long as
     */
    MemorySegment allocate(long bytes, long alignment, Arena arena);
}
