package io.tagma.engine;

import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.FailureLimit;
import io.tagma.engine.ingest.OrderFrames;
import io.tagma.engine.ingest.sbe.AgentOrderFrameEncoder;
import io.tagma.engine.observe.AgentsMXBean;
import io.tagma.engine.shard.ShardView;
import io.tagma.ring.FrameRing;
import io.tagma.ring.FrameSlotLayout;
import io.tagma.ring.IdleStrategies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What an operator tells a running engine about its agents: that one which was switched off since it failed too often
 * ({@link FaultLimits#agentFailures(int, int)}) is to be called again. An order is an input of each shard concerned, with who gave it and
 * why, so a replay does the same at the same place. Thread-safe: orders are given one at a time.
 */
public final class AgentControl implements AgentsMXBean {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Engine engine;
    private final FrameRing[] rings;
    private final long[] given;

    AgentControl(final Engine engine, final FrameRing[] rings) {
        this.engine = engine;
        this.rings = rings.clone();
        this.given = new long[rings.length];
    }

    /**
     * Has another limit than the one with which the journals went on hold from the first input of this launch on. Before the shards run.
     */
    synchronized void begin() {
        final FailureLimit wanted = engine.context().faults().agentFailures();
        for (int shard = 0; shard < rings.length; shard++) {
            if (!engine.shard(shard).agentFailures().equals(wanted)) {
                submit(shard, text("tagma", "launched with it", "limit", "", wanted.toString()), () -> {});
            }
        }
    }

    /**
     * Has an agent called again wherever it is switched off, and waits until it is, for at most 30 s.
     *
     * @return the shards, in order
     * @throws IllegalArgumentException when there is no such agent, or it is switched off on no shard
     * @throws EngineException when a shard has stopped, or did not take the order in time; it may yet
     */
    public List<Integer> revive(final String agent, final String who, final String why, final Runnable step) {
        final String text = text(line("who", who), line("why", why), "revive", agent, "");
        synchronized (this) {
            final List<Integer> concerned = whereOff(agent);
            final long[] numbers = new long[rings.length];
            for (final int shard : concerned) {
                numbers[shard] = submit(shard, text, step);
            }
            final long deadline = SystemNanoClock.INSTANCE.nanoTime() + PATIENCE_NS;
            for (final int shard : concerned) {
                await(shard, numbers[shard], step, deadline);
            }
            return concerned;
        }
    }

    private static String text(final String... lines) {
        return String.join("\n", lines);
    }

    private static String line(final String what, final String text) {
        if (text.isBlank() || text.lines().count() != 1) {
            throw new IllegalArgumentException(
                    "say " + what + " in one line that is not empty: \"" + text.replace("\n", "\\n") + '"');
        }
        return text;
    }

    private List<Integer> whereOff(final String agent) {
        final List<Integer> shards = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        for (int shard = 0; shard < rings.length; shard++) {
            for (final AgentCell cell : engine.shard(shard).agents()) {
                if (shard == 0) {
                    names.add(cell.descriptor().name());
                }
                if (cell.isOff() && cell.descriptor().name().equals(agent)) {
                    shards.add(shard);
                }
            }
        }
        if (!names.contains(agent)) {
            throw new IllegalArgumentException(
                    "there is no agent \"" + agent + "\"; there are " + String.join(", ", names));
        }
        if (shards.isEmpty()) {
            final List<String> off = getSwitchedOff();
            throw new IllegalArgumentException("agent \"" + agent + "\" is not switched off; "
                    + (off.isEmpty() ? "none is" : "these are: " + String.join("; ", off)));
        }
        return shards;
    }

    private long submit(final int shard, final String text, final Runnable step) {
        // One that was given may still be in the ring.
        final long number = Math.max(given[shard], engine.shard(shard).lastAgentOrder()) + 1;
        final OrderFrames frames = new OrderFrames(
                AgentOrderFrameEncoder.TEMPLATE_ID,
                text.getBytes(StandardCharsets.UTF_8),
                engine.context().slotLength() - FrameSlotLayout.SLOT_HEADER_LENGTH,
                number,
                engine.context().epochClock().nanoTime());
        OrderSubmission.submit(
                engine, rings[shard], shard, frames, step, SystemNanoClock.INSTANCE.nanoTime() + PATIENCE_NS);
        given[shard] = number;
        return number;
    }

    private void await(final int shard, final long number, final Runnable step, final long deadline) {
        final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.SLEEPING);
        final ShardView view = engine.shard(shard);
        while (view.lastAgentOrder() < number) {
            if (view.failure() != null || SystemNanoClock.INSTANCE.nanoTime() - deadline > 0) {
                throw new EngineException("order " + number + " is in the ring of shard " + shard
                        + ", which has not come to it: is the engine running?");
            }
            step.run();
            idle.idle(0);
        }
    }

    @Override
    public String revive(final String agent, final String who, final String why) {
        return agent + " is called again on shard "
                + String.join(
                        ", ",
                        revive(agent, who, why, () -> {}).stream()
                                .map(String::valueOf)
                                .toList());
    }

    @Override
    public List<String> getSwitchedOff() {
        final List<String> lines = new ArrayList<>();
        for (int shard = 0; shard < rings.length; shard++) {
            final ShardView view = engine.shard(shard);
            for (final AgentCell cell : view.agents()) {
                if (cell.isOff()) {
                    lines.add("shard " + shard + " " + cell.descriptor().name() + " since input "
                            + view.switchedOffAt(cell) + ", last " + cell.lastFailure());
                }
            }
        }
        return lines;
    }

    @Override
    public String getFailureLimit() {
        return engine.context().faults().agentFailures().toString();
    }

    @Override
    public String getDirectory() {
        return String.valueOf(engine.context().directory().toAbsolutePath());
    }
}
