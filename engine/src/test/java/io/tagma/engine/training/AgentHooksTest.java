package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.BidRequest;
import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Task;
import io.tagma.engine.model.HookChain;
import io.tagma.engine.model.HookTypes;
import io.tagma.engine.model.ModelLiveHook;
import io.tagma.engine.model.ModelSchema;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
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

    /** Bids its first feature, and breaks where that is negative; has a service asked about its features where there is one. */
    private record Bidder(int service) implements Agent {
        @Override
        public long bid(final Task asked) {
            if (asked.features()[0] < 0) {
                throw new IllegalStateException("no such amount");
            }
            return (long) asked.features()[0];
        }

        @Override
        public void requestBid(final Task asked, final BidRequest request) {
            if (service < 0) {
                request.post(bid(asked));
            } else {
                request.ask(service, asked);
            }
        }

        @Override
        public void handle(final Task asked, final Ballot answer) {}
    }

    @Test
    void aBidIsAboutTheChangedFeaturesPostedOrAskedFor() {
        System.arraycopy(seen, 0, task.features(), 0, seen.length);
        task.contributed(seen.length);
        final AgentHooks swapped = hooks("scale:0:10", "swap:0:2");
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[16]);
        final BidRequest request = new BidRequest();
        assertThat(swapped.bid(new Bidder(-1), task)).isEqualTo(3);
        assertThat(task.features()).as("as they were").startsWith(seen);

        swapped.requestBid(new Bidder(-1), task, request.reset(payload, 0, 16));
        assertThat(request.isAsked()).isFalse();
        assertThat(request.micros()).isEqualTo(3);
        assertThat(task.features()).as("as they were").startsWith(seen);

        swapped.requestBid(new Bidder(5), task, request.reset(payload, 0, 16));
        assertThat(request.service()).isEqualTo(5);
        assertThat(request.length()).isEqualTo(seen.length * Float.BYTES);
        assertThat(payload.getFloat(0, ByteOrder.LITTLE_ENDIAN)).isEqualTo(3f);
        assertThat(payload.getFloat(2 * Float.BYTES, ByteOrder.LITTLE_ENDIAN)).isEqualTo(10f);
        assertThat(task.features()).as("as they were").startsWith(seen);

        final AgentHooks negated = hooks("scale:0:-1");
        assertThatThrownBy(() -> negated.bid(new Bidder(-1), task)).hasMessage("no such amount");
        assertThatThrownBy(() -> negated.requestBid(new Bidder(-1), task, request))
                .hasMessage("no such amount");
        assertThat(task.features()).as("as they were, whatever it throws").startsWith(seen);
        // what changes answers alone leaves a bid as it is
        assertThat(hooks("replace:softmax-adagrad").bid(new Bidder(-1), task)).isEqualTo(1);
        hooks("replace:softmax-adagrad").requestBid(new Bidder(-1), task, request.reset(payload, 0, 16));
        assertThat(request.micros()).isEqualTo(1);
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
