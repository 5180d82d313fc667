package io.tagma.engine.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LearnedAssignmentTest {
    private static final float[] X = {1f, 0f};
    private static final float[] Y = {0f, 1f};

    /** Agent 0 is quick at X and slow at Y, agent 1 the other way round. */
    private static LearnedAssignment taught() {
        final LearnedAssignment assignment = new LearnedAssignment(2, 2, 4, 1000);
        final SplittableRandom random = new SplittableRandom(1);
        long now = 0;
        for (int i = 0; i < 4000; i++) {
            final boolean isX = random.nextBoolean();
            final float[] task = isX ? X : Y;
            final int agent = assignment.assign(task, 0, now);
            final long service = isX == (agent == 0) ? 500 : 8000;
            now += service;
            assignment.completed(agent, task, 0, service, now);
        }
        return assignment;
    }

    @Test
    void learnsWhoIsQuickAtWhat() {
        final LearnedAssignment assignment = taught();
        assertThat(assignment.expectedNs(0, X, 0)).isBetween(400.0, 700.0);
        assertThat(assignment.expectedNs(1, Y, 0)).isBetween(400.0, 700.0);
        assertThat(assignment.assign(X, 0, 0)).isZero();
        assertThat(assignment.assign(Y, 0, 0)).isEqualTo(1);
    }

    @Test
    void aTaskThatLastsKeepsOthersAway() {
        final LearnedAssignment assignment = taught();
        assertThat(assignment.assign(X, 0, 0)).isZero();
        assertThat(assignment.backlogNs(0, 100)).isLessThan(assignment.backlogNs(0, 0));
        assertThat(assignment.backlogNs(0, 1_000_000)).isEqualTo(1_000_000);
        assertThat(assignment.assign(X, 0, 1_000_000)).isEqualTo(1);
    }

    @Test
    void fullIsSaid() {
        final LearnedAssignment assignment = new LearnedAssignment(2, 2, 1, 1000);
        assertThat(assignment.assign(X, 0, 0)).isZero();
        assertThat(assignment.assign(X, 0, 0)).isEqualTo(1);
        assertThat(assignment.assign(X, 0, 0)).isEqualTo(LearnedAssignment.FULL);
        assignment.completed(1, X, 0, 5, 5);
        assertThat(assignment.assign(X, 0, 5)).isEqualTo(1);
        assignment.completed(0, X, 0, 5, 5);
        assertThatThrownBy(() -> assignment.completed(0, X, 0, 5, 5)).hasMessageContaining("agent 0 has no task");
        assertThatThrownBy(() -> new LearnedAssignment(0, 1, 1, 1)).hasMessageContaining("1 to 65536 agents");
    }
}
