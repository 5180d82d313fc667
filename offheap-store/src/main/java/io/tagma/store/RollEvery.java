package io.tagma.store;

import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;

/** How much time one file of a journal or an audit covers. A file is the unit of retention. Immutable. */
public enum RollEvery {
    /** A new file each second, at most 32 thousand excerpts: for tests. */
    SECOND(TestRollCycles.TEST_SECONDLY),
    /** A new file every five minutes. */
    FIVE_MINUTES(RollCycles.FIVE_MINUTELY),
    /** A new file every half hour. */
    HALF_HOUR(RollCycles.HALF_HOURLY),
    /** A new file each hour; the default. */
    HOUR(RollCycles.FAST_HOURLY),
    /** A new file each day. */
    DAY(RollCycles.FAST_DAILY);

    private final RollCycle cycle;

    RollEvery(final RollCycle cycle) {
        this.cycle = cycle;
    }

    RollCycle cycle() {
        return cycle;
    }
}
