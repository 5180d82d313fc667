package io.tagma.engine.shard;

import io.tagma.store.ProfileStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards whose threads would not end as an engine closed: such a thread may come back at any time and write where it is, so its journal and
 * its rows stay open. Owned by the closing thread.
 */
final class LeftShards {
    private static final Logger LOG = LoggerFactory.getLogger(LeftShards.class);

    private final List<ShardDuty> left = new ArrayList<>();

    /** Leaves those alone that still run; once the threads were closed. */
    void leave(final List<ShardDuty> duties) {
        for (final ShardDuty duty : duties) {
            if (duty.leave()) {
                left.add(duty);
                LOG.error("{}", String.valueOf(duty.failure()));
            }
        }
    }

    /** Whether there are any. */
    boolean isAny() {
        return !left.isEmpty();
    }

    /**
     * Closes journals and rows of all others.
     *
     * @param stores all that were opened, also such as no shard has any more
     */
    void closeOthers(final List<ShardDuty> duties, final List<ProfileStore> stores) {
        final Set<ProfileStore> open = Collections.newSetFromMap(new IdentityHashMap<>());
        for (final ShardDuty duty : duties) {
            if (left.contains(duty)) {
                open.add(duty.body().store());
            } else {
                CloseHelper.quietCloseAll(duty.body().journal(), duty.body().store());
            }
        }
        for (final ProfileStore store : stores) {
            if (!open.contains(store)) {
                CloseHelper.quietClose(store);
            }
        }
    }
}
