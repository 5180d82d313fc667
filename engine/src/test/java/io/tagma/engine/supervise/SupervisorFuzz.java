package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A world of children that start, refuse, fail, hang and end as a seed says, around one supervisor's core. */
final class SupervisorFuzz {
    private final SplittableRandom random;
    private final String name;
    private final SupervisorCore core;
    private final Set<String> alive = new HashSet<>();
    private final Set<Long> answered = new HashSet<>();
    private final List<Event> mail = new ArrayList<>();
    private long nowNs;
    private long tickets;
    private int downs;

    SupervisorFuzz(final SplittableRandom random, final String name) {
        this.random = random;
        this.name = name;
        final List<ChildSpec> specs = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            specs.add(SupervisorCoreTest.spec("c" + i, any(Restart.values())));
        }
        this.core = new SupervisorCore(any(Strategy.values()), random.nextInt(20), 1_000, specs, 0);
    }

    void run() {
        deliver(new Event.Begin());
        for (int step = 0; step < 300; step++) {
            nowNs += random.nextInt(60);
            deliver(random.nextInt(3) == 0 ? disturbance() : news());
        }
        deliver(new Event.Shutdown());
        for (int step = 0; step < 1_000 && !core.isEnded(); step++) {
            nowNs += 60;
            deliver(news());
        }
        assertThat(core.isEnded()).as(name).isTrue();
        assertThat(downs).as(name).isEqualTo(1);
        assertThat(answered).as(name).hasSize((int) tickets);
        assertThat(alive).as("%s: lives on", name).isEmpty();
        assertThat(core.children()).as(name).allMatch(c -> c.state == ChildState.STOPPED);
    }

    private Event news() {
        return mail.isEmpty() ? new Event.Tick() : mail.remove(random.nextInt(mail.size()));
    }

    private Event disturbance() {
        final String id = "c" + random.nextInt(7);
        return switch (random.nextInt(6)) {
            case 0 -> new Event.Add(tickets++, SupervisorCoreTest.spec(id, any(Restart.values())));
            case 1 -> new Event.Terminate(tickets++, id);
            case 2 -> new Event.StartAgain(tickets++, id);
            case 3 -> new Event.Delete(tickets++, id);
            default -> end();
        };
    }

    private Event end() {
        for (final ChildEntry child : core.children()) {
            if (alive.contains(life(child.spec.id(), child.incarnation)) && random.nextBoolean()) {
                return ends(child.spec.id(), child.incarnation, any(Exit.values()));
            }
        }
        return new Event.Tick();
    }

    private Event ends(final String id, final int incarnation, final Exit exit) {
        alive.remove(life(id, incarnation));
        return new Event.Ended(id, incarnation, exit, "fuzz");
    }

    private void deliver(final Event event) {
        Event told = event;
        if (event instanceof Event.Ended ended) { // by the time it is heard the child is gone
            told = ends(ended.id(), ended.incarnation(), ended.exit());
        } else if (event instanceof Event.StartFailed failed) {
            alive.remove(life(failed.id(), failed.incarnation()));
        } else if (event instanceof Event.Declined declined) {
            alive.remove(life(declined.id(), declined.incarnation()));
        }
        for (final Action action : core.on(told, nowNs)) {
            act(action);
        }
        assertThat(core.children().stream()
                        .filter(c -> c.state == ChildState.STARTING || c.state == ChildState.STOPPING))
                .as("%s: more than one awaited", name)
                .hasSizeLessThanOrEqualTo(1);
    }

    private void act(final Action action) {
        switch (action) {
            case Action.Start theStart -> start(theStart.id(), theStart.incarnation());
            case Action.Stop theStop -> {
                if (random.nextInt(8) != 0) { // or it hangs
                    mail.add(new Event.Ended(theStop.id(), theStop.incarnation(), Exit.SHUTDOWN, ""));
                }
            }
            case Action.Force theForce ->
                mail.add(new Event.Ended(theForce.id(), theForce.incarnation(), Exit.FAILURE, ""));
            case Action.Abandon theAbandon -> alive.remove(life(theAbandon.id(), theAbandon.incarnation()));
            case Action.Again theAgain -> mail.add(new Event.Retry(theAgain.id(), theAgain.incarnation()));
            case Action.Answer theAnswer ->
                assertThat(answered.add(theAnswer.ticket())).as(name).isTrue();
            case Action.Up ignored -> {}
            case Action.Down ignored -> downs++;
        }
    }

    private void start(final String id, final int incarnation) {
        assertThat(alive).as("%s: a second life of %s", name, id).noneMatch(life -> life.startsWith(id + '/'));
        alive.add(life(id, incarnation));
        mail.add(
                switch (random.nextInt(5)) {
                    case 0 -> new Event.StartFailed(id, incarnation, "fuzz");
                    case 1 -> new Event.Declined(id, incarnation);
                    default -> new Event.Started(id, incarnation);
                });
    }

    private static String life(final String id, final int incarnation) {
        return id + '/' + incarnation;
    }

    private <T> T any(final T[] of) {
        return of[random.nextInt(of.length)];
    }
}
