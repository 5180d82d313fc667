package io.tagma.engine.resilience;

import io.tagma.engine.resilience.ExternalService.Reply;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last good answers, those not asked for longest leaving first. Guarded by its owner's lock. */
final class AnswerCache {
    /** A good answer and when it came. */
    record Kept(Reply reply, long atNs) {}

    private final Map<ByteBuffer, Kept> entries;

    AnswerCache(final int capacity) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(final Map.Entry<ByteBuffer, Kept> eldest) {
                return size() > capacity;
            }
        };
    }

    /** The answer to a request, or null when there is none that is at most so old. */
    @Nullable
    Kept get(final ByteBuffer request, final long mostNs, final long nowNs) {
        final Kept entry = entries.get(request);
        return entry == null || nowNs - entry.atNs() > mostNs ? null : entry;
    }

    void put(final ByteBuffer request, final Reply reply, final long nowNs) {
        entries.put(request, new Kept(reply, nowNs));
    }
}
