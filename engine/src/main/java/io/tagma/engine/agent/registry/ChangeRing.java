package io.tagma.engine.agent.registry;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes of one writer, for watches. Written by that writer alone, read by any thread. The place of a change follows from its
 * number, and each says its number: a reader that was overtaken notices.
 */
final class ChangeRing {
    /** Changes that are kept. */
    static final int CAPACITY = 1024;

    private final AtomicReferenceArray<@Nullable RegistryChange> changes = new AtomicReferenceArray<>(CAPACITY);
    private volatile long sequence;

    /** Number of the newest change; 0 before the first. */
    long sequence() {
        return sequence;
    }

    /** Adds a change, whose entry has the next number as its revision; the writer only. */
    void append(final RegistryChange change) {
        final long next = change.entry().revision();
        changes.setRelease((int) next & (CAPACITY - 1), change);
        sequence = next;
    }

    /** The change of a number up to {@link #sequence()}, or null when it was overwritten. */
    @Nullable
    RegistryChange get(final long number) {
        final RegistryChange change = changes.getAcquire((int) number & (CAPACITY - 1));
        return change != null && change.entry().revision() == number ? change : null;
    }
}
