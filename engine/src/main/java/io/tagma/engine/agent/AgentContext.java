package io.tagma.engine.agent;

import io.tagma.engine.council.variable.Variable;
import io.tagma.engine.council.variable.VariableValue;
import io.tagma.engine.kernel.Kernels;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/** What a shard gives one of its agents. Owned by the shard's thread; not to be used from any other. */
public interface AgentContext {
    /** The shard this instance lives on, from 0. */
    int shard();

    /** The agent's number in the engine, the same on every shard, from 0. */
    int agentId();

    /** The kernels chosen at start. */
    Kernels kernels();

    /**
     * The agent's memory: what it has learnt. Zeroes the first time, the same array after a restart; covered by the state
     * hash.
     *
     * @param floats how many; must not change between calls
     */
    float[] memory(int floats);

    /**
     * What the agent keeps beside its memory, for state whose size grows: made the first time, the same object after a restart; covered by
     * the state hash, written to snapshots, out of reach of orders to models. Asked for while the agent is made, with the same class
     * always.
     *
     * @param fresh makes one that knows nothing
     */
    default <T extends KeptState> T kept(final Class<T> type, final Supplier<T> fresh) {
        throw new UnsupportedOperationException("nothing is kept here beside the memory: " + type.getName());
    }

    /**
     * Calls {@link Agent#onTimer} before the first input whose stream time is {@code timeNs} or later. One input sets off at
     * most 1,024 timers; what is due beyond that waits for the next.
     *
     * @return false when the shard's bounded timer heap is full
     */
    boolean scheduleAt(long timeNs, long timerId);

    /**
     * Sends a message to another agent: on this shard delivered after the current input, on another journaled there first.
     *
     * @return false when the mailbox is full, or there is no such agent or shard
     */
    boolean send(int toShard, int toAgent, int kind, DirectBuffer payload, int offset, int length);

    /**
     * What the agent's account on this shard has, in micro-credits: what it won and what is not settled yet is in escrow and no longer there. 0 where no
     * intent is traded, and while the agent is being made.
     */
    default long balanceMicros() {
        return 0;
    }

    /**
     * One of the engine's variables, to be held: the same object for the life of the shard, read as a field. Its value changes between two
     * inputs only.
     *
     * @throws NoSuchElementException when the engine was given none of that name
     */
    default Variable variable(final String name) {
        throw new NoSuchElementException(
                "no variable '" + name + "': declare it with EngineContext.variable(VariableTerms.of(...))");
    }

    /**
     * Proposes a change of a variable. It is put to the vote of those concerned when the input in hand is done; who proposes has agreed. A bad
     * one is refused there, which is journaled.
     *
     * @return false when another proposal of this shard is under way, the text is too long for a frame, or there are no variables
     */
    default boolean propose(final String name, final VariableValue value) {
        return false;
    }

    /**
     * Asks something outside the shard: a service, an agent on a thread of its own. What comes back is journaled and then given to
     * {@link Agent#onAnswer}, once; where nothing came in time, that is what comes. A process that dies in between asks again at the
     * next launch, under the same number, so what is asked should bear being asked twice.
     *
     * @param service whom, by the number that the engine's {@link Outside} gives its services
     * @param timeoutNs how long to wait, on the engine's clock, from when it leaves the shard; more than 0
     * @return the number of the request, or 0 when as many are open as are allowed, the payload is too long or nothing is outside
     */
    default long ask(int service, DirectBuffer payload, int offset, int length, long timeoutNs) {
        return 0;
    }
}
