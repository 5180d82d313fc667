package io.tagma.engine.market;

import java.util.Arrays;

/**
 * The slots that one auction sells (or fills) together, by how often each is delivered: the chance that an advertisement in that place is
 * seen, say. In millionths, the best slot first. Immutable.
 */
public final class SlotWeights {
    /** Most slots. */
    public static final int MAX_SLOTS = 16;

    /** One million: always delivered. */
    public static final int WHOLE_PPM = 1_000_000;

    /** One slot that is always delivered. */
    public static final SlotWeights ONE = of(WHOLE_PPM);

    private final int[] weightsPpm;

    private SlotWeights(final int[] weightsPpm) {
        this.weightsPpm = weightsPpm;
    }

    /**
     * Some slots.
     *
     * @param weightsPpm 1 to {@link #MAX_SLOTS} weights of 1 to {@link #WHOLE_PPM}, none above the one before it
     * @throws IllegalArgumentException naming what is out of range
     */
    public static SlotWeights of(final int... weightsPpm) {
        if (weightsPpm.length < 1 || weightsPpm.length > MAX_SLOTS) {
            throw new IllegalArgumentException("an auction sells 1 to " + MAX_SLOTS + " slots: " + weightsPpm.length);
        }
        for (int i = 0; i < weightsPpm.length; i++) {
            final int most = i == 0 ? WHOLE_PPM : weightsPpm[i - 1];
            if (weightsPpm[i] < 1 || weightsPpm[i] > most) {
                throw new IllegalArgumentException("weight of slot " + i + " must be 1 to " + most
                        + " millionths, the best slot comes first: " + weightsPpm[i]);
            }
        }
        return new SlotWeights(weightsPpm.clone());
    }

    /** How many slots. */
    public int count() {
        return weightsPpm.length;
    }

    /** Weight of a slot in millionths; 0 behind the last. */
    public int ppm(final int slot) {
        return slot < weightsPpm.length ? weightsPpm[slot] : 0;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof SlotWeights that && Arrays.equals(weightsPpm, that.weightsPpm);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weightsPpm);
    }

    @Override
    public String toString() {
        return Arrays.toString(weightsPpm);
    }
}
