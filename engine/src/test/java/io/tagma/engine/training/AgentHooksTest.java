package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.model.ModelLiveHook;
import io.tagma.engine.model.ModelSchema;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What an agent is asked and what counts of its answer, without an engine. */
class AgentHooksTest {
    private static final ModelSchema SCHEMA = AgentHooks.schema(4);
    private static final AgentHooks.Aside ASIDE = new AgentHooks.Aside() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
    };

    private final Task task = new Task(new UnsafeBuffer(new byte[0]), 4);
    private final Ballot ballot = new Ballot();
    private final Feedback feedback = new Feedback();
    private final float[] seen = {1f, 2f, 3f};

    /** Says the sum of the first two features. */
    private static final class Sum implements Agent {
        @Override
        public void handle(final Task asked, final Ballot answer) {
            answer.logOdds(asked.features()[0] + asked.features()[1]);
        }
    }

    private static AgentHooks hooks(final String... specs) {
        HookChain chain = HookChain.NONE;
        for (final String spec : specs) {
            chain = chain.with(new ModelLiveHook("h" + chain.names().size(), spec, HookTypes.builtIn(), SCHEMA, 1));
        }
        return new AgentHooks(chain, SCHEMA, ASIDE);
    }

    private float said(final AgentHooks hooks, final Agent agent) {
        System.arraycopy(seen, 0, task.features(), 0, seen.length);
        task.contributed(seen.length - task.featureCount());
        hooks.handle(agent, task, ballot.reset());
        assertThat(task.features()).as("as they were").startsWith(seen);
        return ballot.logOdds();
    }

    @Test
    void hooksActInTheirOrderOnTheDecisionAlone() {
        final AgentHooks scaled = hooks("scale:0:10", "swap:0:2");
        assertThat(said(scaled, new Sum())).isEqualTo(3f + 2f);
        assertThat(scaled.ownLogOdds()).isEqualTo(1f + 2f);
        assertThat(said(hooks("swap:0:2", "scale:0:10"), new Sum())).isEqualTo(30f + 2f);
        assertThat(said(hooks("mask:1"), new Sum())).isEqualTo(1f);
    }

    @Test
    void anotherModelHasItsShareInTheProbability() {
        // a model that has learnt nothing says one half: log-odds of 0
        assertThat(said(hooks("replace:softmax-adagrad"), new Sum())).isCloseTo(0f, within(1e-6f));
        final double own = 1 / (1 + Math.exp(-3));
        final double mean = (own + 0.5) / 2;
        final AgentHooks blended = hooks("blend:softmax-adagrad:0.5");
        assertThat(said(blended, new Sum())).isCloseTo((float) Math.log(mean / (1 - mean)), within(1e-4f));
        assertThat(blended.ownLogOdds()).isEqualTo(3f);
    }

    @Test
    void whereAnAgentAbstainsOnlyAReplacementSpeaks() {
        final Agent silent = (asked, answer) -> answer.reset();
        assertThat(said(hooks("blend:softmax-adagrad:0.5"), silent)).isNaN();
        final AgentHooks replaced = hooks("replace:softmax-adagrad");
        assertThat(said(replaced, silent)).isCloseTo(0f, within(1e-6f));
        assertThat(replaced.ownLogOdds()).isNaN();
    }

    @Test
    void whatTheyBringLearnsFromOutcomes() {
        final AgentHooks hooks = hooks("replace:softmax-adagrad");
        feedback.task(new float[] {9f, 1f, 2f, 3f}, 1, 3, 0).outcome(1f, -1, 0);
        for (int i = 0; i < 50; i++) {
            hooks.learnt(feedback);
        }
        assertThat(said(hooks, new Sum()))
                .as("log-odds of what was always positive")
                .isGreaterThan(1f);
    }

    @Test
    void allocatesNothing() {
        final AgentHooks hooks = hooks("swap:0:2", "blend:softmax-adagrad:0.5", "shadow:dynamic-logistic");
        final Sum sum = new Sum();
        task.contributed(3);
        feedback.task(new float[] {1f, 2f, 3f}, 0, 3, 0).outcome(1f, -1, 0);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 50 && least >= 500; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                hooks.handle(sum, task, ballot);
                hooks.learnt(feedback);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes in 500 decisions and outcomes").isLessThan(500);
    }
}
