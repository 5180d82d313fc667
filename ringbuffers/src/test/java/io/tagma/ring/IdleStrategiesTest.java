package io.tagma.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;

class IdleStrategiesTest {
    @Test
    void everyNameMakesItsStrategy() {
        assertThat(IdleStrategies.names()).containsExactly("busyspin", "yielding", "backoff", "sleeping", "blocking");
        assertThat(IdleStrategies.byName("busyspin")).isInstanceOf(BusySpinIdleStrategy.class);
        assertThat(IdleStrategies.byName("yielding")).isInstanceOf(YieldingIdleStrategy.class);
        assertThat(IdleStrategies.byName("backoff")).isInstanceOf(BackoffIdleStrategy.class);
        assertThat(IdleStrategies.byName("sleeping")).isInstanceOf(SleepingIdleStrategy.class);
        assertThat(IdleStrategies.byName("blocking")).isInstanceOf(BlockingIdleStrategy.class);
    }

    @Test
    void aSupplierMakesANewOneForEachThread() {
        for (final String name : IdleStrategies.names()) {
            final IdleStrategy first = IdleStrategies.supplier(name).get();
            assertThat(IdleStrategies.supplier(name).get()).isNotSameAs(first).hasSameClassAs(first);
        }
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdleStrategies.byName("spinning"))
                .withMessageContaining("spinning")
                .withMessageContaining("busyspin");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdleStrategies.supplier(""))
                .withMessageContaining("blocking");
    }

    @Test
    void fewCoresParkAndManyYield() {
        assertThat(IdleStrategies.defaultName(1)).isEqualTo("backoff");
        assertThat(IdleStrategies.defaultName(2)).isEqualTo("backoff");
        assertThat(IdleStrategies.defaultName(8)).isEqualTo("yielding");
        assertThat(IdleStrategies.byDefault()).isNotNull();
    }
}
