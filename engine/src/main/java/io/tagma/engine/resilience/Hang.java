package io.tagma.engine.resilience;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A call from which an isolated agent did not come back in time. Immutable.
 *
 * @param agent its name
 * @param thread its thread's name
 * @param threadState what the thread did: runs, is blocked, waits
 * @param stack where the thread was when it was given up, innermost first; cut at {@link io.tagma.engine.observe.Stall#MAX_FRAMES}
 * @param shard that asked what it hangs at
 * @param request the number of that request
 * @param detectedNs when it was given up, by the engine's clock
 * @param hungNs how long it had been at it then, as far as is known
 * @param handedBack requests that went back to those who asked, the one it hangs at among them
 * @param succeeded whether a fresh thread took its place at once
 */
public record Hang(
        String agent,
        String thread,
        String threadState,
        List<String> stack,
        int shard,
        long request,
        long detectedNs,
        long hungNs,
        int handedBack,
        boolean succeeded) {
    /** Keeps its own copy of the stack. */
    public Hang {
        stack = List.copyOf(stack);
    }

    /** It in one line. */
    public String words() {
        return String.format(
                Locale.ROOT,
                "isolated agent '%s' hangs for %,d ms at request %d of shard %d%s: its thread %s is given up, %d"
                        + " requests go back to those who asked, %s",
                agent,
                TimeUnit.NANOSECONDS.toMillis(hungNs),
                request,
                shard,
                stack.isEmpty() ? "" : ", at " + stack.getFirst(),
                thread,
                handedBack,
                succeeded
                        ? "a fresh one takes its place"
                        : "no other takes its place before one that was given up ends");
    }
}
