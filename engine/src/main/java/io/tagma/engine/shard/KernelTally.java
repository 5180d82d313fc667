package io.tagma.engine.shard;

import io.tagma.engine.shard.KernelFacts.Fact;
import io.tagma.engine.shard.KernelFacts.Failure;
import io.tagma.engine.shard.KernelFacts.Launch;
import io.tagma.store.JournalTailer;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a shard's journal says of who computed, added up; as much as a replay has passed. Owned by the replaying thread. */
public final class KernelTally {
    private final SortedSet<String> names = new TreeSet<>();
    private long failures;
    private @Nullable Failure first;
    private @Nullable Failure left;

    void add(final int shard, final JournalTailer tailer) {
        for (int i = 0; i < tailer.count(); i++) {
            final Fact fact = KernelFacts.read(shard, tailer, i);
            if (fact instanceof Launch launch) {
                names.add(launch.kernels());
            } else if (fact instanceof Failure failure) {
                failures++;
                first = first == null ? failure : first;
                left = failure.left() ? failure : left;
            }
        }
    }

    /** Names of the kernels of all launches; few. */
    public SortedSet<String> names() {
        return names;
    }

    /** Calls that failed on a GPU and were done by the processor. */
    public long failures() {
        return failures;
    }

    /** The first of them, or null. */
    public @Nullable Failure first() {
        return first;
    }

    /** The last with which a launch left its GPU, or null. */
    public @Nullable Failure left() {
        return left;
    }
}
