package io.tagma.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry of agents and what is known of each. */
class AgentRegistryTest {
    private final AgentRegistry registry = new AgentRegistry(100);

    @Test
    void numbersAgentsInTheOrderOfRegistration() {
        assertThat(registry.register(AgentDescriptor.of("a", "x"))).isZero();
        assertThat(registry.register(AgentDescriptor.of("b", "x", "y"))).isEqualTo(1);
        assertThat(registry.version()).isEqualTo(2);
        assertThat(registry.all()).extracting(AgentRegistry.Entry::agentId).containsExactly(0, 1);
    }

    @Test
    void registeringTheSameAgainIsTheSameRegistration() {
        registry.register(AgentDescriptor.of("a", "x"));
        registry.register(AgentDescriptor.of("b", "x"));

        assertThat(registry.register(AgentDescriptor.of("a", "x"))).isZero();
        assertThat(registry.version()).isEqualTo(2);
        assertThat(registry.all()).hasSize(2);
    }

    @Test
    void aNameBelongsToOneAgent() {
        registry.register(AgentDescriptor.of("a", "x"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.register(AgentDescriptor.of("a", "y")))
                .withMessageContaining("'a'")
                .withMessageContaining("another name");
        assertThat(registry.version()).isEqualTo(1);
    }

    @Test
    void aFullRegistryRefusesAndStaysAsItWas() {
        IntStream.range(0, 100).forEach(i -> registry.register(AgentDescriptor.of("agent-" + i)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.register(AgentDescriptor.of("one-more")))
                .withMessageContaining("100")
                .withMessageContaining("one-more");
        assertThat(registry.register(AgentDescriptor.of("agent-5"))).isEqualTo(5);
        assertThat(registry.all()).hasSize(100);
    }

    @Test
    void findsByNameCapabilityAndMetadata() {
        registry.register(new AgentDescriptor("a", Set.of("pay"), Map.of("team", "red", "tier", "1"), false));
        registry.register(new AgentDescriptor("b", Set.of("pay", "ask"), Map.of("team", "red"), false));
        registry.register(new AgentDescriptor("c", Set.of("ask"), Map.of("team", "blue"), true));

        assertThat(registry.lookup("b"))
                .get()
                .extracting(AgentRegistry.Entry::agentId)
                .isEqualTo(1);
        assertThat(registry.lookup("z")).isEmpty();
        assertThat(registry.withCapability("ask"))
                .extracting(AgentRegistry.Entry::agentId)
                .containsExactly(1, 2);
        assertThat(registry.withCapability("fly")).isEmpty();
        assertThat(registry.withMetadata(Map.of("team", "red")))
                .extracting(AgentRegistry.Entry::agentId)
                .containsExactly(0, 1);
        assertThat(registry.withMetadata(Map.of("team", "red", "tier", "1")))
                .extracting(AgentRegistry.Entry::agentId)
                .containsExactly(0);
        assertThat(registry.withMetadata(Map.of())).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "12345678901234567890123456789012345678901234567890123456789012345"})
    void aNameHasOneTo64Characters(final String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AgentDescriptor.of(name))
                .withMessageContaining("1 to 64");
    }

    @Test
    void aDescriptorKeepsItsOwnCopies() {
        final var capabilities = new java.util.HashSet<>(Set.of("x"));
        final AgentDescriptor descriptor = new AgentDescriptor("a", capabilities, Map.of(), false);
        capabilities.add("y");

        assertThat(descriptor.capabilities()).containsExactly("x");
        assertThatThrownBy(() -> descriptor.capabilities().add("z")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(descriptor.asShadow().shadow()).isTrue();
    }
}
