package io.tagma.tools.replay;

import io.tagma.engine.shard.KernelFacts;
import io.tagma.engine.shard.KernelFacts.Fact;
import io.tagma.engine.shard.KernelFacts.Failure;
import io.tagma.engine.shard.KernelFacts.Launch;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who computed one decision when it was made: the kernels of the launch, and what failed on a GPU meanwhile. Another may explain it, with
 * the same bits. Immutable.
 *
 * @param launch the launch that made it, or null where the journal has none
 * @param failures calls for the decision's input that failed on the GPU
 * @param left with what the launch had left its GPU before, or null
 */
record KernelReport(
        @Nullable Launch launch,
        List<Failure> failures,
        @Nullable Failure left) {

    /** Reads a shard's facts to the end: those of a batch stand behind it. */
    static KernelReport of(final KernelFacts facts, final long sequence) {
        Launch launch = null;
        Failure left = null;
        final List<Failure> failures = new ArrayList<>();
        for (Fact fact = facts.next(); fact != null; fact = facts.next()) {
            if (fact instanceof Launch begun) {
                if (begun.sequence() >= sequence) {
                    break;
                }
                launch = begun;
                left = null;
            } else if (fact instanceof Failure failure) {
                if (failure.sequence() == sequence) {
                    failures.add(failure);
                } else if (failure.left() && failure.sequence() < sequence) {
                    left = failure;
                }
            }
        }
        return new KernelReport(launch, failures, left);
    }

    void print(final PrintStream out) {
        final Launch by = launch;
        if (by == null) {
            return;
        }
        out.println();
        line(out, "computed by", by.kernels() + ", launched behind input " + by.sequence() + ": " + by.reason());
        for (final Failure failure : failures) {
            line(
                    out,
                    "gpu failed",
                    failure.kernel() + " was done by the processor, with the same result: " + failure.reason()
                            + (failure.left() ? "; with that the GPU was left" : ""));
        }
        final Failure before = left;
        if (before != null) {
            line(out, "gpu left", "at input " + before.sequence() + ": " + before.reason());
        }
    }

    private static void line(final PrintStream out, final String label, final String text) {
        out.printf(Locale.ROOT, "  %-14s%s%n", label, text);
    }
}
