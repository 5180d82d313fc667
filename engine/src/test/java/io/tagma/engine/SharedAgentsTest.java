package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.agent.registry.HeapRegistry;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.agent.registry.RegistryEntry;
import io.tagma.engine.agent.registry.SharedRegistry;
import io.tagma.engine.agent.registry.SwitchableRegistry;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.store.StoreVerifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose agents other processes see. */
class SharedAgentsTest {
    @TempDir
    Path directory;

    private List<String> names() {
        final List<String> names = new ArrayList<>();
        try (SharedRegistry view = SharedRegistry.view(RegistryConfig.sharedFile(directory.resolve("e")))) {
            view.forEach(entry -> names.add(entry.number() + " " + entry.name()));
        }
        names.sort(null);
        return names;
    }

    private EngineContext context() {
        return Team.context(directory.resolve("e")).registry(RegistryConfig.shared());
    }

    @Test
    void agentsAreSeenWhileTheEngineRunsAndGoWithIt() {
        final List<String> expected = new ArrayList<>();
        try (Engine engine = Engine.launch(context())) {
            engine.registry()
                    .all()
                    .forEach(agent -> expected.add(
                            agent.agentId() + " " + agent.descriptor().name()));
            expected.sort(null);
            assertThat(names()).isEqualTo(expected).isNotEmpty();
        }
        assertThat(RegistryConfig.sharedFile(directory.resolve("e"))).doesNotExist();
        assertThat(new StoreVerifier(directory.resolve("e")).verify().damage()).isEmpty();

        try (Engine again = Engine.launch(context())) {
            assertThat(again.registry().all()).hasSameSizeAs(expected);
            assertThat(names()).isEqualTo(expected);
        }
    }

    @Test
    void noDecisionDependsOnTheRegistry() {
        final Workload workload = Workload.of(5, 2_000);
        final long heap = Engines.run(Team.context(directory.resolve("h")), workload);

        assertThat(Engines.run(context(), workload)).isEqualTo(heap);
    }

    @Test
    void theBackendIsExchangedWhileTheEngineRuns() {
        try (Engine engine = Engine.launch(context())) {
            final SwitchableRegistry registry = engine.registry().backend();
            final List<AgentRegistry.Entry> before = engine.registry().all();

            registry.begin(new HeapRegistry(100, 4, () -> 1))
                    .toCompletableFuture()
                    .join();
            assertThat(registry.cutOver().toCompletableFuture().join().problems())
                    .isEmpty();
            assertThat(registry.complete().toCompletableFuture().join().done()).isTrue();

            assertThat(registry.kind()).isEqualTo("heap");
            assertThat(engine.registry().all()).isEqualTo(before);
            assertThat(RegistryConfig.sharedFile(directory.resolve("e"))).doesNotExist();
            assertThat(registry.lookup(
                            AgentRegistry.NAMESPACE,
                            before.getFirst().descriptor().name()))
                    .isNotNull()
                    .extracting(RegistryEntry::number)
                    .isEqualTo(before.getFirst().agentId());
        }
    }

    @Test
    void settingsThatCannotWorkAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig("disk", 10, 4))
                .withMessageContaining("heap or shared")
                .withMessageContaining("disk");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig("heap", 0, 4))
                .withMessageContaining("capacity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RegistryConfig("heap", 10, 3))
                .withMessageContaining("power of two");
    }
}
