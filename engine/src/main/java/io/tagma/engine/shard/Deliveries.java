package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMessage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an input brings to one shard's agents beside a task: timers that are due, and mail. Owned by the shard's thread. */
final class Deliveries {
    private static final int MAX_MESSAGES_PER_INPUT = 64;
    private static final int MAX_TIMERS_PER_INPUT = 1024;

    private final List<AgentCell> cells;
    private final TimerHeap timers;
    private final Post post;
    private final ShardCounters counters;
    private final Consumer<AgentCell> faults;
    private final AgentMessage message = new AgentMessage();

    /**
     * Over a shard's parts.
     *
     * @param faults told of each handler that failed
     */
    Deliveries(final ShardParts parts, final Consumer<AgentCell> faults) {
        this.cells = parts.cells();
        this.timers = parts.timers();
        this.post = parts.post();
        this.counters = parts.counters();
        this.faults = faults;
    }

    /** An input begins at this stream time: what is due by then goes first. */
    void beginInput(final long timeNs) {
        post.beginInput(timeNs);
        for (int i = 0; i < MAX_TIMERS_PER_INPUT && timers.isDue(timeNs); i++) {
            final AgentCell cell = cells.get(timers.firstAgent());
            final long id = timers.firstId();
            final long deadlineNs = timers.firstDeadlineNs();
            timers.removeFirst();
            counters.timers.increment();
            faultIf(cell.onTimer(id, deadlineNs), cell);
        }
    }

    /** Mail that waits, once the input is done. */
    void mail(final long sequence, final @Nullable StepListener listener) {
        for (int i = 0; i < MAX_MESSAGES_PER_INPUT && !post.mailbox().isEmpty(); i++) {
            final AgentCell cell = cells.get(post.mailbox().firstTo());
            final int result = cell.onMessage(post.first(message));
            if (listener != null) {
                listener.delivered(sequence, cell.agentId(), message);
            }
            post.mailbox().removeFirst();
            counters.messages.increment();
            faultIf(result, cell);
        }
    }

    private void faultIf(final int result, final AgentCell cell) {
        if (result == AgentCell.FAULT) {
            faults.accept(cell);
        }
    }
}
