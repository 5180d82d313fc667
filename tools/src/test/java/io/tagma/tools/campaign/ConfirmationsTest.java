package io.tagma.tools.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is due comes in the order of its time, and of its event where times are equal. */
class ConfirmationsTest {
    @Test
    void comesInOrder() {
        final SplittableRandom random = new SplittableRandom(4);
        final Confirmations confirmations = new Confirmations();
        final List<long[]> expected = new ArrayList<>();
        for (int id = 1; id <= 5_000; id++) {
            final long due = random.nextLong(600);
            confirmations.add(due, id, 2L * id, 3L * id);
            expected.add(new long[] {due, id});
        }
        expected.sort(Comparator.<long[]>comparingLong(e -> e[0]).thenComparingLong(e -> e[1]));
        for (final long[] next : expected) {
            assertThat(confirmations.isDue(next[0] - 1)).isFalse();
            assertThat(confirmations.isDue(next[0])).isTrue();
            assertThat(confirmations.dueNs()).isEqualTo(next[0]);
            assertThat(confirmations.id()).isEqualTo(next[1]);
            assertThat(confirmations.impression()).isEqualTo(2 * next[1]);
            assertThat(confirmations.user()).isEqualTo(3 * next[1]);
            confirmations.remove();
        }
        assertThat(confirmations.isDue(Long.MAX_VALUE)).isFalse();
    }
}
