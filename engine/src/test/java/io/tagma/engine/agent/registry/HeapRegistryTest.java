package io.tagma.engine.agent.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.agent.AgentDescriptor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The registry on the heap. */
class HeapRegistryTest extends RegistryContract {
    @Override
    RegistryBackend make() {
        return new HeapRegistry(LEAST_CAPACITY, 4, () -> 1000);
    }

    @Test
    void namesSpreadOverThePartitions() {
        final HeapRegistry heap = new HeapRegistry(100_000, 8, () -> 1000);
        for (int i = 0; i < 100_000; i++) {
            heap.register(NS, AgentDescriptor.of("agent-" + i), me);
        }

        assertThat(IntStream.range(0, 8).map(heap::partitionSize)).allMatch(size -> size > 11_500);
        assertThat(heap.count(NS)).isEqualTo(100_000);
        assertThat(heap.lookup(NS, "agent-99999")).isNotNull();
        me.end();
        assertThat(heap.doWork()).isEqualTo(100_000);
        assertThat(heap.count(NS)).isZero();
    }

    @Test
    void settingsThatCannotWorkAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeapRegistry(0, 4, () -> 0))
                .withMessageContaining("capacity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeapRegistry(10, 3, () -> 0))
                .withMessageContaining("power of two")
                .withMessageContaining("3");
    }
}
