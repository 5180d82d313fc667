package io.tagma.engine.agent.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What several threads asked a registry and what it answered, with when each began and ended; and whether that could have been one after the
 * other. Linearizability is local (Herlihy and Wing, 1990), so each name is checked by itself; the search is Wing and Gong's with Lowe's memo
 * of states seen (2017).
 */
final class History {
    private final AtomicLong time = new AtomicLong();

    /** What was asked. */
    enum Kind {
        REGISTER,
        UNREGISTER,
        UPDATE,
        LOOKUP
    }

    /**
     * One request with its answer.
     *
     * @param value the owner and what it wrote, as text; of a lookup, what was found; empty for nothing
     */
    record Call(String name, Kind kind, String owner, String value, RegistryCode code, long began, long ended) {}

    /** What one thread has done. Owned by it until it is joined. */
    final class Recorder {
        private final List<Call> calls = new ArrayList<>();

        long begin() {
            return time.incrementAndGet();
        }

        void end(
                final String name,
                final Kind kind,
                final String owner,
                final String value,
                final RegistryCode code,
                final long began) {
            calls.add(new Call(name, kind, owner, value, code, began, time.incrementAndGet()));
        }

        List<Call> calls() {
            return calls;
        }
    }

    /** The first name whose calls cannot have been one after the other, or null. */
    static @Nullable String violation(final List<Recorder> recorders) {
        final Map<String, List<Call>> byName = new HashMap<>();
        recorders.forEach(recorder -> recorder.calls()
                .forEach(call -> byName.computeIfAbsent(call.name(), name -> new ArrayList<>())
                        .add(call)));
        for (final Map.Entry<String, List<Call>> entry : byName.entrySet()) {
            entry.getValue().sort(Comparator.comparingLong(Call::began));
            if (!linearizable(entry.getValue())) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** A point of the search: which calls are done, as a window over those that are not, and what the name then says. */
    private record Point(int first, Set<Integer> doneBehind, String state) {}

    private static boolean linearizable(final List<Call> calls) {
        final Set<Point> seen = new HashSet<>();
        final List<Point> open = new ArrayList<>();
        open.add(new Point(0, Set.of(), ""));
        while (!open.isEmpty()) {
            final Point point = open.removeLast();
            if (point.first == calls.size()) {
                return true;
            }
            // Only a call that began before any other one that is left has ended may be next.
            long earliestEnd = Long.MAX_VALUE;
            for (int i = point.first; i < calls.size() && calls.get(i).began() < earliestEnd; i++) {
                if (point.doneBehind.contains(i)) {
                    continue;
                }
                final Call call = calls.get(i);
                final String after = after(point.state, call);
                if (after != null) {
                    final Point next = done(point, i, after);
                    if (seen.add(next)) {
                        open.add(next);
                    }
                }
                earliestEnd = Math.min(earliestEnd, call.ended());
            }
        }
        return false;
    }

    private static Point done(final Point point, final int call, final String state) {
        final Set<Integer> behind = new HashSet<>(point.doneBehind);
        behind.add(call);
        int first = point.first;
        while (behind.remove(first)) {
            first++;
        }
        return new Point(first, Set.copyOf(behind), state);
    }

    /** What a name says after a call that answered so; null where it cannot have answered so. The state is {@code owner=text}, or empty. */
    private static @Nullable String after(final String state, final Call call) {
        final String holder = state.substring(0, Math.max(0, state.indexOf('=')));
        final boolean mine = holder.equals(call.owner());
        final String written = call.owner() + "=" + call.value();
        return switch (call.kind()) {
            case LOOKUP -> call.value().equals(state) ? state : null;
            case REGISTER ->
                switch (call.code()) {
                    case REGISTERED -> state.isEmpty() ? written : null;
                    case UPDATED -> mine && !state.equals(written) ? written : null;
                    case UNCHANGED -> state.equals(written) ? state : null;
                    case TAKEN -> state.isEmpty() || mine ? null : state;
                    default -> null;
                };
            case UPDATE ->
                switch (call.code()) {
                    case UPDATED -> mine && !state.equals(written) ? written : null;
                    case UNCHANGED -> state.equals(written) ? state : null;
                    case NOT_FOUND -> state.isEmpty() ? state : null;
                    case NOT_OWNER -> state.isEmpty() || mine ? null : state;
                    default -> null;
                };
            case UNREGISTER ->
                switch (call.code()) {
                    case UNREGISTERED -> mine ? "" : null;
                    case NOT_FOUND -> state.isEmpty() ? state : null;
                    case NOT_OWNER -> state.isEmpty() || mine ? null : state;
                    default -> null;
                };
        };
    }
}
