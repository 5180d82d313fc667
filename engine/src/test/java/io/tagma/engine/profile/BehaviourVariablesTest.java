package io.tagma.engine.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tagma.engine.profile.BehaviourVariables.Definition;
import io.tagma.engine.profile.BehaviourVariables.State;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Reinforcement, caps, companions, decay, and a neutralisation that is audited, undone and refused. */
class BehaviourVariablesTest {
    private static final long DAY = 86_400_000_000_000L;

    private final BehaviourVariables variables = new BehaviourVariables()
            .define("thrift", new Definition(DAY, List.of("calm"), List.of("haste")))
            .define("calm", new Definition(DAY, List.of(), List.of()))
            .define("haste", new Definition(DAY, List.of(), List.of()));

    private State state(final String name, final long timeNs) {
        final State state = variables.get(name, timeNs);
        return Objects.requireNonNull(state, name);
    }

    @Test
    void reinforcementMovesByATenthAndIsCapped() {
        variables.reinforce("calm", 0.5f, 1);
        assertThat(state("calm", 1)).isEqualTo(new State(0.05f, 0.1f, 1));
        for (int i = 0; i < 50; i++) {
            variables.reinforce("calm", 1f, 1);
        }
        assertThat(state("calm", 1)).isEqualTo(new State(1f, 1f, 1));
        assertThatThrownBy(() -> variables.reinforce("calm", 1.5f, 1)).hasMessageContaining("from -1 to 1: 1.5");
        assertThatThrownBy(() -> variables.reinforce("joy", 1f, 1)).hasMessageContaining("no variable 'joy'");
    }

    @Test
    void synergistsMoveAlongAntagonistsAgainstAndAllDecay() {
        variables.reinforce("calm", 1f, 1);
        variables.reinforce("haste", 1f, 1);
        variables.reinforce("thrift", 1f, 1);
        assertThat(state("calm", 1).value()).isCloseTo(0.15f, within(1e-6f));
        assertThat(state("haste", 1).value()).isCloseTo(0.05f, within(1e-6f));
        assertThat(state("calm", 1).confidence())
                .as("only what was seen is surer")
                .isEqualTo(0.1f);
        assertThat(state("thrift", 1 + DAY).value()).isCloseTo(0.05f, within(1e-6f));
        assertThat(state("thrift", 1 + DAY).confidence()).isCloseTo(0.05f, within(1e-6f));
    }

    @Test
    void neutralisationGoesByTenthsDropsIsUndoneAndAudited() {
        for (int i = 0; i < 4; i++) {
            variables.reinforce("haste", -1f, 1);
        }
        variables.neutralise(List.of("haste"), 1, "ada", "asked to");
        assertThat(state("haste", 1).value()).isCloseTo(-0.3f, within(1e-6f));
        variables.neutralise(List.of("haste"), 1, "ada", "asked to");
        variables.neutralise(List.of("haste"), 1, "ada", "asked to");
        assertThat(state("haste", 1).value()).isCloseTo(-0.1f, within(1e-6f));
        variables.neutralise(List.of("haste"), 1, "ada", "asked to");
        assertThat(variables.get("haste", 1)).as("below 0.1").isNull();
        variables.undo(2, "bob", "too far");
        assertThat(state("haste", 1).value()).isCloseTo(-0.1f, within(1e-6f));
        assertThat(variables.audit()).hasSize(5);
        assertThat(variables.audit().getLast().who()).isEqualTo("bob");
    }

    @Test
    void whatDoesNotExistIsRefusedAndNothingElseIsTouched() {
        variables.reinforce("calm", 1f, 1);
        assertThatThrownBy(() -> variables.neutralise(List.of("calm", "joy"), 1, "ada", "x"))
                .hasMessage("no variable [joy] to neutralise; there are: [calm]");
        assertThat(state("calm", 1).value()).isEqualTo(0.1f);
        assertThat(variables.audit().getLast().what()).startsWith("REFUSED");
        assertThatThrownBy(() -> variables.undo(1, "ada", "x")).hasMessage("nothing to undo");
    }
}
