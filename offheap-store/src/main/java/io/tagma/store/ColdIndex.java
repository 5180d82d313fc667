package io.tagma.store;

import java.lang.foreign.Arena;

/**
 * Subject to the archive block that holds its row: an open-addressed table off the heap, 8 bytes a place and three quarters full
 * at most, so 10.7 bytes a row. Owned by the shard's thread.
 *
 * <p>A place holds 32 bits of the subject's hash and the block's location. The hash's bits also give the place where the entry
 * would like to be (Lemire, <em>Fast random integer generation in an interval</em>, 2019), so an entry is removed without looking at any row and
 * leaves no mark. Different subjects may have the same 32 bits: whoever finds a location looks for the subject in the block and
 * asks for the next location when it is not there.
 */
final class ColdIndex implements AutoCloseable {
    /** No further place. */
    static final long NONE = -1;

    private static final int LEAST_PLACES = 64;
    private static final long LOW = 0xffff_ffffL;

    private final Arena arena = Arena.ofShared();
    private final long base;
    private final long places;
    private long size;

    /** For at most {@code maxRows} rows, 1 to 2^28. */
    ColdIndex(final long maxRows) {
        places = placesFor(maxRows);
        base = arena.allocate(places * Long.BYTES, Long.BYTES).address();
    }

    /** What an index for that many rows takes off the heap. */
    static long bytesFor(final long maxRows) {
        return placesFor(maxRows) * Long.BYTES;
    }

    private static long placesFor(final long maxRows) {
        return Math.max(LEAST_PLACES, maxRows + maxRows / 3 + 1);
    }

    /** The bits of the subject's hash that this index keeps. */
    static int tag(final long subject) {
        return (int) (mix(subject) >>> Integer.SIZE);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014). */
    static long mix(final long x) {
        final long y = (x ^ (x >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        final long z = (y ^ (y >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }

    /** The first place with that tag, or {@link #NONE}. */
    long first(final int tag) {
        return seek(tag, home(tag));
    }

    /** The next place with that tag behind {@code place}, or {@link #NONE}. */
    long next(final int tag, final long place) {
        return seek(tag, following(place));
    }

    /** The place with that tag and location; it must be there. */
    long placeOf(final int tag, final int location) {
        long place = first(tag);
        while (place != NONE && location(place) != location) {
            place = next(tag, place);
        }
        if (place == NONE) {
            throw new IllegalStateException("no entry with tag " + tag + " at " + location);
        }
        return place;
    }

    int location(final long place) {
        return (int) (entry(place) - 1);
    }

    /** Adds a row; there must be room. */
    void put(final int tag, final int location) {
        long place = home(tag);
        while (entry(place) != 0) {
            place = following(place);
        }
        set(place, tag, location);
        size++;
    }

    /** The row of a place has moved. */
    void move(final long place, final int location) {
        set(place, (int) (entry(place) >>> Integer.SIZE), location);
    }

    /** Takes a row out; what follows moves up (Knuth, TAOCP 6.4, algorithm R). */
    void remove(final long removed) {
        long free = removed;
        long place = removed;
        while (true) {
            place = following(place);
            final long entry = entry(place);
            if (entry == 0) {
                break;
            }
            if (distance(home((int) (entry >>> Integer.SIZE)), place) >= distance(free, place)) {
                Memory.putLong(base + free * Long.BYTES, entry);
                free = place;
            }
        }
        Memory.putLong(base + free * Long.BYTES, 0);
        size--;
    }

    long size() {
        return size;
    }

    @Override
    public void close() {
        arena.close();
    }

    private long seek(final int tag, final long from) {
        long place = from;
        while (true) {
            final long entry = entry(place);
            if (entry == 0) {
                return NONE;
            }
            if ((int) (entry >>> Integer.SIZE) == tag) {
                return place;
            }
            place = following(place);
        }
    }

    private long home(final int tag) {
        return ((tag & LOW) * places) >>> Integer.SIZE;
    }

    private long following(final long place) {
        return place + 1 == places ? 0 : place + 1;
    }

    private long distance(final long from, final long to) {
        return to >= from ? to - from : to - from + places;
    }

    private long entry(final long place) {
        return Memory.getLong(base + place * Long.BYTES);
    }

    // One more than the location, so that no entry is 0; the highest location is never used.
    private void set(final long place, final int tag, final int location) {
        Memory.putLong(base + place * Long.BYTES, ((long) tag << Integer.SIZE) | ((location + 1) & LOW));
    }
}
