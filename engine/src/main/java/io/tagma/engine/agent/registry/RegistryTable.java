package io.tagma.engine.agent.registry;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * Entries by name: open addressing with linear probing, written by one thread at a time and read by any without waiting.
 *
 * <p>Why a reader that waits for nobody is right: an entry that is there never changes its place within one array, so a reader that walks from
 * the name's place to the first empty one meets it; an entry that it does not meet was away at some moment of its walk. An array that has been
 * outgrown is never written again, so what it says was true when it was replaced, which a reader that still has it has lived through.
 */
final class RegistryTable {
    private static final int LEAST = 16;

    /** Marks a place whose entry is gone: walks go on behind it. */
    private record Gone() {}

    private static final Gone GONE = new Gone();

    /** Exchanged by the writer alone; its elements are entries, marks, or null where a walk ends. */
    private volatile AtomicReferenceArray<@Nullable Object> places = new AtomicReferenceArray<>(LEAST);

    private int used;
    private int size;

    /** The entry of a name, or null; any thread. */
    @Nullable
    RegistryEntry get(final int hash, final String namespace, final String name) {
        final AtomicReferenceArray<@Nullable Object> array = places;
        final int mask = array.length() - 1;
        for (int at = hash & mask; ; at = (at + 1) & mask) {
            final Object found = array.getAcquire(at);
            if (found == null) {
                return null;
            }
            if (found instanceof RegistryEntry entry && entry.hash() == hash && entry.is(namespace, name)) {
                return entry;
            }
        }
    }

    /** Puts an entry there in the place of the one of its name; the writer only. */
    void put(final RegistryEntry entry) {
        AtomicReferenceArray<@Nullable Object> array = places;
        int free = -1;
        int at = entry.hash() & (array.length() - 1);
        for (; ; at = (at + 1) & (array.length() - 1)) {
            final Object found = array.getPlain(at);
            if (found == null) {
                break;
            }
            if (found instanceof Gone) {
                free = free < 0 ? at : free;
            } else if (((RegistryEntry) found).is(entry.namespace(), entry.name())) {
                array.setRelease(at, entry);
                return;
            }
        }
        size++;
        if (free >= 0) {
            array.setRelease(free, entry);
            return;
        }
        if (2 * (used + 1) > array.length()) {
            array = rehashed(array);
            at = emptyPlace(array, entry.hash());
            used++;
            array.setPlain(at, entry);
            places = array;
            return;
        }
        used++;
        array.setRelease(at, entry);
    }

    /** Takes the entry of a name away; the writer only. */
    void remove(final RegistryEntry entry) {
        final AtomicReferenceArray<@Nullable Object> array = places;
        final int mask = array.length() - 1;
        int at = entry.hash() & mask;
        for (Object found = array.getPlain(at); found != null; found = array.getPlain(at)) {
            if (found instanceof RegistryEntry there && there.is(entry.namespace(), entry.name())) {
                size--;
                array.setRelease(at, GONE);
                cleanUp(array, at);
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /** Marks before an empty place say nothing that the empty place would not: walks may end at them. */
    private void cleanUp(final AtomicReferenceArray<@Nullable Object> array, final int from) {
        final int mask = array.length() - 1;
        if (array.getPlain((from + 1) & mask) != null) {
            return;
        }
        for (int at = from; array.getPlain(at) instanceof Gone; at = (at - 1) & mask) {
            array.setRelease(at, null);
            used--;
        }
    }

    /** Hands over each entry; any thread. */
    void forEach(final Consumer<RegistryEntry> consumer) {
        final AtomicReferenceArray<@Nullable Object> array = places;
        for (int at = 0; at < array.length(); at++) {
            if (array.getAcquire(at) instanceof RegistryEntry entry) {
                consumer.accept(entry);
            }
        }
    }

    /** How many entries there are; the writer only. */
    int size() {
        return size;
    }

    private AtomicReferenceArray<@Nullable Object> rehashed(final AtomicReferenceArray<@Nullable Object> from) {
        final int length = Math.max(LEAST, BitUtil.findNextPositivePowerOfTwo(4 * size));
        final AtomicReferenceArray<@Nullable Object> to = new AtomicReferenceArray<>(length);
        used = 0;
        for (int at = 0; at < from.length(); at++) {
            if (from.getPlain(at) instanceof RegistryEntry entry) {
                to.setPlain(emptyPlace(to, entry.hash()), entry);
                used++;
            }
        }
        return to;
    }

    private static int emptyPlace(final AtomicReferenceArray<@Nullable Object> array, final int hash) {
        int at = hash & (array.length() - 1);
        while (array.getPlain(at) != null) {
            at = (at + 1) & (array.length() - 1);
        }
        return at;
    }
}
