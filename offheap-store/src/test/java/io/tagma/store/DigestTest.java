package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DigestTest {
    @Property(tries = 300)
    void arrayAndMemoryAgreeToTheBit(@ForAll @Size(max = 300) final float[] values, @ForAll final long key) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(Math.max(8, 4L * values.length), 64);
            for (int i = 0; i < values.length; i++) {
                Memory.putFloat(memory.address() + 4L * i, values[i]);
            }
            assertThat(Digest.ofRow(memory.address(), values.length, key))
                    .isEqualTo(Digest.of(key, values, 0, values.length));
        }
    }

    @Test
    void keepsItsValueForEver() {
        final float[] values = {1.0f, -2.5f, 0.0f, Float.MAX_VALUE, Float.NaN};
        assertThat(Digest.of(42, values, 0, 5)).isEqualTo(GOLDEN_FIVE);
        assertThat(Digest.of(42, values, 1, 4)).isEqualTo(GOLDEN_FOUR);
    }

    @Test
    void eachBitOfTheRowAndTheSubjectAndTheLengthCount() {
        final Set<Long> seen = new HashSet<>();
        final float[] values = new float[16];
        seen.add(Digest.of(1, values, 0, 16));
        seen.add(Digest.of(2, values, 0, 16));
        seen.add(Digest.of(1, values, 0, 15));
        for (int i = 0; i < 16; i++) {
            for (int bit = 0; bit < 32; bit++) {
                values[i] = Float.intBitsToFloat(1 << bit);
                seen.add(Digest.of(1, values, 0, 16));
                values[i] = 0;
            }
        }
        assertThat(seen).hasSize(3 + 16 * 32);
    }

    private static final long GOLDEN_FIVE = 2256998557809727690L;
    private static final long GOLDEN_FOUR = -7279088967971063751L;
}
