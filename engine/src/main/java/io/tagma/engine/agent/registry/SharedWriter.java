package io.tagma.engine.agent.registry;

import io.tagma.engine.agent.registry.RegistryChange.Kind;
import io.tagma.engine.agent.registry.RegistryRequest.Verdict;
import java.lang.invoke.VarHandle;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochClock;
import org.jspecify.annotations.Nullable;

/**
 * Writes a shared registry. To be called by the thread that has its {@link SharedLock} alone.
 *
 * <p>A change is written down first, with the word that its slot is going to have; the slot's word is what makes it happen; then the number of the
 * newest change lets watches see it. A process that is killed between these steps has left either nothing or a change whose slot has that
 * word already: {@link #settle} tells which.
 */
final class SharedWriter {
    private static final int KIND = 8;
    private static final int SLOT = 16;
    private static final int WORD_AFTER = 24;
    private static final int REVISION_SHIFT = 3;
    private static final int NONE = -1;

    private final SharedFile file;
    private final SharedSlots slots;
    private final EpochClock clock;
    private final int mask;

    SharedWriter(final SharedFile file, final SharedSlots slots, final EpochClock clock) {
        this.file = file;
        this.slots = slots;
        this.clock = clock;
        this.mask = file.slots() - 1;
    }

    /** Finishes or forgets what a process that died here had begun, and counts anew. */
    void settle() {
        final long next = file.word(SharedFile.NEWEST) + 1;
        final long change = file.changeAt(next);
        if (file.word(change) == next) {
            final int slot = (int) file.word(change + SLOT) & mask;
            if (file.word(SharedFile.wordAt(slot)) == file.word(change + WORD_AFTER)) {
                file.word(SharedFile.NEWEST, next);
            }
        }
        long live = 0;
        for (int slot = 0; slot <= mask; slot++) {
            live += (file.word(SharedFile.wordAt(slot)) & SharedSlots.LIVE) >> 1;
        }
        file.word(SharedFile.LIVE, live);
    }

    /** Decides a request and does what it comes to. */
    RegistryReply decide(final RegistryRequest request, final long capacity) {
        final int found = find(request.hash(), request.namespace, request.name);
        final RegistryEntry present = found < 0 ? null : entry(found);
        final Verdict verdict = request.decide(present);
        final Kind change = verdict.change();
        final RegistryEntry wanted = verdict.entry();
        if (change == null || wanted == null) {
            return new RegistryReply(verdict.code(), wanted);
        }
        if (change == Kind.UP && (file.word(SharedFile.LIVE) >= capacity || found == Integer.MIN_VALUE)) {
            return RegistryReply.of(RegistryCode.FULL);
        }
        final RegistryEntry done = write(found < 0 ? ~found : found, change, wanted);
        return done == null ? RegistryReply.of(RegistryCode.TOO_LONG) : new RegistryReply(verdict.code(), done);
    }

    /** Ends an entry if it is still the one meant. */
    boolean expire(final RegistryEntry entry) {
        final int found = find(entry.hash(), entry.namespace(), entry.name());
        final RegistryEntry present = found < 0 ? null : entry(found);
        return present != null && present.revision() == entry.revision() && write(found, Kind.DOWN, present) != null;
    }

    private @Nullable RegistryEntry entry(final int slot) {
        return slots.entry(slot, file.word(SharedFile.wordAt(slot)));
    }

    /** The slot of a name; else the complement of the one where it belongs, or {@link Integer#MIN_VALUE} where there is none. */
    private int find(final int hash, final String namespace, final String name) {
        int place = NONE;
        for (int i = 0; i <= mask; i++) {
            final int slot = (hash + i) & mask;
            final long word = file.word(SharedFile.wordAt(slot));
            final RegistryEntry entry = slots.entry(slot, word);
            if (entry == null) {
                place = place == NONE ? slot : place; // never used, gone, or damaged: all are as good
            } else if (entry.hash() == hash && entry.is(namespace, name)) {
                return slot;
            }
            if (SharedSlots.ends(word)) {
                return ~place;
            }
        }
        return place == NONE ? Integer.MIN_VALUE : ~place;
    }

    private @Nullable RegistryEntry write(final int slot, final Kind kind, final RegistryEntry wanted) {
        final long number = file.word(SharedFile.NEWEST) + 1;
        final RegistryEntry entry = wanted.taken(number, wanted.sinceMs() == 0 ? clock.time() : wanted.sinceMs());
        final byte[] bytes = EntryCodec.encode(entry);
        if (bytes == null) {
            return null;
        }
        final long before = file.word(SharedFile.wordAt(slot));
        final long copy = (before & 1) ^ 1;
        final long word = number << REVISION_SHIFT | (kind == Kind.DOWN ? 0 : SharedSlots.LIVE) | copy;
        writeChange(number, kind, slot, word, bytes);
        if (kind != Kind.DOWN) {
            file.write(file.copyAt(slot, word), bytes);
        }
        file.word(SharedFile.wordAt(slot), word); // from here on it has happened
        final long was = (before & SharedSlots.LIVE) >> 1;
        file.word(SharedFile.LIVE, file.word(SharedFile.LIVE) - was + (kind == Kind.DOWN ? 0 : 1));
        if (kind == Kind.DOWN) {
            cleanUp(slot);
        }
        file.word(SharedFile.NEWEST, number);
        return entry;
    }

    private void writeChange(final long number, final Kind kind, final int slot, final long word, final byte[] bytes) {
        final long change = file.changeAt(number);
        file.word(change, 0);
        // No byte of the new change may be seen under the number of the old one.
        VarHandle.fullFence();
        file.word(change + KIND, kind.code());
        file.word(change + SLOT, slot);
        file.word(change + WORD_AFTER, word);
        file.write(SharedFile.changeEntryAt(change), bytes);
        file.word(change, number);
        VarHandle.fullFence();
    }

    /** Slots that are gone say nothing where the one behind them ends walks anyway: they then end walks too. */
    private void cleanUp(final int from) {
        if (!SharedSlots.ends(file.word(SharedFile.wordAt((from + 1) & mask)))) {
            return;
        }
        for (int slot = from; ; slot = (slot - 1) & mask) {
            final long word = file.word(SharedFile.wordAt(slot));
            if (SharedSlots.ends(word) || (word & SharedSlots.LIVE) != 0) {
                return;
            }
            file.word(SharedFile.wordAt(slot), word | SharedSlots.FREE);
        }
    }

    /** The change of a number, or null where it was overwritten. */
    static @Nullable RegistryChange change(
            final SharedFile file, final long number, final UnaryOperator<LeaseOwner> owners) {
        final long change = file.changeAt(number);
        if (file.word(change) != number) {
            return null;
        }
        final int kind = (int) file.word(change + KIND);
        final byte[] bytes = file.read(SharedFile.changeEntryAt(change));
        if (file.word(change) != number) {
            return null;
        }
        final RegistryEntry entry = EntryCodec.decode(bytes, owners);
        return entry == null ? null : new RegistryChange(Kind.of(kind), entry);
    }
}
