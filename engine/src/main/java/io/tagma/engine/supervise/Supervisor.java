package io.tagma.engine.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SupervisorCore} with its children on threads. Itself a child, so that trees can be built. {@link #add},
 * {@link #terminate}, {@link #startAgain}, {@link #delete} and {@link #tree} are for any thread, the rest for its own.
 *
 * <p>It dies with its children: however {@link #run} ends, no child is left that was not told, interrupted and waited for.
 */
public final class Supervisor implements Child {
    /** The clock may be simulated and stand still, so a wait for a deadline looks at it again after this long. */
    private static final long LONGEST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** A child between its start and its end. */
    private record Life(ChildSpec spec, StopSignal stop, Child child, Thread thread) {}

    /** A request that waits for its answer; with a child and its maker where one is to be added. */
    private record Asked(
            CompletableFuture<Reply> answer,
            @Nullable ChildSpec spec,
            @Nullable Supplier<Child> maker) {}

    /** A node as of the last event; what is below a nested supervisor is asked for when the tree is. */
    private record Seen(TreeNode node, @Nullable Supervisor nested) {}

    private final String name;
    private final Strategy strategy;
    private final NanoClock clock;
    private final ThreadFactory threads;
    private final Executor starter = Executors.newThreadPerTaskExecutor(this::thread);
    private final Map<String, Supplier<Child>> makers = new HashMap<>();
    private final Map<Integer, Life> lives = new LinkedHashMap<>();
    private final List<Life> strays = new ArrayList<>();
    private final Map<Long, Asked> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<Event> mail = new LinkedBlockingQueue<>();
    private final AtomicLong tickets = new AtomicLong();
    private final SupervisorCore core;
    private volatile List<Seen> seen = List.of();
    private volatile boolean over;
    private @Nullable Thread made;
    private Action.@Nullable Down down;
    private boolean up;

    Supervisor(final SupervisorBuilder builder, final NanoClock clock, final ThreadFactory threads) {
        this.name = builder.name();
        this.strategy = builder.strategy();
        this.clock = clock;
        this.threads = threads;
        this.core = builder.core(clock.nanoTime());
        makers.putAll(builder.makers());
    }

    /** Starts the children in order. */
    @Override
    public boolean start(final StopSignal stop) throws Exception {
        stop.onStop(() -> mail.add(new Event.Shutdown()));
        boolean whole = false;
        try {
            handle(new Event.Begin());
            while (!up && down == null) {
                handle(next());
            }
            whole = true;
        } finally {
            if (!whole || down != null) {
                die();
            }
        }
        if (down != null && down.exit() == Exit.FAILURE) {
            throw new IllegalStateException(down.reason());
        }
        return up;
    }

    /**
     * Supervises until told to stop.
     *
     * @throws ShutdownException it gave up, after more restarts than its intensity allows
     */
    @Override
    public void run(final StopSignal stop) throws Exception {
        try {
            while (down == null) {
                handle(next());
            }
        } finally {
            die();
        }
        if (!stop.isRequested()) {
            throw new ShutdownException(down.reason());
        }
    }

    /** Adds a child and starts it, after those it has. */
    public CompletableFuture<Reply> add(final ChildSpec spec, final Supplier<Child> maker) {
        // A copy, so that the request is known by its specification however often a caller uses one.
        final ChildSpec own = new ChildSpec(spec.id(), spec.restart(), spec.supervisor(), spec.stopTimeoutNs());
        return ask(new Asked(new CompletableFuture<>(), own, maker), ticket -> new Event.Add(ticket, own));
    }

    /** Stops a child; its specification stays, unless it is temporary. */
    public CompletableFuture<Reply> terminate(final String id) {
        return ask(new Asked(new CompletableFuture<>(), null, null), ticket -> new Event.Terminate(ticket, id));
    }

    /** Starts a child that does not run. */
    public CompletableFuture<Reply> startAgain(final String id) {
        return ask(new Asked(new CompletableFuture<>(), null, null), ticket -> new Event.StartAgain(ticket, id));
    }

    /** Forgets a child that does not run. */
    public CompletableFuture<Reply> delete(final String id) {
        return ask(new Asked(new CompletableFuture<>(), null, null), ticket -> new Event.Delete(ticket, id));
    }

    /** What hangs below, at this moment. */
    public List<TreeNode> tree() {
        final List<TreeNode> nodes = new ArrayList<>();
        for (final Seen one : seen) {
            final TreeNode node = one.node();
            nodes.add(
                    one.nested() == null
                            ? node
                            : node.over(
                                    one.nested().strategy.name(), one.nested().tree()));
        }
        return nodes;
    }

    @Override
    public String toString() {
        return "Supervisor{" + name + ", " + strategy + '}';
    }

    private CompletableFuture<Reply> ask(final Asked asked, final LongFunction<Event> request) {
        final long ticket = tickets.getAndIncrement();
        answers.put(ticket, asked);
        mail.add(request.apply(ticket));
        if (over) { // it may have ended before it could see the request
            refuseAll();
        }
        return asked.answer();
    }

    private Event next() throws InterruptedException {
        final long deadlineNs = core.nextDeadlineNs();
        if (deadlineNs == Long.MAX_VALUE) {
            return mail.take();
        }
        final long waitNs = Math.clamp(deadlineNs - clock.nanoTime(), 0, LONGEST_WAIT_NS);
        final Event event = mail.poll(waitNs, TimeUnit.NANOSECONDS);
        return event == null ? new Event.Tick() : event;
    }

    private void handle(final Event event) throws InterruptedException {
        forgetThread(event);
        final List<Action> actions = core.on(event, clock.nanoTime());
        for (final Action action : actions) {
            act(action);
        }
        publish();
        for (final Action action : actions) { // who has an answer finds what was done in the tree
            if (action instanceof Action.Answer theAnswer) {
                answer(theAnswer.ticket(), theAnswer.reply());
            }
        }
    }

    private void forgetThread(final Event event) throws InterruptedException {
        final Life life = switch (event) {
            case Event.Ended ended -> lives.remove(ended.incarnation());
            case Event.Declined declined -> lives.remove(declined.incarnation());
            case Event.StartFailed failed -> lives.remove(failed.incarnation());
            default -> null;
        };
        if (life != null) {
            life.thread().join(); // its news was its last statement: with this the tree holds every thread there is
        }
        strays.removeIf(stray -> !stray.thread().isAlive());
    }

    private void act(final Action action) {
        switch (action) {
            case Action.Start theStart -> begin(theStart.id(), theStart.incarnation());
            case Action.Stop theStop -> stop(lives.get(theStop.incarnation()));
            case Action.Force theForce -> interrupt(lives.get(theForce.incarnation()));
            case Action.Abandon theAbandon -> {
                final Life life = lives.remove(theAbandon.incarnation());
                if (life != null) {
                    strays.add(life);
                }
            }
            case Action.Again theAgain -> mail.add(new Event.Retry(theAgain.id(), theAgain.incarnation()));
            case Action.Answer ignored -> {} // once the tree shows it
            case Action.Up ignored -> up = true;
            case Action.Down end -> down = end;
        }
    }

    private void begin(final String id, final int incarnation) {
        try {
            final ChildSpec spec = spec(id);
            final Child child = maker(spec).get();
            final StopSignal stop = new StopSignal();
            starter.execute(() -> live(id, incarnation, child, stop));
            final Thread thread = made;
            if (thread != null) {
                thread.setName(name + '/' + id);
                lives.put(incarnation, new Life(spec, stop, child, thread));
            }
        } catch (final RuntimeException | OutOfMemoryError e) { // no child, or no thread for it
            mail.add(new Event.StartFailed(id, incarnation, e.toString()));
        }
    }

    @SuppressWarnings("ReferenceEquality") // two requests may be for equal specifications with different makers
    private Supplier<Child> maker(final ChildSpec spec) {
        for (final Asked asked : answers.values()) {
            if (asked.spec() == spec && asked.maker() != null) {
                makers.put(spec.id(), asked.maker());
            }
        }
        final Supplier<Child> maker = makers.get(spec.id());
        if (maker == null) {
            throw new IllegalStateException("nobody knows how to make child " + spec.id());
        }
        return maker;
    }

    private Thread thread(final Runnable task) {
        final Thread thread = threads.newThread(task);
        made = thread;
        return thread;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever a child throws is its end and its supervisor's news
    private void live(final String id, final int incarnation, final Child child, final StopSignal stop) {
        try {
            if (!child.start(stop)) {
                mail.add(new Event.Declined(id, incarnation));
                return;
            }
        } catch (final Throwable e) {
            mail.add(new Event.StartFailed(id, incarnation, e.toString()));
            return;
        }
        mail.add(new Event.Started(id, incarnation));
        Event.Ended end = new Event.Ended(id, incarnation, Exit.NORMAL, "");
        try {
            child.run(stop);
        } catch (final ShutdownException e) {
            end = new Event.Ended(id, incarnation, Exit.SHUTDOWN, e.toString());
        } catch (final Throwable e) {
            end = new Event.Ended(id, incarnation, Exit.FAILURE, e.toString());
        }
        mail.add(end);
    }

    private static void stop(final @Nullable Life life) {
        if (life != null && !life.stop().request()) {
            life.thread().interrupt();
        }
    }

    private static void interrupt(final @Nullable Life life) {
        if (life != null) {
            life.thread().interrupt();
        }
    }

    private ChildSpec spec(final String id) {
        return core.children().stream()
                .map(entry -> entry.spec)
                .filter(spec -> spec.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void publish() {
        makers.keySet()
                .retainAll(
                        core.children().stream().map(entry -> entry.spec.id()).toList());
        final List<Seen> nodes = new ArrayList<>();
        for (final ChildEntry entry : core.children()) {
            final Life life = lives.get(entry.incarnation);
            nodes.add(new Seen(
                    TreeNode.of(entry, life == null ? "" : life.thread().getName()),
                    life != null && life.child() instanceof Supervisor nested ? nested : null));
        }
        for (final Life stray : strays) {
            nodes.add(new Seen(
                    TreeNode.stray(stray.spec().id(), stray.thread().getName(), clock.nanoTime()),
                    stray.child() instanceof Supervisor nested ? nested : null));
        }
        seen = List.copyOf(nodes);
    }

    /** The end, orderly or by a fault of its own: whoever lives is told, interrupted and waited for, the last started first. */
    private void die() throws InterruptedException {
        final List<Life> left = List.copyOf(lives.values()).reversed();
        left.forEach(Supervisor::stop);
        left.forEach(Supervisor::interrupt);
        try {
            for (final Life life : left) {
                if (!life.thread().join(Duration.ofNanos(life.spec().stopTimeoutNs()))) {
                    strays.add(life);
                }
            }
        } finally {
            lives.clear();
            over = true;
            refuseAll();
        }
    }

    private void refuseAll() {
        for (final Long ticket : List.copyOf(answers.keySet())) {
            answer(ticket, Reply.SHUTTING_DOWN);
        }
    }

    private void answer(final long ticket, final Reply reply) {
        final Asked asked = answers.remove(ticket);
        if (asked != null) {
            asked.answer().complete(reply);
        }
    }
}
