package io.tagma.engine.intent;

import java.util.Arrays;

/**
 * The distinct features of one text with their frequencies, as 64-bit hashes; owned by its classifier's thread.
 *
 * <p>Three blocks in this order: words; pairs of words next to each other and one apart, with marks for the sentence's ends; and runs
 * of some characters ({@link GramRange}) inside a word and the space on either side. Within a block features stand in the order of their first
 * occurrence.
 */
final class TextFeatures {
    static final int WORDS = 0;
    static final int PAIRS = 1;
    static final int GRAMS = 2;
    static final int BLOCKS = 3;

    private static final int GRAM_BITS = 3;
    private static final int PAIR_BITS = 16;

    private static final long WORD_SEED = 0x2545F4914F6CDD1DL;
    private static final long ADJACENT_SEED = 0x9E6C63D0676A9A99L;
    private static final long SKIP_SEED = 0xD1342543DE82EF95L;
    private static final long GRAM_SEED = 0xA0761D6478BD642FL;
    private static final long BEGIN_MARK = 0xE7037ED1A0B428DBL;
    private static final long END_MARK = 0x8EBC6AF09C88C6E3L;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final TextReader reader;
    private final int shortest;
    private final int longest;
    private final long[] keys;
    private final int[] frequencies;
    private final int[] origins;
    private final long[] wordHashes;
    private final int[] blockEnds = new int[BLOCKS];
    private final int[] scratch;
    private int scratchMask;
    private int count;

    TextFeatures(final TextReader reader, final int maxBytes) {
        this(reader, maxBytes, GramRange.STANDARD);
    }

    TextFeatures(final TextReader reader, final int maxBytes, final GramRange grams) {
        this.reader = reader;
        shortest = grams.shortest();
        longest = grams.longest();
        final int most = bound(maxBytes + 2, maxBytes / 2 + 1);
        keys = new long[most];
        frequencies = new int[most];
        origins = new int[most];
        wordHashes = new long[maxBytes / 2 + 3];
        scratch = new int[tableSize(most)];
    }

    /** Features at most for so many characters and words: so many runs start at each character, 2 pairs at each word and mark. */
    private int bound(final int chars, final int words) {
        return (longest - shortest + 1) * chars + 3 * words + 2;
    }

    private static int tableSize(final int features) {
        return Integer.highestOneBit(features) << 2;
    }

    /** Takes the features of what the reader holds. */
    void extract() {
        Arrays.fill(scratch, 0, scratchMask + 1, 0);
        scratchMask = tableSize(bound(reader.length(), reader.words())) - 1;
        count = 0;
        words();
        blockEnds[WORDS] = count;
        pairs();
        blockEnds[PAIRS] = count;
        for (int w = 0; w < reader.words(); w++) {
            grams(reader.start(w) - 1, reader.end(w) + 1);
        }
        blockEnds[GRAMS] = count;
    }

    private void words() {
        final int[] chars = reader.chars();
        final int words = reader.words();
        wordHashes[0] = BEGIN_MARK;
        for (int w = 0; w < words; w++) {
            final long hash = wordKey(chars, reader.start(w), reader.end(w));
            wordHashes[w + 1] = hash;
            add(hash, w);
        }
        wordHashes[words + 1] = END_MARK;
    }

    /** The key of a word as a feature. */
    static long wordKey(final int[] chars, final int from, final int to) {
        long hash = WORD_SEED;
        for (int i = from; i < to; i++) {
            hash = (hash ^ chars[i]) * MULTIPLIER;
        }
        return mix(hash);
    }

    private void pairs() {
        final int last = reader.words() + 1;
        for (int i = 0; i < last && last > 1; i++) {
            final long left = wordHashes[i] * MULTIPLIER;
            add(mix(left ^ wordHashes[i + 1] ^ ADJACENT_SEED), i << PAIR_BITS | (i + 1));
            if (i + 2 <= last) {
                add(mix(left ^ wordHashes[i + 2] ^ SKIP_SEED), i << PAIR_BITS | (i + 2));
            }
        }
    }

    /** All runs within the characters from one space to behind the other: each is one step of the hash from the next shorter. */
    private void grams(final int from, final int to) {
        final int[] chars = reader.chars();
        for (int i = from; i < to - 1; i++) {
            long hash = (GRAM_SEED ^ chars[i]) * MULTIPLIER;
            final int most = Math.min(longest, to - i);
            for (int n = 2; n <= most; n++) {
                hash = (hash ^ chars[i + n - 1]) * MULTIPLIER;
                if (n >= shortest) {
                    add(mix(hash), i << GRAM_BITS | n);
                }
            }
        }
    }

    private void add(final long key, final int origin) {
        int slot = (int) key & scratchMask;
        for (int held = scratch[slot]; held != 0; held = scratch[slot]) {
            if (keys[held - 1] == key) {
                frequencies[held - 1]++;
                return;
            }
            slot = (slot + 1) & scratchMask;
        }
        keys[count] = key;
        frequencies[count] = 1;
        origins[count] = origin;
        scratch[slot] = ++count;
    }

    /** Spreads every input bit over the word; never 0, which marks an empty slot. After Stafford's variant 13. */
    static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return z == 0 ? MULTIPLIER : z;
    }

    /** Distinct features. */
    int count() {
        return count;
    }

    /** Features at most, of any text. */
    int capacity() {
        return keys.length;
    }

    /** Where a block ends; it starts where the one before it ends. */
    int blockEnd(final int block) {
        return blockEnds[block];
    }

    long key(final int feature) {
        return keys[feature];
    }

    /** How often the feature occurs in the text, from 1. */
    int frequency(final int feature) {
        return frequencies[feature];
    }

    /** Names the kind of a feature, for people. */
    String kind(final int feature) {
        return feature < blockEnds[WORDS] ? "word" : feature < blockEnds[PAIRS] ? "pair" : "chars";
    }

    /** The feature as it stood in the text, for people. */
    String text(final int feature) {
        final int origin = origins[feature];
        if (feature < blockEnds[WORDS]) {
            return word(origin + 1);
        }
        if (feature < blockEnds[PAIRS]) {
            final int left = origin >>> PAIR_BITS;
            final int right = origin & ((1 << PAIR_BITS) - 1);
            return word(left) + (right == left + 1 ? " " : " _ ") + word(right);
        }
        final int from = origin >>> GRAM_BITS;
        return reader.text(from, from + (origin & ((1 << GRAM_BITS) - 1))).replace(' ', '_');
    }

    private String word(final int position) {
        if (position == 0) {
            return "^";
        }
        return position > reader.words() ? "$" : reader.text(reader.start(position - 1), reader.end(position - 1));
    }
}
