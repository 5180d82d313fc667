package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.training.TrainingStatus;
import io.tagma.ring.FrameRing;
import io.tagma.store.JournalAppender;
import io.tagma.store.ProfileStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One shard as observers see it: counters and histograms, from any thread; nothing that changes it. */
public final class ShardView {
    private final ShardDuty duty;
    private final ProfileStore store;

    ShardView(final ShardDuty duty, final ProfileStore store) {
        this.duty = duty;
        this.store = store;
    }

    /** The shard's number. */
    public int shard() {
        return duty.core().parts().shard();
    }

    /** Sequence of the last input whose outputs are journaled. */
    public long sequence() {
        return duty.sequence();
    }

    /** Number of the last event journaled from a caller; exact before the shard runs and after it closed. */
    public long lastCorrelationId() {
        return duty.core().lastCorrelationId();
    }

    /** What it counts. */
    public ShardCounters counters() {
        return duty.core().parts().counters();
    }

    /** Its histograms. */
    public StationTimer timer() {
        return duty.timer();
    }

    /** Its ring from callers. */
    public FrameRing ingress() {
        return duty.ingress();
    }

    /** Its ring from other shards. */
    public FrameRing fromPeers() {
        return duty.fromPeers();
    }

    /** Its rows. Counts only: rows belong to the shard. */
    public ProfileStore store() {
        return store;
    }

    /** Its journal. Counts only. */
    public JournalAppender journal() {
        return duty.journal().appender();
    }

    /** Its agents. */
    public List<AgentCell> agents() {
        return duty.core().parts().cells();
    }

    /** How its models are trained, as of the last order. */
    public TrainingStatus training() {
        return duty.core().training().status();
    }

    /** Decisions that wait for their outcome. */
    public int pending() {
        return duty.core().parts().pending().size();
    }

    /** Decisions that had to make room before their outcome came. */
    public long expired() {
        return duty.core().parts().pending().expired();
    }

    /** Decisions that found the poll ring full; they are in the journal. */
    public long undelivered() {
        return duty.undelivered();
    }

    /** Times the decision listener threw. */
    public long listenerFaults() {
        return duty.listenerFaults();
    }

    /** What stopped the shard, or null while it works. */
    public @Nullable Throwable failure() {
        return duty.failure();
    }

    /** The state hash after the last input. Only while the shard does not run: stepped by the caller, or closed. */
    public long stateHash() {
        return duty.core().stateHash();
    }
}
