package io.tagma.engine.supervise;

import io.tagma.ring.ThreadStarter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages off the hot path, each on a thread of its own under one supervisor, one for one: a stage whose duty cycle throws is made anew and
 * goes on, at most so often within a period; then it alone is given up, the others go on, and {@link #givenUp()} says why. Started and closed
 * by one thread, its owner; what tells is for any. An owner that would rather have no threads calls {@link #startStepped} and then
 * {@link #step}: the stages take turns on its own, with the same lives.
 */
public final class SupervisedStages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedStages.class);

    /** Restarts of one stage within the period: a disk that is full for a moment is outlived, a defect that stays is not hidden. */
    static final int INTENSITY = 10;

    static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    // By the machine's clock: the engine's may be simulated, and then nobody moves it on while a stage is awaited.
    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final String name;
    private final ThreadFactory threads;
    private final List<Stage> stages = new ArrayList<>();
    private final StopSignal stop = new StopSignal();
    private volatile @Nullable Supervisor supervisor;
    private volatile @Nullable Thread root;
    private volatile List<Life> stepped = List.of();
    private volatile String end = "";

    /** None yet; the name leads those of the threads. */
    public SupervisedStages(final String name, final ThreadFactory threads) {
        this.name = name;
        this.threads = threads;
    }

    /**
     * Adds a stage; before the start. Stages end in the reverse of this order.
     *
     * @param id unique among them
     * @param idleNs how long it rests after a duty cycle that found nothing
     * @param maker asked for a stage before each of its lives, on the stage's thread; what its last life left it has to clear away
     */
    public void add(final String id, final long idleNs, final Supplier<? extends Agent> maker) {
        stages.add(new Stage(id, idleNs, maker));
    }

    /** Starts them in order and waits until they run; a stage whose first start fails is tried again like one that ended. */
    public void start() {
        final SupervisorBuilder builder = new SupervisorBuilder(name);
        for (final Stage stage : stages) {
            builder.child(
                    new ChildSpec(stage.id, Restart.PERMANENT, false, STOP_TIMEOUT_NS), () -> new Life(stage, clock));
        }
        // Each stage keeps its own count, and is not started once more than it may: so the supervisor's own never ends
        // it.
        final Supervisor made =
                builder.intensity((INTENSITY + 1) * stages.size(), PERIOD_NS).build(clock, threads);
        supervisor = made;
        final CompletableFuture<Boolean> started = new CompletableFuture<>();
        ThreadStarter.start(threads, name, () -> supervise(made, started), thread -> root = thread);
        started.join();
    }

    /** Makes them in order, for {@link #step}; in place of {@link #start}. */
    public void startStepped() {
        final List<Life> lives = new ArrayList<>();
        for (final Stage stage : stages) {
            final Life life = new Life(stage, clock);
            life.start(stop);
            lives.add(life);
        }
        stepped = List.copyOf(lives);
    }

    /** One duty cycle of each stage, in order, on the calling thread; how much they did. Nothing unless they are stepped. */
    public int step() {
        int work = 0;
        final List<Life> lives = stepped;
        for (int i = 0; i < lives.size(); i++) {
            work += lives.get(i).step(stop);
        }
        return work;
    }

    private void supervise(final Supervisor made, final CompletableFuture<Boolean> started) {
        try {
            made.start(stop);
            started.complete(true);
            made.run(stop);
        } catch (final Throwable e) {
            end = e.toString();
            if (!stop.isRequested()) {
                LOG.error("{}: nobody restarts them any more", name, e);
            }
        } finally {
            started.complete(false);
        }
    }

    /** The stages that were given up, and why; empty while all run. */
    public Map<String, String> givenUp() {
        final Map<String, String> reasons = new LinkedHashMap<>();
        if (!end.isEmpty() && !stop.isRequested()) {
            reasons.put(name, end);
        }
        for (final Stage stage : stages) {
            final String reason = stage.givenUp;
            if (!reason.isEmpty()) {
                reasons.put(stage.id, reason);
            }
        }
        return reasons;
    }

    /** What was thrown by the duty cycles of all stages since the start. */
    public long failures() {
        return stages.stream().mapToLong(stage -> stage.failures).sum();
    }

    /** The supervisor's thread and the stages below it; empty before the start and after the end. */
    public List<TreeNode> tree() {
        final List<Life> lives = stepped;
        if (!lives.isEmpty()) {
            return List.of(node("", lives.stream().map(Life::node).toList()));
        }
        final Supervisor made = supervisor;
        final Thread thread = root;
        if (made == null || thread == null || !thread.isAlive()) {
            return List.of();
        }
        return List.of(node(thread.getName(), made.tree()));
    }

    private TreeNode node(final String thread, final List<TreeNode> below) {
        return new TreeNode(
                name,
                "supervisor",
                Strategy.ONE_FOR_ONE.name(),
                ChildState.RUNNING,
                0,
                thread,
                clock.nanoTime(),
                end,
                below);
    }

    /** Tells all to end and waits for their threads. Idempotent. */
    @Override
    public void close() {
        stop.request();
        stepped = List.of();
        final Thread thread = root;
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true; // what they close must not be closed under them
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One stage over all its lives. Its fields are written by the thread of its life. */
    private static final class Stage {
        private final String id;
        private final long idleNs;
        private final Supplier<? extends Agent> maker;
        private final RestartWindow window = new RestartWindow(INTENSITY, PERIOD_NS);
        private boolean lived;
        private String last = "";
        private volatile String givenUp = "";
        private volatile long failures;

        Stage(final String id, final long idleNs, final Supplier<? extends Agent> maker) {
            this.id = id;
            this.idleNs = idleNs;
            this.maker = maker;
        }

        /** Whether it may live again; the lives of a stage follow each other. */
        synchronized boolean admit(final long nowNs) {
            if (lived && !window.admit(nowNs)) {
                givenUp = "given up after " + failures + " failures, the last " + INTENSITY + " of them within "
                        + TimeUnit.NANOSECONDS.toSeconds(PERIOD_NS) + " s: " + last;
                LOG.error("{} {}", id, givenUp);
                return false;
            }
            lived = true;
            return true;
        }

        synchronized void failed(final Throwable thrown) {
            failures++; // one writer at a time, under this lock; read by any
            last = thrown.toString();
            LOG.warn("{} failed and is made anew", id, thrown);
        }
    }

    /** One life of a stage. */
    private static final class Life implements Child {
        private final Stage stage;
        private final NanoClock clock;
        private @Nullable Agent agent;

        Life(final Stage stage, final NanoClock clock) {
            this.stage = stage;
            this.clock = clock;
        }

        @Override
        public boolean start(final StopSignal stop) {
            while (stage.admit(clock.nanoTime())) {
                try {
                    final Agent made = stage.maker.get();
                    made.onStart();
                    agent = made;
                    return true;
                } catch (final Throwable e) {
                    stage.failed(e); // tried again here: a failed first start would be the end of all stages
                }
            }
            return false;
        }

        @Override
        public void run(final StopSignal stop) throws Exception {
            final Agent working = agent;
            final Thread thread = Thread.currentThread();
            stop.onStop(() -> LockSupport.unpark(thread));
            while (working != null && !stop.isRequested()) {
                try {
                    if (working.doWork() == 0 && !stop.isRequested()) {
                        LockSupport.parkNanos(stage.idleNs);
                    }
                } catch (final Throwable e) {
                    stage.failed(e);
                    throw e;
                }
            }
        }

        /** One duty cycle, for a life without a thread: what throws is made anew at once. */
        int step(final StopSignal stop) {
            final Agent working = agent;
            if (working == null) {
                return 0;
            }
            try {
                return working.doWork();
            } catch (final Throwable e) {
                stage.failed(e);
                agent = null;
                start(stop);
                return 1;
            }
        }

        /** How a life without a thread stands. */
        TreeNode node() {
            return new TreeNode(
                    stage.id,
                    "worker",
                    "",
                    agent == null ? ChildState.STOPPED : ChildState.RUNNING,
                    (int) stage.failures,
                    "",
                    clock.nanoTime(),
                    stage.last,
                    List.of());
        }
    }
}
