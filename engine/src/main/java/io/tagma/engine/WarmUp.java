package io.tagma.engine;

import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.shard.RecordedInputs;
import io.tagma.engine.shard.ShardView;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.IdleStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** One {@link WarmStart}, from the scratch directory made to the scratch directory gone. Owned by the launching thread. */
final class WarmUp {
    // A call site that has seen one or two types of listener is compiled for these, and the live engine's own, the next
    // one, would throw
    // that code away with its first decision. Behind three the call is compiled as one of any type.
    private static final List<DecisionListener> LISTENERS = List.of(
            new DecisionListener() {
                @Override
                public void onDecision(final Decision decision) {
                    // tells nobody
                }
            },
            new DecisionListener() {
                @Override
                public void onDecision(final Decision decision) {
                    // tells nobody either
                }
            },
            new DecisionListener() {
                @Override
                public void onDecision(final Decision decision) {
                    // nor this
                }
            });

    private static final int SHORT_RUN = 1000;
    private static final int[] BURSTS = {1, 8, 256};
    private static final int EVENTS_A_BURST_LENGTH = 1024;
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final EngineContext live;
    private final WarmStart plan;
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final long deadlineNs;
    private long events;

    private WarmUp(final EngineContext live) {
        this.live = live;
        this.plan = live.warmStart();
        deadlineNs = clock.nanoTime() + plan.longestNs();
    }

    /**
     * Warms up for an engine that is about to be launched.
     *
     * @throws EngineException when the recorded directory was made with another configuration, or there is no room for a scratch one
     * @throws io.tagma.store.StoreException when it is no engine's directory
     */
    static WarmStart.Report run(final EngineContext live) {
        final Path own = live.directory;
        if (live.warmStart().events() == 0 || own == null) {
            return WarmStart.Report.NONE;
        }
        final Path recorded = live.warmStart().recorded();
        if (recorded == null && !Files.isDirectory(own.resolve("journal"))) {
            return new WarmStart.Report(
                    0, 0, "no warm-up: " + own + " holds no events yet; name a directory with recorded ones");
        }
        return new WarmUp(live).run(recorded == null ? own : recorded);
    }

    private WarmStart.Report run(final Path recorded) {
        final long began = clock.nanoTime();
        final Path scratch = scratch();
        try (RecordedInputs inputs = RecordedInputs.open(recorded, live)) {
            if (live.listener != null) {
                put(inputs, scratch.resolve("a"), LISTENERS.get(0), SHORT_RUN);
                put(inputs, scratch.resolve("b"), LISTENERS.get(1), SHORT_RUN);
            }
            put(inputs, scratch.resolve("c"), live.listener == null ? null : LISTENERS.get(2), plan.events());
        } finally {
            delete(scratch);
        }
        final long elapsedNs = clock.nanoTime() - began;
        return new WarmStart.Report(
                events,
                elapsedNs,
                String.format(
                        Locale.ROOT,
                        "warmed up with %,d events recorded in %s, in %.1f s%s",
                        events,
                        recorded,
                        elapsedNs / NS_PER_SECOND,
                        events < plan.events() ? ", where " + plan.events() + " were wanted" : ""));
    }

    private void put(
            final RecordedInputs inputs,
            final Path directory,
            final @Nullable DecisionListener listener,
            final long wanted) {
        if (events >= wanted) {
            return;
        }
        try (Engine engine = Engine.launch(context(directory, listener))) {
            final Feeder feeder = new Feeder(engine);
            long sinceRewind = 0;
            while (events < wanted && feeder.goesOn()) {
                final int taken = inputs.next(feeder);
                if (taken >= 0) {
                    sinceRewind += taken;
                } else if (sinceRewind > 0) {
                    inputs.rewind();
                    sinceRewind = 0;
                } else {
                    return; // not one event is recorded
                }
            }
            feeder.settle();
        }
    }

    /** The live engine's settings over another directory, with nobody to tell. */
    private EngineContext context(final Path directory, final @Nullable DecisionListener listener) {
        final EngineContext context = new EngineContext()
                .directory(directory)
                .name(live.name + "-warm-up")
                .shards(live.shards)
                .threading(live.threading)
                .idleStrategy(live.idleStrategy)
                .ringCapacity(live.ringCapacity)
                .slotLength(live.slotLength)
                .overflowPolicy(live.overflowPolicy)
                .blockTimeoutNs(Math.min(live.blockTimeoutNs, plan.longestNs()))
                .decisionRingCapacity(live.decisionRingCapacity)
                .limits(live.limits.withoutHistory())
                .kernel(live.kernel)
                .audit(live.audit)
                .histograms(live.histograms)
                .reportIntervalNs(live.reportIntervalNs)
                .jmx(false)
                .voteRule(live.voteRule)
                .subjectRule(live.subjectRule)
                .peerRule(live.peerRule)
                .market(live.market)
                // What is asked outside is refused at once: nobody there shall be bothered.
                .outside(new OutsideTerms(
                        OutsideTerms.NONE.factory(), live.outside.capacity(), live.outside.maxPayload()))
                .faults(FaultLimits.NONE)
                .threadFactory(live.threadFactory);
        context.intents.addAll(live.intents);
        context.agents.addAll(live.agents);
        context.variables.addAll(live.variables);
        context.properties.putAll(live.properties);
        context.kinds.putAll(live.kinds);
        context.textModel = live.textModel;
        context.hooks = live.hooks;
        context.listener = listener;
        return context;
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("tagma-warm-up-");
        } catch (final IOException e) {
            throw new EngineException(
                    "no scratch directory for the warm-up in " + System.getProperty("java.io.tmpdir")
                            + "; set java.io.tmpdir or leave out tagma.warmStart",
                    e);
        }
    }

    private static void delete(final Path scratch) {
        try (Stream<Path> files = Files.walk(scratch)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException ignored) {
            // what is left in the temporary directory is the system's to clear
        }
    }

    /** Submits as callers do, one at a time, in small and in full batches by turns. */
    private final class Feeder implements RecordedInputs.Sink {
        private final Engine engine;
        private final boolean stepping;
        private final IdleStrategy idle = IdleStrategies.byName(IdleStrategies.YIELDING);
        private long unsettled;

        Feeder(final Engine engine) {
            this.engine = engine;
            this.stepping = engine.context().threading() == Threading.CALLER;
        }

        @Override
        public void event(final Event event) {
            int code = engine.submit(event);
            while (isFull(code) && goesOn()) {
                settle();
                code = engine.submit(event);
            }
            events++;
            settleWhenDue();
        }

        @Override
        public void outcome(final Outcome outcome) {
            int code = engine.submit(outcome);
            while (isFull(code) && goesOn()) {
                settle();
                code = engine.submit(outcome);
            }
            settleWhenDue();
        }

        private boolean isFull(final int code) {
            return code == SubmitCode.FULL || code == SubmitCode.TIMED_OUT;
        }

        private void settleWhenDue() {
            final int burst = BURSTS[(int) (events / EVENTS_A_BURST_LENGTH % BURSTS.length)];
            if (++unsettled >= burst) {
                settle();
            }
        }

        /** Waits until nothing waits in a ring. */
        void settle() {
            unsettled = 0;
            while (isBusy() && goesOn()) {
                idle.idle(stepping ? engine.step() : 0);
            }
            if (engine.context().decisionRingCapacity() > 0) {
                engine.poll(decision -> {}, Integer.MAX_VALUE);
            }
        }

        private boolean isBusy() {
            for (int shard = 0; shard < engine.context().shards(); shard++) {
                final ShardView view = engine.shard(shard);
                if (view.ingress().backlog() > 0 || view.fromPeers().backlog() > 0) {
                    return true;
                }
            }
            return false;
        }

        /** Whether there is time left, and all shards work. */
        boolean goesOn() {
            for (int shard = 0; shard < engine.context().shards(); shard++) {
                if (engine.shard(shard).failure() != null) {
                    return false;
                }
            }
            return clock.nanoTime() - deadlineNs < 0;
        }
    }
}
