package io.tagma.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.agent.QuotaWatch.Verdict;
import org.junit.jupiter.api.Test;

/** Quotas under a virtual clock. */
class QuotaWatchTest {
    private static final AgentQuota QUOTA = new AgentQuota(100, 1_000, 1_000, 5_000, 1);

    private final QuotaWatch watch = new QuotaWatch(QUOTA);

    @Test
    void whatIsAllowedInEveryWindowIsKeptForEver() {
        for (int window = 0; window < 1_000; window++) {
            assertThat(watch.look(window * 1_000L, window * 100L, window * 1_000L, false))
                    .isEqualTo(Verdict.KEEPS);
        }
    }

    @Test
    void oneNanosecondMoreIsABreachAsSoonAsItIsSeen() {
        assertThat(watch.look(0, 50, 0, false)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(300, 150, 0, false)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(301, 151, 0, false)).isEqualTo(Verdict.TIME);
        assertThat(watch.measured()).isEqualTo(101);
        assertThat(watch.allowed(Verdict.TIME)).isEqualTo(100);
        assertThat(watch.look(302, 151, 0, false)).as("until it was done").isEqualTo(Verdict.TIME);
    }

    @Test
    void bytesAreCountedApart() {
        watch.look(0, 0, 0, false);
        assertThat(watch.look(10, 100, 1_001, false)).isEqualTo(Verdict.BYTES);
        assertThat(watch.measured()).isEqualTo(1_001);
    }

    @Test
    void aProbationEndsAfterItsTimeAndAWindowBeginsThen() {
        watch.look(0, 0, 0, false);
        assertThat(watch.look(10, 200, 0, false)).isEqualTo(Verdict.TIME);
        assertThat(watch.look(20, 200, 0, true)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(5_019, 200, 0, true)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(5_020, 200, 0, true)).isEqualTo(Verdict.OVER);
        assertThat(watch.look(5_030, 250, 0, false)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(5_040, 350, 0, false)).isEqualTo(Verdict.KEEPS);
        assertThat(watch.look(5_050, 351, 0, false)).isEqualTo(Verdict.TIME);
    }

    @Test
    void quotasThatCannotWorkAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentQuota.of(0, 1))
                .withMessageContaining("0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentQuota(0, 1, 1, 1, 1))
                .withMessageContaining("above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentQuota(1, 1, 1, 1, 0))
                .withMessageContaining("one call in");
        assertThat(AgentQuota.NONE.isSet()).isFalse();
        assertThat(AgentQuota.of(0.5, Long.MAX_VALUE).isSet()).isTrue();
    }
}
