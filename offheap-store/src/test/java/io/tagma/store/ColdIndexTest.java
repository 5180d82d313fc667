package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ColdIndexTest {
    @Test
    void agreesWithAMapUnderAnyOrderOfPutsMovesAndRemovals() {
        for (long seed = 1; seed <= 20; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Map<Integer, List<Integer>> oracle = new HashMap<>();
            // Few tags, at both ends of the table, so that runs wrap around its end and tags are shared.
            try (ColdIndex index = new ColdIndex(200)) {
                for (int i = 0; i < 5000; i++) {
                    final int tag = random.nextInt(-60, 60) * (1 << 20);
                    final List<Integer> there = oracle.computeIfAbsent(tag, t -> new ArrayList<>());
                    final int what = random.nextInt(3);
                    if (what == 0 && index.size() < 200) {
                        there.add(i);
                        index.put(tag, i);
                    } else if (what == 1 && !there.isEmpty()) {
                        index.remove(index.placeOf(tag, there.removeLast()));
                    } else if (!there.isEmpty()) {
                        index.move(index.placeOf(tag, there.removeFirst()), -2 - i);
                        there.add(-2 - i);
                    }
                    assertThat(locations(index, tag))
                            .as("seed %s, step %s", seed, i)
                            .isEqualTo(new HashSet<>(there));
                }
                oracle.forEach((tag, there) -> assertThat(locations(index, tag)).isEqualTo(new HashSet<>(there)));
                assertThat(index.size())
                        .isEqualTo(
                                oracle.values().stream().mapToLong(List::size).sum());
            }
        }
    }

    @Test
    void takesElevenBytesARow() {
        assertThat(ColdIndex.bytesFor(9_000_000) / 9_000_000.0).isLessThan(11);
    }

    private static Set<Integer> locations(final ColdIndex index, final int tag) {
        final Set<Integer> found = new HashSet<>();
        for (long place = index.first(tag); place != ColdIndex.NONE; place = index.next(tag, place)) {
            found.add(index.location(place));
        }
        return found;
    }
}
