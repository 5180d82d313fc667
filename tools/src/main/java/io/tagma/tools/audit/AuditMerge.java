package io.tagma.tools.audit;

import io.tagma.store.AuditTailer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The audits of several shards as one, by the time of the journal. Used by one thread. */
final class AuditMerge {
    private final List<AuditTailer> tailers;
    private final boolean[] loaded;
    private int last = -1;

    AuditMerge(final List<AuditTailer> tailers) {
        this.tailers = tailers;
        this.loaded = new boolean[tailers.size()];
    }

    /** The tailer that stands on the next record, or null at the end of all. Valid until the next call. */
    @Nullable
    AuditTailer next() {
        if (last >= 0) {
            loaded[last] = false;
        }
        last = -1;
        for (int i = 0; i < loaded.length; i++) {
            loaded[i] = loaded[i] || tailers.get(i).next();
            if (loaded[i]
                    && (last < 0 || tailers.get(i).timeNs() < tailers.get(last).timeNs())) {
                last = i;
            }
        }
        return last < 0 ? null : tailers.get(last);
    }

    /** Records that could not be read. */
    long damaged() {
        long sum = 0;
        for (final AuditTailer tailer : tailers) {
            sum += tailer.damaged();
        }
        return sum;
    }
}
