package io.tagma.engine.intent;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A fair sample of past texts per class, drawn from when the stream repeats a label; owned by its classifier's thread.
 *
 * <p>A stream sorted by label teaches a linear model its last labels and makes it forget the first. One remembered text of
 * another class after each repetition undoes most of it (on CLINC150 in file order 75 % becomes 88 %), and a shuffled
 * stream hardly ever repeats a label. Experience replay, Lin, Machine Learning 8, 1992; reservoir sampling, Vitter's algorithm R, 1985.
 */
final class RehearsalMemory {
    static final int NOTHING = -1;

    private static final int TEXT_BYTES = 160;

    private final int perClass;
    private final byte[] texts;
    private final UnsafeBuffer buffer;
    private final int[] lengths;
    private final long[] digests;
    private final long[] seen;
    private final int[] known;
    private final int[] positions;
    private int knownCount;
    private int lastClass = NOTHING;
    private long random;
    private long digest;

    RehearsalMemory(final int classes, final int perClass) {
        this.perClass = perClass;
        final int slots = Math.multiplyExact(classes, perClass);
        texts = new byte[Math.multiplyExact(slots, TEXT_BYTES)];
        buffer = new UnsafeBuffer(texts);
        lengths = new int[slots];
        digests = new long[slots];
        seen = new long[classes];
        known = new int[classes];
        positions = new int[classes];
    }

    /** Draws a remembered text of another class if this label repeats the one before it: its slot, or {@link #NOTHING}. */
    int draw(final int label) {
        if (label != lastClass || knownCount < 2 || seen[label] == 0) {
            return NOTHING;
        }
        final int other = below(knownCount - 1);
        final int drawn = known[other < positions[label] ? other : other + 1];
        return drawn * perClass + below((int) Math.min(perClass, seen[drawn]));
    }

    /** Remembers a text, perhaps, in place of an earlier one of its class. */
    void remember(final DirectBuffer text, final int offset, final int length, final int label) {
        lastClass = label;
        if (perClass == 0 || length <= 0 || length > TEXT_BYTES) {
            return;
        }
        if (seen[label]++ == 0) {
            positions[label] = knownCount;
            known[knownCount++] = label;
        }
        final long place = seen[label] <= perClass ? seen[label] - 1 : Math.floorMod(next(), seen[label]);
        if (place < perClass) {
            final int slot = label * perClass + (int) place;
            text.getBytes(offset, texts, slot * TEXT_BYTES, length);
            lengths[slot] = length;
            digest -= digests[slot];
            digests[slot] = textDigest(slot);
            digest += digests[slot];
        }
    }

    private long textDigest(final int slot) {
        long hash = TextFeatures.mix(slot + 1L) + lengths[slot];
        for (int i = 0; i < lengths[slot]; i++) {
            hash = (hash ^ texts[slot * TEXT_BYTES + i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return TextFeatures.mix(hash);
    }

    /** The remembered texts. */
    DirectBuffer buffer() {
        return buffer;
    }

    int offset(final int slot) {
        return slot * TEXT_BYTES;
    }

    int length(final int slot) {
        return lengths[slot];
    }

    int label(final int slot) {
        return slot / perClass;
    }

    /** Digest of all that is remembered and of what will be drawn next. */
    long digest() {
        return digest + TextFeatures.mix(random + 1) + TextFeatures.mix(lastClass + 3L);
    }

    private int below(final int bound) {
        return (int) Math.floorMod(next(), (long) bound);
    }

    /** SplitMix64: the state is a counter, so it is fixed by how much was learnt. */
    private long next() {
        random += 0x9E3779B97F4A7C15L;
        return TextFeatures.mix(random);
    }

    /** Forgets the texts; what will be drawn goes on from where it was. */
    void clear() {
        Arrays.fill(seen, 0);
        Arrays.fill(digests, 0);
        Arrays.fill(lengths, 0);
        knownCount = 0;
        lastClass = NOTHING;
        digest = 0;
    }

    /** Becomes the same as another of the same shape. */
    void copy(final RehearsalMemory other) {
        knownCount = other.knownCount;
        lastClass = other.lastClass;
        random = other.random;
        digest = other.digest;
        System.arraycopy(other.seen, 0, seen, 0, seen.length);
        System.arraycopy(other.known, 0, known, 0, known.length);
        System.arraycopy(other.positions, 0, positions, 0, positions.length);
        System.arraycopy(other.lengths, 0, lengths, 0, lengths.length);
        System.arraycopy(other.digests, 0, digests, 0, digests.length);
        System.arraycopy(other.texts, 0, texts, 0, texts.length);
    }

    void save(final SnapshotWriter out) {
        out.putInt(knownCount);
        out.putInt(lastClass);
        out.putLong(random);
        out.putLong(digest);
        out.putLongs(seen, 0, seen.length);
        out.putInts(known, 0, known.length);
        out.putInts(positions, 0, positions.length);
        out.putInts(lengths, 0, lengths.length);
        out.putLongs(digests, 0, digests.length);
        out.putBytes(texts, 0, texts.length);
    }

    void load(final SnapshotReader in) {
        knownCount = in.getInt();
        lastClass = in.getInt();
        random = in.getLong();
        digest = in.getLong();
        in.getLongs(seen, 0, seen.length);
        in.getInts(known, 0, known.length);
        in.getInts(positions, 0, positions.length);
        in.getInts(lengths, 0, lengths.length);
        in.getLongs(digests, 0, digests.length);
        in.getBytes(texts, 0, texts.length);
    }
}
