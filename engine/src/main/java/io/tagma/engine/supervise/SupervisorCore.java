package io.tagma.engine.supervise;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A supervisor as a state machine: told what happened and when, it says what to do. No thread, no clock, no child. Owned by
 * the thread that runs it.
 *
 * <p>The semantics are those of Erlang/OTP's {@code supervisor} (stdlib 6). Children start one at a time in order and stop one at a
 * time in reverse; while one is awaited, what else comes in waits, save for a shutdown, which is obeyed at once. A restart
 * whose start fails is tried again, and each try counts against the intensity. Where OTP kills, Java can only ask: a child that ignores
 * being forced is abandoned after its timeout and counted.
 */
final class SupervisorCore {
    private final Strategy strategy;
    private final RestartWindow window;
    private final List<ChildEntry> children = new ArrayList<>();
    private final Deque<ChildEntry> toStop = new ArrayDeque<>();
    private final Deque<ChildEntry> toStart = new ArrayDeque<>();
    private final Deque<Event> deferred = new ArrayDeque<>();
    private List<Action> actions = new ArrayList<>();
    private Phase phase = Phase.NEW;
    private @Nullable ChildEntry awaited;
    private Exit exit = Exit.SHUTDOWN;
    private String reason = "";
    private long deadlineNs;
    private long nowNs;
    private long ticket;
    private int abandoned;
    private int lives;

    SupervisorCore(
            final Strategy strategy,
            final int intensity,
            final long periodNs,
            final List<ChildSpec> specs,
            final long nowNs) {
        this.strategy = strategy;
        this.window = new RestartWindow(intensity, periodNs);
        for (final ChildSpec spec : specs) {
            if (find(spec.id()) != null) {
                throw new IllegalArgumentException(
                        "two children are called \"" + spec.id() + "\"; give each its own id");
            }
            children.add(new ChildEntry(spec, nowNs));
        }
    }

    /** Takes an event; what is to be done for it, in order. */
    List<Action> on(final Event event, final long timeNs) {
        nowNs = timeNs;
        actions = new ArrayList<>();
        take(event);
        while (isSettled() && !deferred.isEmpty()) {
            take(deferred.removeFirst());
        }
        return actions;
    }

    /** Children in order of start. */
    List<ChildEntry> children() {
        return children;
    }

    /** Children that were given up on: forced, and still not ended. */
    int abandoned() {
        return abandoned;
    }

    /** Whether all children are stopped for good. */
    boolean isEnded() {
        return phase == Phase.ENDED;
    }

    /** When a {@link Event.Tick} is due, or {@link Long#MAX_VALUE}. */
    long nextDeadlineNs() {
        return awaited != null && awaited.state == ChildState.STOPPING ? deadlineNs : Long.MAX_VALUE;
    }

    private boolean isSettled() {
        return phase == Phase.IDLE || phase == Phase.ENDED;
    }

    private void take(final Event event) {
        switch (event) {
            case Event.Begin ignored -> begin();
            case Event.Started theStarted -> started(theStarted.id(), theStarted.incarnation());
            case Event.Declined theDeclined -> declined(theDeclined.id(), theDeclined.incarnation());
            case Event.StartFailed theStartFailed ->
                startFailed(theStartFailed.id(), theStartFailed.incarnation(), theStartFailed.reason());
            case Event.Ended ended -> ended(ended);
            case Event.Retry retry -> retry(retry);
            case Event.Tick ignored -> tick();
            case Event.Shutdown ignored -> end(Exit.SHUTDOWN, "told to");
            case Event.Request request -> request(request);
        }
    }

    private void begin() {
        if (phase != Phase.NEW) {
            throw new IllegalStateException("a supervisor begins once; it is " + phase);
        }
        phase = Phase.BEGINNING;
        toStart.addAll(children);
        advance();
    }

    private void started(final String id, final int incarnation) {
        final ChildEntry child = awaited(id, incarnation, ChildState.STARTING);
        if (child == null) {
            return;
        }
        child.become(ChildState.RUNNING, nowNs);
        awaited = null;
        advance();
    }

    private void declined(final String id, final int incarnation) {
        final ChildEntry child = awaited(id, incarnation, ChildState.STARTING);
        if (child == null) {
            endedWhileStopping(id, incarnation);
            return;
        }
        stopped(child);
        awaited = null;
        if (phase == Phase.ADDING || phase == Phase.STARTING_AGAIN) {
            answer(Reply.DECLINED);
            return;
        }
        advance();
    }

    private void startFailed(final String id, final int incarnation, final String why) {
        final ChildEntry child = awaited(id, incarnation, ChildState.STARTING);
        if (child == null) {
            endedWhileStopping(id, incarnation);
            return;
        }
        child.lastFailure = why;
        child.become(ChildState.STOPPED, nowNs);
        awaited = null;
        switch (phase) {
            case BEGINNING -> end(Exit.FAILURE, "child " + id + " did not start: " + why);
            case ADDING -> {
                children.remove(child);
                answer(Reply.START_FAILED);
            }
            case STARTING_AGAIN -> answer(Reply.START_FAILED);
            default -> {
                // The rest of a group stays stopped until this child starts: its next try restarts the group again.
                toStart.clear();
                child.become(ChildState.RESTARTING, nowNs);
                actions.add(new Action.Again(id, child.incarnation));
                phase = Phase.IDLE;
            }
        }
    }

    private void ended(final Event.Ended event) {
        final ChildEntry child = find(event.id());
        if (child == null || child.incarnation != event.incarnation() || !child.isAlive()) {
            return;
        }
        if (event.exit() == Exit.FAILURE) {
            child.lastFailure = event.reason();
        }
        if (child.state == ChildState.STARTING) {
            startFailed(event.id(), event.incarnation(), event.reason());
        } else if (child.state == ChildState.STOPPING) {
            endedWhileStopping(event.id(), event.incarnation());
        } else if (!isSettled()) {
            // If the operation under way was going to stop it, there is nothing to stop; if not, its turn comes after.
            child.ended = true;
            deferred.addLast(event);
        } else {
            child.ended = false;
            child.become(ChildState.STOPPED, nowNs);
            if (child.spec.restart().isDueAfter(event.exit())) {
                restart(child);
            } else {
                stopped(child);
            }
        }
    }

    private void endedWhileStopping(final String id, final int incarnation) {
        final ChildEntry child = awaited(id, incarnation, ChildState.STOPPING);
        if (child != null) {
            awaited = null;
            stopped(child);
            advance();
        }
    }

    private void retry(final Event.Retry retry) {
        final ChildEntry child = find(retry.id());
        if (child == null || child.incarnation != retry.incarnation() || child.state != ChildState.RESTARTING) {
            return;
        }
        if (isSettled()) {
            restart(child);
        } else {
            deferred.addLast(retry);
        }
    }

    private void restart(final ChildEntry failed) {
        if (!window.admit(nowNs)) {
            // As in OTP a supervisor that gives up shuts down: one that is transient to its own supervisor stays away.
            failed.become(ChildState.STOPPED, nowNs);
            end(Exit.SHUTDOWN, "too many restarts, the last of " + failed.spec.id() + ": " + failed.lastFailure);
            return;
        }
        phase = Phase.RESTARTING;
        failed.restarts++;
        final int from = switch (strategy) {
            case ONE_FOR_ALL -> 0;
            case ONE_FOR_ONE, REST_FOR_ONE -> children.indexOf(failed);
        };
        final int to = strategy == Strategy.ONE_FOR_ONE ? from + 1 : children.size();
        for (final ChildEntry child : children.subList(from, to)) {
            if (child.isAlive()) {
                toStop.addFirst(child);
            }
            if (child == failed || child.spec.restart() != Restart.TEMPORARY) {
                toStart.addLast(child);
            }
        }
        advance();
    }

    private void request(final Event.Request request) {
        if (phase == Phase.ENDING || phase == Phase.ENDED) {
            actions.add(new Action.Answer(request.ticket(), Reply.SHUTTING_DOWN));
            return;
        }
        if (!isSettled()) {
            deferred.addLast(request);
            return;
        }
        ticket = request.ticket();
        switch (request) {
            case Event.Add theAdd -> add(theAdd.spec());
            case Event.Terminate theTerminate -> terminate(find(theTerminate.id()));
            case Event.StartAgain theStartAgain -> startAgain(find(theStartAgain.id()));
            case Event.Delete theDelete -> delete(find(theDelete.id()));
        }
    }

    private void add(final ChildSpec spec) {
        if (find(spec.id()) != null) {
            answer(Reply.ALREADY_PRESENT);
            return;
        }
        final ChildEntry child = new ChildEntry(spec, nowNs);
        children.add(child);
        phase = Phase.ADDING;
        toStart.add(child);
        advance();
    }

    private void terminate(final @Nullable ChildEntry child) {
        if (child == null) {
            answer(Reply.NOT_FOUND);
            return;
        }
        phase = Phase.TERMINATING;
        if (child.isAlive()) {
            toStop.add(child);
        } else {
            stopped(child);
        }
        advance();
    }

    private void startAgain(final @Nullable ChildEntry child) {
        final Reply refusal = refusal(child);
        if (child == null || refusal != Reply.OK) {
            answer(refusal);
            return;
        }
        phase = Phase.STARTING_AGAIN;
        toStart.add(child);
        advance();
    }

    private void delete(final @Nullable ChildEntry child) {
        final Reply refusal = refusal(child);
        if (child != null && refusal == Reply.OK) {
            children.remove(child);
        }
        answer(refusal);
    }

    private static Reply refusal(final @Nullable ChildEntry child) {
        if (child == null) {
            return Reply.NOT_FOUND;
        }
        return switch (child.state) {
            case STOPPED -> Reply.OK;
            case RESTARTING -> Reply.RESTARTING;
            case STARTING, RUNNING, STOPPING -> Reply.RUNNING;
        };
    }

    private void end(final Exit how, final String why) {
        if (phase == Phase.ENDING || phase == Phase.ENDED) {
            return;
        }
        if (phase == Phase.ADDING || phase == Phase.STARTING_AGAIN || phase == Phase.TERMINATING) {
            actions.add(new Action.Answer(ticket, Reply.SHUTTING_DOWN));
        }
        phase = Phase.ENDING;
        exit = how;
        reason = why;
        toStart.clear();
        toStop.clear();
        for (final ChildEntry child : children) {
            if (child.state == ChildState.RESTARTING) {
                child.become(ChildState.STOPPED, nowNs);
            } else if (child.isAlive() && child != awaited) {
                toStop.addFirst(child);
            }
        }
        refuseDeferred();
        if (awaited != null && awaited.state == ChildState.STARTING) {
            stop(awaited);
        }
        advance();
    }

    private void refuseDeferred() {
        for (final Event event : deferred) {
            if (event instanceof Event.Request request) {
                actions.add(new Action.Answer(request.ticket(), Reply.SHUTTING_DOWN));
            }
        }
        deferred.clear(); // ends among them are noted at their children
    }

    private void tick() {
        final ChildEntry child = awaited;
        if (child == null || child.state != ChildState.STOPPING || nowNs - deadlineNs < 0) {
            return;
        }
        if (!child.forced) {
            child.forced = true;
            deadlineNs = nowNs + child.spec.stopTimeoutNs();
            actions.add(new Action.Force(child.spec.id(), child.incarnation));
            return;
        }
        abandoned++;
        actions.add(new Action.Abandon(child.spec.id(), child.incarnation));
        awaited = null;
        stopped(child);
        advance();
    }

    /** Goes on until a child is awaited or the operation is done: stops first, then starts. */
    private void advance() {
        while (awaited == null && !toStop.isEmpty()) {
            final ChildEntry child = toStop.removeFirst();
            if (child.ended || !child.isAlive()) {
                stopped(child);
            } else {
                stop(child);
            }
        }
        if (awaited == null && !toStart.isEmpty()) {
            start(toStart.removeFirst());
        }
        if (awaited == null) {
            done();
        }
    }

    private void start(final ChildEntry child) {
        // One count for all: a child that is deleted and added again must not be taken for its namesake.
        child.incarnation = ++lives;
        child.forced = false;
        child.ended = false;
        child.become(ChildState.STARTING, nowNs);
        awaited = child;
        actions.add(new Action.Start(child.spec.id(), child.incarnation));
    }

    private void stop(final ChildEntry child) {
        child.become(ChildState.STOPPING, nowNs);
        child.forced = false;
        deadlineNs = nowNs + child.spec.stopTimeoutNs();
        awaited = child;
        actions.add(new Action.Stop(child.spec.id(), child.incarnation));
    }

    private void stopped(final ChildEntry child) {
        child.ended = false;
        child.become(ChildState.STOPPED, nowNs);
        if (child.spec.restart() == Restart.TEMPORARY) {
            children.remove(child);
        }
    }

    private void done() {
        switch (phase) {
            case BEGINNING -> {
                phase = Phase.IDLE;
                actions.add(new Action.Up());
            }
            case ADDING, STARTING_AGAIN, TERMINATING -> answer(Reply.OK);
            case ENDING -> {
                phase = Phase.ENDED;
                actions.add(new Action.Down(exit, reason));
            }
            case RESTARTING -> phase = Phase.IDLE;
            case NEW, IDLE, ENDED -> {}
        }
    }

    private void answer(final Reply reply) {
        phase = Phase.IDLE;
        actions.add(new Action.Answer(ticket, reply));
    }

    private @Nullable ChildEntry awaited(final String id, final int incarnation, final ChildState state) {
        final ChildEntry child = awaited;
        return child != null && child.spec.id().equals(id) && child.incarnation == incarnation && child.state == state
                ? child
                : null;
    }

    private @Nullable ChildEntry find(final String id) {
        for (final ChildEntry child : children) {
            if (child.spec.id().equals(id)) {
                return child;
            }
        }
        return null;
    }
}
