package io.tagma.engine.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A duty cycle that lasted longer than it may. Immutable.
 *
 * @param shard whose
 * @param sequence the last input that the shard had finished
 * @param agent whose code it was in, empty where it was in none
 * @param thread its thread's name
 * @param threadState what the thread did: runs, is blocked, waits
 * @param stack where the thread was when the stall was found, innermost first; cut at {@link #MAX_FRAMES}
 * @param detectedNs when it was found, by the engine's clock
 * @param recoveredNs when the shard had gone on, by the same clock; 0 while it has not
 * @param stalledNs how long the cycle has been known to last
 */
public record Stall(
        int shard,
        long sequence,
        String agent,
        String thread,
        String threadState,
        List<String> stack,
        long detectedNs,
        long recoveredNs,
        long stalledNs) {
    /** Frames of a stack that are kept. */
    public static final int MAX_FRAMES = 32;

    /** Keeps its own copy of the stack. */
    public Stall {
        stack = List.copyOf(stack);
    }

    /** Where a thread is, innermost first, cut at {@link #MAX_FRAMES}; empty without one. */
    public static List<String> stackOf(final @Nullable Thread thread) {
        return thread == null
                ? List.of()
                : Arrays.stream(thread.getStackTrace())
                        .limit(MAX_FRAMES)
                        .map(StackTraceElement::toString)
                        .toList();
    }

    /** The same, over. */
    public Stall recovered(final long atNs, final long lastedNs) {
        return new Stall(shard, sequence, agent, thread, threadState, stack, detectedNs, atNs, lastedNs);
    }

    /** Whether the shard has gone on. */
    public boolean isOver() {
        return recoveredNs != 0;
    }

    /** It in one line. */
    public String words() {
        return String.format(
                Locale.ROOT,
                "%s for %,d ms %s behind input %,d%s",
                isOver() ? "stalled" : "stalls",
                TimeUnit.NANOSECONDS.toMillis(stalledNs),
                agent.isEmpty() ? "outside any agent" : "in agent '" + agent + "'",
                sequence,
                stack.isEmpty() ? "" : ", at " + stack.getFirst());
    }
}
