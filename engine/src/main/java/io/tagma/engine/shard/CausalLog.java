package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentMessage;
import io.tagma.engine.council.VectorClock;
import io.tagma.engine.council.variable.VariableRecord;
import io.tagma.engine.council.variable.VariableStatus;
import io.tagma.engine.council.variable.VariableText;
import io.tagma.engine.council.variable.VariableVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Notes messages and outcomes as a shard is replayed, and says which of them a decision knew of. Owned by the replaying thread. */
final class CausalLog {
    private static final int MOST_NOTED = 4096;
    private static final int MOST_SHOWN = 16;

    private final ShardCore core;
    private final Deque<Noted> messages = new ArrayDeque<>();
    private long outcomes;
    private long outcomeInput;

    private record Noted(
            DecisionCauses.Message message,
            int to,
            @Nullable VectorClock clock) {}

    CausalLog(final ShardCore core) {
        this.core = core;
    }

    void delivered(final long sequence, final int to, final AgentMessage message) {
        if (messages.size() == MOST_NOTED) {
            messages.removeFirst();
        }
        final VectorClock known = message.clock();
        VectorClock copy = null;
        if (known != null) {
            copy = new VectorClock(known.capacity());
            copy.copyFrom(known);
        }
        messages.addLast(new Noted(
                new DecisionCauses.Message(
                        sequence,
                        name(message.fromAgent()),
                        name(to),
                        message.kind(),
                        known == null ? "" : known.toString()),
                to,
                copy));
    }

    void learnt(final long sequence) {
        outcomes++;
        outcomeInput = sequence;
    }

    private String name(final int agent) {
        return core.parts().cells().get(agent).descriptor().name();
    }

    /** What those who take part know of now. */
    DecisionCauses of(final Set<Integer> agents) {
        final List<DecisionCauses.Clock> clocks = new ArrayList<>();
        VectorClock all = null;
        for (final int agent : agents) {
            final VectorClock clock = core.post().causality().clock(agent);
            if (clock != null) {
                clocks.add(new DecisionCauses.Clock(name(agent), clock.toString()));
                all = all == null ? new VectorClock(clock.capacity()) : all;
                all.merge(clock);
            }
        }
        final Deque<DecisionCauses.Message> known = new ArrayDeque<>();
        for (final Noted noted : messages) {
            if (agents.contains(noted.to) || (all != null && isBefore(noted.clock, all))) {
                if (known.size() == MOST_SHOWN) {
                    known.removeFirst();
                }
                known.addLast(noted.message);
            }
        }
        return new DecisionCauses(clocks, List.copyOf(known), variables(), outcomes, outcomeInput);
    }

    private static boolean isBefore(final @Nullable VectorClock clock, final VectorClock all) {
        if (clock == null) {
            return false;
        }
        final VectorClock.Order order = clock.compare(all);
        return order == VectorClock.Order.BEFORE || order == VectorClock.Order.EQUAL;
    }

    private List<DecisionCauses.Held> variables() {
        final ShardVariables variables = core.parts().variables();
        final List<DecisionCauses.Held> held = new ArrayList<>();
        if (variables != null) {
            final VariableStatus status = variables.records().status();
            for (final VariableStatus.Held one : status.variables()) {
                final VariableVersion now = one.now();
                held.add(new DecisionCauses.Held(
                        one.spec().name(),
                        VariableText.show(now.value()),
                        now.version(),
                        now.sequence(),
                        now.proposal(),
                        vote(status, now.proposal())));
            }
        }
        return held;
    }

    private static String vote(final VariableStatus status, final long proposal) {
        for (final VariableRecord record : status.records()) {
            if (record.proposal() == proposal && record.applied()) {
                return "by " + record.who() + (record.why().isEmpty() ? "" : " (" + record.why() + ")") + ", "
                        + record.yes() + " yes, " + record.no() + " no"
                        + (record.dissent().isEmpty() ? "" : ", against: " + String.join(", ", record.dissent()));
            }
        }
        return "";
    }
}
