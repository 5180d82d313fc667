package io.tagma.engine.agent.registry;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a shared registry as this process reads them: any thread, without waiting for writers. Each slot's newest entry is decoded once
 * and kept, so a lookup that was made before reads one word and compares it.
 *
 * <p>A slot has two copies, and a word that says which counts; a writer fills the other and then stores the word. So a process that is killed
 * in the middle leaves the entry as it was. A reader that finds the word unchanged after it has copied has read one version: only a second
 * change writes into the copy that it read, and that comes after a first, which changed the word.
 */
final class SharedSlots {
    static final long LIVE = 2;
    static final long FREE = 4;

    private final SharedFile file;
    private final int mask;
    private final UnaryOperator<LeaseOwner> owners;
    private final AtomicReferenceArray<@Nullable Read> read;

    /** What was decoded while a slot's word was this; the entry is null where its bytes are damaged. */
    private record Read(long word, @Nullable RegistryEntry entry) {}

    SharedSlots(final SharedFile file, final UnaryOperator<LeaseOwner> owners) {
        this.file = file;
        this.mask = file.slots() - 1;
        this.owners = owners;
        this.read = new AtomicReferenceArray<>(file.slots());
    }

    /** Whether a walk ends at a word: nothing was ever behind it, or nothing is any more. */
    static boolean ends(final long word) {
        return word == 0 || (word & FREE) != 0;
    }

    @Nullable
    RegistryEntry lookup(final String namespace, final String name) {
        final int hash = RegistryEntry.hash(namespace, name);
        for (int i = 0; i <= mask; i++) {
            final int slot = (hash + i) & mask;
            final long word = file.word(SharedFile.wordAt(slot));
            if (ends(word)) {
                return null;
            }
            final RegistryEntry entry = entry(slot, word);
            if (entry != null && entry.hash() == hash && entry.is(namespace, name)) {
                return entry;
            }
        }
        return null;
    }

    /** The entry of a slot whose word was just read, or of a newer word; null where it is gone or damaged. */
    @Nullable
    RegistryEntry entry(final int slot, final long seen) {
        long word = seen;
        while ((word & LIVE) != 0) {
            final Read known = read.getAcquire(slot);
            if (known != null && known.word == word) {
                return known.entry;
            }
            final byte[] bytes = file.read(file.copyAt(slot, word));
            final long after = file.word(SharedFile.wordAt(slot));
            if (after == word) {
                final RegistryEntry entry = EntryCodec.decode(bytes, owners);
                read.setRelease(slot, new Read(word, entry));
                return entry;
            }
            word = after;
        }
        return null;
    }

    void forEach(final Consumer<RegistryEntry> consumer) {
        for (int slot = 0; slot <= mask; slot++) {
            final RegistryEntry entry = entry(slot, file.word(SharedFile.wordAt(slot)));
            if (entry != null) {
                consumer.accept(entry);
            }
        }
    }
}
