package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.council.variable.VariableStatus;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.MarketView;
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
    private final String source;

    ShardView(final ShardDuty duty, final ProfileStore store, final String source) {
        this.duty = duty;
        this.source = source;
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

    /** The greatest number of an event journaled from a caller; exact before the shard runs and after it closed. */
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

    /** Whether any intent is traded, so that there is a market. */
    public boolean trades() {
        return duty.core().parts().market() != null;
    }

    /**
     * Its market.
     *
     * @throws IllegalStateException when no intent is traded
     */
    public MarketView market() {
        final MarketStation station = duty.core().parts().market();
        if (station == null) {
            throw new IllegalStateException(
                    "no intent is traded; make one with IntentSpec.traded(name, capability, terms)");
        }
        return new MarketView(station);
    }

    /** How its models are trained, as of the last order. */
    public TrainingStatus training() {
        return duty.core().training().status();
    }

    /** The newest 16 corrections of rows by hand, the oldest first. */
    public List<RowCorrection> corrections() {
        return duty.core().restored.applied();
    }

    /** Which of its agents are on probation. */
    Probations probations() {
        return duty.core().parts().probations();
    }

    /** Times that an agent was put on probation since the launch, its replay included. */
    public long probationsBegun() {
        return probations().begun();
    }

    /** Its variables, as of the last change; of an engine that has none, empty. */
    public VariableStatus variables() {
        final ShardVariables variables = duty.core().parts().variables();
        return variables == null ? VariableStatus.NONE : variables.records().status();
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

    /** Where the launch had its state from, before the journal's tail: standby, mirror, mirror and its parity, snapshot or journal. */
    public String recoveredFrom() {
        return source;
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
