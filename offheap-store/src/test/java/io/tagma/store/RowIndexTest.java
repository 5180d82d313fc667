package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RowIndexTest {
    private static final int ROWS = 4096;

    @Test
    void everySubjectIsFoundAndNoOther() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate((long) ROWS * RowLayout.ALIGNMENT, RowLayout.ALIGNMENT);
            final SplittableRandom random = new SplittableRandom(7);
            final RowIndex index = new RowIndex(ROWS);
            final Map<Long, Long> expected = new HashMap<>();
            int guessed = 0;
            while (expected.size() < ROWS) {
                // Dense numbers, whose hashes lie apart, and wild ones; kinds in the high bits, whose low bits agree.
                final long subject = random.nextBoolean()
                        ? random.nextInt(ROWS) + ((long) random.nextInt(4) << 56)
                        : random.nextLong();
                if (!expected.containsKey(subject)) {
                    assertThat(index.get(subject)).isZero();
                    final long address = memory.address() + (long) expected.size() * RowLayout.ALIGNMENT;
                    Memory.putLong(address + RowLayout.SUBJECT, subject);
                    index.put(subject, address);
                    expected.put(subject, address);
                }
            }
            for (final Map.Entry<Long, Long> entry : expected.entrySet()) {
                assertThat(index.get(entry.getKey())).isEqualTo(entry.getValue());
                guessed += index.guess(entry.getKey(), 1) == entry.getValue() ? 1 : 0;
            }
            assertThat(index.size()).isEqualTo(ROWS);
            assertThat(guessed).isGreaterThan(ROWS / 2);
        }
    }

    @Test
    void aGuessIsAlwaysAnAddressThatMayBeRead() {
        final RowIndex index = new RowIndex(8);
        assertThat(index.guess(42, 4711)).isEqualTo(4711);
    }
}
