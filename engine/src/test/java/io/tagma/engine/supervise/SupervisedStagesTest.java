package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

/** Stages that their owner steps: the same lives, without a thread. */
class SupervisedStagesTest {
    private record Stage(IntSupplier work) implements Agent {
        @Override
        public int doWork() {
            return work.getAsInt();
        }

        @Override
        public String roleName() {
            return "stage";
        }
    }

    @Test
    void aStageThatKeepsThrowingIsMadeAnewSoOftenAndThenGivenUpAloneAndNoThreadIsMade() {
        final AtomicInteger made = new AtomicInteger();
        final SupervisedStages stages = new SupervisedStages("observers", body -> {
            throw new AssertionError("a thread is made");
        });
        stages.add("works", 1, () -> new Stage(() -> 1));
        stages.add("fails", 1, () -> {
            made.incrementAndGet();
            return new Stage(() -> {
                throw new IllegalStateException("broken");
            });
        });
        assertThat(stages.step()).as("before the start").isZero();
        stages.startStepped();
        for (int i = 0; i < SupervisedStages.INTENSITY; i++) {
            stages.step();
            assertThat(stages.givenUp()).isEmpty();
        }
        stages.step();
        assertThat(stages.givenUp()).containsOnlyKeys("fails");
        assertThat(stages.givenUp().get("fails")).contains("given up after 11 failures", "broken");
        assertThat(made.get()).isEqualTo(SupervisedStages.INTENSITY + 1);
        assertThat(stages.failures()).isEqualTo(SupervisedStages.INTENSITY + 1);

        assertThat(stages.step()).as("the other goes on").isEqualTo(1);
        assertThat(stages.tree().getFirst().children())
                .extracting(TreeNode::name, TreeNode::state)
                .containsExactly(tuple("works", ChildState.RUNNING), tuple("fails", ChildState.STOPPED));
        stages.close();
        assertThat(stages.step()).isZero();
        assertThat(stages.tree()).isEmpty();
    }
}
