package io.tagma.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.kernel.ScalarKernels;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an agent throws stays in its cell. */
class AgentCellTest {
    private final Task task = new Task(new UnsafeBuffer(new byte[0]), 1);
    private final Ballot ballot = new Ballot();
    private final Memory context = new Memory();
    private int made;
    private @Nullable Supplier<Throwable> thrown;
    private @Nullable Error factoryThrows;

    private final AgentCell cell = new AgentCell(
            3,
            AgentDescriptor.of("tested"),
            AgentFactory.of(AgentDescriptor.of("tested"), c -> {
                if (factoryThrows != null) {
                    throw factoryThrows;
                }
                made++;
                return new Thrower(c.memory(2));
            }),
            context);

    @Test
    void aWholeAgentIsLeftAlone() {
        assertThat(cell.handle(task, ballot)).isEqualTo(AgentCell.OK);
        assertThat(ballot.logOdds()).isEqualTo(1f);
        assertThat(cell.bid(task)).isEqualTo(7);
        assertThat(cell.learn(new Feedback())).isEqualTo(AgentCell.OK);
        assertThat(cell.onTimer(1, 2)).isEqualTo(AgentCell.OK);
        assertThat(cell.onMessage(new AgentMessage())).isEqualTo(AgentCell.OK);
        assertThat(cell.handled()).isEqualTo(1);
        assertThat(cell.faults()).isZero();
        assertThat(made).isEqualTo(1);
        assertThat(cell.lastFailure()).isNull();
    }

    @Test
    void aFaultInAnyCallIsCountedAndTheAgentMadeAnew() {
        thrown = () -> new IllegalStateException("broken");

        assertThat(cell.handle(task, ballot)).isEqualTo(AgentCell.FAULT);
        assertThat(ballot.logOdds()).isNaN();
        assertThat(cell.bid(task)).isEqualTo(AgentCell.FAILED_BID);
        assertThat(cell.learn(new Feedback())).isEqualTo(AgentCell.FAULT);
        assertThat(cell.onTimer(1, 2)).isEqualTo(AgentCell.FAULT);
        assertThat(cell.onMessage(new AgentMessage())).isEqualTo(AgentCell.FAULT);
        assertThat(cell.faults()).isEqualTo(5);
        assertThat(cell.restarts()).isEqualTo(5);
        assertThat(made).isEqualTo(6);
        assertThat(cell.handled()).isZero();
        assertThat(cell.lastFailure()).hasMessage("broken");
    }

    @Test
    void whatItHasLearntOutlivesIt() {
        cell.learn(new Feedback());
        cell.learn(new Feedback());
        thrown = StackOverflowError::new;
        cell.handle(task, ballot);
        thrown = null;
        cell.learn(new Feedback());

        assertThat(context.memory(2)[0]).isEqualTo(3f);
    }

    @Test
    void anAgentThatCannotBeMadeIsDownUntilItsFactoryWorksAgain() {
        thrown = () -> new IllegalStateException("broken");
        factoryThrows = new NoClassDefFoundError("gone");
        assertThat(cell.handle(task, ballot)).isEqualTo(AgentCell.FAULT);
        assertThat(cell.lastFailure()).isSameAs(factoryThrows);
        assertThat(cell.learn(new Feedback())).isEqualTo(AgentCell.FAULT);
        assertThat(cell.bid(task)).isEqualTo(AgentCell.FAILED_BID);
        assertThat(cell.restarts()).isZero();

        thrown = null;
        factoryThrows = null;
        assertThat(cell.bid(task)).isEqualTo(AgentCell.FAILED_BID);
        assertThat(cell.bid(task)).isEqualTo(7);
        assertThat(cell.handle(task, ballot)).isEqualTo(AgentCell.OK);
        assertThat(cell.restarts()).isEqualTo(1);
    }

    /** Counts its calls and passes none on. */
    private static final class Around implements AgentHook {
        private int calls;
        private int silent;

        @Override
        public long bid(final Agent agent, final Task asked) {
            calls++;
            return 0;
        }

        @Override
        public void requestBid(final Agent agent, final Task asked, final BidRequest request) {
            calls++;
        }

        @Override
        public void handle(final Agent agent, final Task asked, final Ballot answer) {
            calls++;
        }

        @Override
        public float ownLogOdds() {
            return Float.NaN;
        }

        @Override
        public void silent() {
            silent++;
        }

        @Override
        public void learnt(final Feedback feedback) {
            calls++;
        }
    }

    private void callAll() {
        cell.bid(task);
        cell.requestBid(task, new BidRequest());
        cell.handle(task, ballot);
        cell.learn(new Feedback());
    }

    @Test
    void nobodySpeaksForAnAgentThatIsNotCalled() {
        final Around around = new Around();
        cell.hook(around);
        callAll();
        assertThat(around.calls).isEqualTo(4);
        assertThat(cell.handled()).isEqualTo(1);

        cell.switchOff();
        callAll();
        cell.suspend();
        callAll();
        cell.revive(); // still suspended
        callAll();
        assertThat(around.calls).isEqualTo(4);
        assertThat(around.silent).isEqualTo(3);
        assertThat(cell.handled()).isEqualTo(1);

        cell.readmit();
        callAll();
        assertThat(around.calls).isEqualTo(8);
        assertThat(around.silent).isEqualTo(3);
    }

    @Test
    void aLostProcessIsNotAnAgentsFault() {
        thrown = () -> new OutOfMemoryError("heap");

        assertThatThrownBy(() -> cell.handle(task, ballot)).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> cell.bid(task)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void theFirstInstanceIsTheLaunchersToSee() {
        final AgentFactory broken = AgentFactory.of(AgentDescriptor.of("b"), c -> {
            throw new IllegalStateException("no licence");
        });

        assertThatThrownBy(() -> new AgentCell(0, broken.describe(), broken, context))
                .hasMessage("no licence");
    }

    private final class Thrower implements Agent {
        private final float[] memory;

        Thrower(final float[] memory) {
            this.memory = memory;
        }

        private void maybeThrow() {
            final Supplier<Throwable> what = thrown;
            if (what != null) {
                AgentCellTest.<RuntimeException>sneak(what.get());
            }
        }

        @Override
        public long bid(final Task t) {
            maybeThrow();
            return 7;
        }

        @Override
        public void handle(final Task t, final Ballot b) {
            b.logOdds(1f);
            maybeThrow();
        }

        @Override
        public void learn(final Feedback feedback) {
            maybeThrow();
            memory[0]++;
        }

        @Override
        public void onMessage(final AgentMessage message) {
            maybeThrow();
        }

        @Override
        public void onTimer(final long timerId, final long timeNs) {
            maybeThrow();
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(final Throwable failure) throws T {
        throw (T) failure;
    }

    private static final class Memory implements AgentContext {
        private final float[] memory = new float[2];

        @Override
        public int shard() {
            return 0;
        }

        @Override
        public int agentId() {
            return 3;
        }

        @Override
        public Kernels kernels() {
            return new ScalarKernels();
        }

        @Override
        public float[] memory(final int floats) {
            return memory;
        }

        @Override
        public boolean scheduleAt(final long timeNs, final long timerId) {
            return false;
        }

        @Override
        public boolean send(
                final int toShard,
                final int toAgent,
                final int kind,
                final DirectBuffer payload,
                final int offset,
                final int length) {
            return false;
        }
    }
}
