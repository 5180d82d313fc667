package io.tagma.engine.shard;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.council.variable.VariableStatus;
import io.tagma.engine.market.AskedCounts;
import io.tagma.engine.market.MarketStation;
import io.tagma.engine.market.MarketView;
import io.tagma.engine.observe.StationTimer;
import io.tagma.engine.training.TrainingOrder;
import io.tagma.engine.training.TrainingStatus;
import io.tagma.ring.FrameRing;
import io.tagma.store.JournalAppender;
import io.tagma.store.ProfileStore;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One shard as observers see it: counters and histograms, from any thread; nothing that changes it. */
public final class ShardView {
    private final ShardDuty duty;

    ShardView(final ShardDuty duty) {
        this.duty = duty;
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
        return duty.body().store();
    }

    /** Its journal. Counts only. */
    public JournalAppender journal() {
        return duty.body().journal().appender();
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
        final AskedAuctions asked = duty.core().parts().asked();
        return new MarketView(station, asked == null ? new AskedCounts() : asked.counts());
    }

    /** How its models are trained, as of the last order. */
    public TrainingStatus training() {
        return duty.core().training().status();
    }

    /**
     * Has made what an order will need before it is given, on the caller's thread: networks are read and models made beside the shard.
     *
     * @throws io.tagma.store.StoreException when a file that the order publishes is missing or damaged
     */
    public void prepare(final TrainingOrder order) {
        duty.core().training().prepare(order);
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

    /** Which of its agents are switched off. */
    SwitchOffs switchOffs() {
        return duty.core().parts().switchOffs();
    }

    /** Number of the last order about its agents that it carried out or refused. */
    public long lastAgentOrder() {
        return switchOffs().lastOrder();
    }

    /** The limit for failures of each of its agents. */
    public FailureLimit agentFailures() {
        return switchOffs().limit();
    }

    /** The input at which an agent was switched off; 0 where it is not. */
    public long switchedOffAt(final AgentCell agent) {
        return switchOffs().since(agent.agentId());
    }

    /** Times that an agent was switched off since the launch, its replay included. */
    public long switchOffsBegun() {
        return switchOffs().begun();
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
        return duty.body().source();
    }

    /** Times that it failed and was built anew from its journal. */
    public long restarts() {
        return duty.lives().restarts();
    }

    /** How it came to be built anew the last time, for people; empty before. */
    public String lastRestart() {
        final ShardLives lives = duty.lives();
        final Throwable why = lives.lastFailure();
        return why == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "built anew %s in %.1f ms after %s",
                        Instant.ofEpochMilli(lives.lastMs()),
                        lives.lastTookNs() / 1e6,
                        why);
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
