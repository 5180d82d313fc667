package io.tagma.tools.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.tools.ToolException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Faults follow from the seed and nothing else. */
class ChaosPlanTest {
    @Test
    void oneFaultInEachBlockButTheFirst() {
        for (long seed = -50; seed < 50; seed++) {
            final ChaosPlan plan = new ChaosPlan(seed, 100);
            assertThat(plan.event(0)).isNegative();
            for (long block = 1; block < 50; block++) {
                assertThat(plan.event(block)).isBetween(100 * block, 100 * block + 99);
                assertThat(plan.block(plan.event(block))).isEqualTo(block);
                assertThat(plan.agent(block, 5)).isBetween(0, 4);
            }
        }
    }

    @Test
    void theFirstFiveAreOneOfEach() {
        for (long seed = 0; seed < 100; seed++) {
            final Set<ChaosKind> kinds = EnumSet.noneOf(ChaosKind.class);
            for (long block = 1; block <= 5; block++) {
                kinds.add(new ChaosPlan(seed, 10).kind(block));
            }
            assertThat(kinds).containsExactlyInAnyOrder(ChaosKind.values());
        }
    }

    @Test
    void aJournalHoldsItAndReadsItBack() {
        final ChaosPlan plan = new ChaosPlan(-7, 12_345);
        assertThat(ChaosPlan.parse(plan.toString())).isEqualTo(plan);
        assertThat(new ChaosPlan(8, 12_345).event(3)).isNotEqualTo(new ChaosPlan(9, 12_345).event(3));
        for (final String bad : new String[] {"", "7", "x/5", "7/1", "7/y"}) {
            assertThatThrownBy(() -> ChaosPlan.parse(bad))
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("SEED/EVENTS")
                    .hasMessageEndingWith(": " + bad);
        }
    }
}
