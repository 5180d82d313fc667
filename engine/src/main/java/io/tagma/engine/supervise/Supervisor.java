package io.tagma.engine.supervise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Starts children in order, restarts them by its strategy when they end, gives up when they end too often, and stops them in reverse order.
 * The semantics are those of Erlang/OTP's {@code supervisor} (Ericsson, "Supervisor Behaviour", OTP design principles).
 *
 * <p>Owned by one thread, which calls {@link #process} whenever it likes; children say from any thread that they ended, and nothing
 * happens until then. So what a supervisor does is a function of what it is told and of its clock, and tests step it. A supervisor is a
 * child itself: the thread of a tree's root owns the whole tree, and {@code process} of the root reaches all of it.
 *
 * <p>What is not obvious, and as in OTP:
 * <ul>
 *   <li>A start that fails during a restart is tried again by the next {@code process}, and each try counts towards the intensity.
 *   <li>A restart of a group starts all of its children, also those that had ended as they should.
 *   <li>Temporary children are forgotten when they end, also when their group is restarted.
 *   <li>The end of a life that is already replaced or was stopped on purpose means nothing.
 * </ul>
 */
public final class Supervisor implements Child {
    private final SupervisorSpec spec;
    private final NanoClock clock;
    private final List<Slot> slots = new ArrayList<>();
    private final Queue<Exit> exits = new ConcurrentLinkedQueue<>();
    private final Deque<Long> restartTimes = new ArrayDeque<>();
    private final List<Slot> retries = new ArrayList<>();
    private @Nullable ExitListener parent;
    private boolean running;
    private long restarts;

    /** A life has ended. */
    private record Exit(
            Slot slot, long incarnation, @Nullable Throwable reason) {}

    /** A supervisor that has started nothing. */
    public Supervisor(final SupervisorSpec spec, final NanoClock clock) {
        this.spec = spec;
        this.clock = clock;
        spec.children().forEach(child -> slots.add(new Slot(child)));
    }

    /**
     * Starts the children in their order; those that were started are stopped again where one fails.
     *
     * @throws SupervisionException naming the child that failed
     */
    @Override
    public Start start(final ExitListener exitListener) {
        parent = exitListener;
        running = true;
        for (final Slot slot : List.copyOf(slots)) {
            final Throwable failure = begin(slot);
            if (failure != null) {
                end(slots);
                running = false;
                throw new SupervisionException("child '" + slot.spec.name() + "' failed to start: " + failure, failure);
            }
        }
        return Start.STARTED;
    }

    /** {@link #start(ExitListener)} for the root of a tree, whose end is seen by {@link #isRunning}. */
    public void start() {
        start(reason -> {});
    }

    /** Whether it has been started and neither stopped nor given up. */
    public boolean isRunning() {
        return running;
    }

    /** Restarts since it was made. */
    public long restarts() {
        return restarts;
    }

    /**
     * Handles what was told since the last call, here and in all supervisors below.
     *
     * @return how many ends and retries were handled
     */
    public int process() {
        int work = 0;
        final List<Slot> again = List.copyOf(retries);
        retries.clear();
        for (final Slot slot : again) {
            if (running && slot.state == Slot.State.RESTARTING) {
                work++;
                restart(slot);
            }
        }
        for (Exit exit = exits.poll(); exit != null; exit = exits.poll()) {
            if (running && exit.slot.incarnation == exit.incarnation && exit.slot.runs()) {
                work++;
                ended(exit.slot, exit.reason);
            }
        }
        for (final Slot slot : List.copyOf(slots)) {
            if (running && slot.life instanceof Supervisor below && slot.runs()) {
                work += below.process();
            }
        }
        return work;
    }

    private void ended(final Slot slot, final @Nullable Throwable reason) {
        slot.life = null;
        slot.state = Slot.State.IDLE;
        if (reason != null) {
            slot.lastFailure = reason.toString();
        }
        switch (slot.spec.restart()) {
            case PERMANENT -> restart(slot);
            case TRANSIENT -> {
                if (reason != null) {
                    restart(slot);
                }
            }
            case TEMPORARY -> slots.remove(slot);
        }
    }

    private void restart(final Slot slot) {
        slot.state = Slot.State.RESTARTING;
        if (!mayRestart()) {
            giveUp(slot);
            return;
        }
        slot.restarts++;
        restarts++;
        final List<Slot> group = group(slot);
        end(group);
        // Once more: temporary children are gone now.
        for (final Slot member : group(slot)) {
            final Throwable failure = begin(member);
            if (failure != null) {
                // What was started stays; the next try begins with the one that failed.
                member.state = Slot.State.RESTARTING;
                retries.add(member);
                return;
            }
        }
    }

    /** Those that are restarted with a child, in their order. */
    private List<Slot> group(final Slot slot) {
        return switch (spec.strategy()) {
            case ONE_FOR_ONE -> List.of(slot);
            case ONE_FOR_ALL -> List.copyOf(slots);
            case REST_FOR_ONE -> List.copyOf(slots.subList(slots.indexOf(slot), slots.size()));
        };
    }

    private boolean mayRestart() {
        final long now = clock.nanoTime();
        while (!restartTimes.isEmpty() && now - restartTimes.getFirst() > spec.periodNs()) {
            restartTimes.removeFirst();
        }
        restartTimes.addLast(now);
        return restartTimes.size() <= spec.restarts();
    }

    private void giveUp(final Slot slot) {
        slot.state = Slot.State.IDLE;
        end(slots);
        running = false;
        final ExitListener listener = parent;
        if (listener != null) {
            listener.exited(new SupervisionException(
                    "gave up: child '" + slot.spec.name() + "' and its siblings were to be restarted more than "
                            + spec.restarts() + " times in " + spec.periodNs() / 1_000_000 + " ms, last because of "
                            + (slot.lastFailure.isEmpty() ? "an end" : slot.lastFailure),
                    null));
        }
    }

    /** Begins a life; returns why it could not. */
    private @Nullable Throwable begin(final Slot slot) {
        final long incarnation = ++slot.incarnation;
        try {
            final Child life = slot.spec.lives().get();
            slot.supervisor = life instanceof Supervisor;
            // Before the start, within which it may already end.
            slot.life = life;
            slot.state = Slot.State.RUNNING;
            if (life.start(reason -> exits.add(new Exit(slot, incarnation, reason))) == Start.DECLINED) {
                declined(slot);
            }
            return null;
        } catch (final Exception | Error failure) {
            slot.life = null;
            slot.state = Slot.State.IDLE;
            slot.lastFailure = failure.toString();
            return failure;
        }
    }

    private void declined(final Slot slot) {
        slot.life = null;
        slot.state = Slot.State.IDLE;
        if (slot.spec.restart() == ChildSpec.Restart.TEMPORARY) {
            slots.remove(slot);
        }
    }

    /** Stops those that run, the last first. */
    private void end(final List<Slot> which) {
        final List<Slot> order = List.copyOf(which);
        for (int i = order.size() - 1; i >= 0; i--) {
            final Slot slot = order.get(i);
            end(slot);
            if (slot.spec.restart() == ChildSpec.Restart.TEMPORARY) {
                slots.remove(slot);
            }
        }
    }

    private static void end(final Slot slot) {
        final Child life = slot.life;
        slot.life = null;
        slot.incarnation++; // what it says from now on is of a life that is over
        slot.state = Slot.State.IDLE;
        if (life != null) {
            boolean ended;
            try {
                ended = life.stop(slot.spec.shutdownTimeoutNs());
            } catch (final RuntimeException failure) {
                slot.lastFailure = failure.toString();
                ended = false;
            }
            if (!ended) {
                life.kill();
            }
        }
    }

    /** Stops all children, the last first, each within its own time; the time here is not looked at. */
    @Override
    public boolean stop(final long timeoutNs) {
        running = false;
        retries.clear();
        end(slots);
        return true;
    }

    /** {@link #stop(long)} for the root of a tree. */
    public void stop() {
        stop(Long.MAX_VALUE);
    }

    @Override
    public void kill() {
        stop(0);
    }

    /**
     * Starts a child more, behind the others.
     *
     * @throws SupervisionException when the name is taken, the supervisor does not run, or the child fails to start: it is not kept then
     */
    public void add(final ChildSpec child) {
        requireRunning();
        if (find(child.name()) != null) {
            throw new SupervisionException(
                    "there is a child '" + child.name() + "' already; restart it, or delete it first", null);
        }
        final Slot slot = new Slot(child);
        slots.add(slot);
        final Throwable failure = begin(slot);
        if (failure != null) {
            slots.remove(slot);
            throw new SupervisionException("child '" + child.name() + "' failed to start: " + failure, failure);
        }
    }

    /** Stops a child and keeps it, to be restarted or deleted; a temporary one is forgotten. Also one between two lives. */
    public void terminate(final String name) {
        final Slot slot = required(name);
        retries.remove(slot);
        end(List.of(slot));
    }

    /**
     * Starts a child that does not run.
     *
     * @throws SupervisionException when it runs, is between two lives, or fails to start
     */
    public void restart(final String name) {
        requireRunning();
        final Slot slot = required(name);
        requireIdle(slot, "restarted");
        final Throwable failure = begin(slot);
        if (failure != null) {
            throw new SupervisionException("child '" + name + "' failed to start: " + failure, failure);
        }
    }

    /** Forgets a child that does not run. */
    public void delete(final String name) {
        final Slot slot = required(name);
        requireIdle(slot, "deleted");
        slots.remove(slot);
    }

    private void requireRunning() {
        if (!running) {
            throw new SupervisionException("the supervisor does not run", null);
        }
    }

    private static void requireIdle(final Slot slot, final String what) {
        if (slot.state != Slot.State.IDLE) {
            throw new SupervisionException(
                    "child '" + slot.spec.name() + "' is " + slot.state + " and cannot be " + what
                            + ": terminate it first",
                    null);
        }
    }

    private Slot required(final String name) {
        final Slot slot = find(name);
        if (slot == null) {
            throw new SupervisionException(
                    "no child '" + name + "'; there are "
                            + slots.stream().map(child -> child.spec.name()).toList(),
                    null);
        }
        return slot;
    }

    private @Nullable Slot find(final String name) {
        for (final Iterator<Slot> all = slots.iterator(); all.hasNext(); ) {
            final Slot slot = all.next();
            if (slot.spec.name().equals(name)) {
                return slot;
            }
        }
        return null;
    }

    /** How many children there are now. */
    public ChildCounts counts() {
        final int supervisors =
                (int) slots.stream().filter(slot -> slot.supervisor).count();
        return new ChildCounts(
                slots.size(), (int) slots.stream().filter(Slot::runs).count(), supervisors, slots.size() - supervisors);
    }

    /** The tree from here down. */
    public TreeNode tree(final String name) {
        final List<TreeNode> below = new ArrayList<>();
        for (final Slot slot : slots) {
            if (slot.life instanceof Supervisor supervisor) {
                below.add(supervisor.tree(slot.spec.name()));
            } else {
                below.add(new TreeNode(
                        slot.spec.name(),
                        slot.spec.restart().name().toLowerCase(java.util.Locale.ROOT),
                        slot.state.name().toLowerCase(java.util.Locale.ROOT),
                        slot.restarts,
                        slot.lastFailure,
                        List.of()));
            }
        }
        return new TreeNode(
                name,
                spec.strategy().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                running ? "running" : "stopped",
                restarts,
                "",
                below);
    }
}
