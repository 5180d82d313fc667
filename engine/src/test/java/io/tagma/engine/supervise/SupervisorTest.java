package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.supervise.SupervisorSpec.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** OTP's table of cases, stepped on one thread. */
class SupervisorTest {
    private static final List<Strategy> STRATEGIES = List.of(Strategy.values());
    private static final List<ChildSpec.Restart> RESTARTS = List.of(ChildSpec.Restart.values());
    private static final long SECOND = 1_000_000_000L;

    private final List<String> log = new ArrayList<>();
    private final Map<String, Puppet> lives = new HashMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private long nowNs;

    /** A child that does as it is told. */
    private final class Puppet implements Child {
        private final String name;
        private boolean stubborn;
        private ExitListener listener = reason -> {};

        Puppet(final String name) {
            this.name = name;
        }

        @Override
        public Start start(final ExitListener exits) {
            if (failures.merge(name, -1, Integer::sum) >= 0) {
                log.add("!" + name);
                throw new IllegalStateException("no start of " + name);
            }
            listener = exits;
            lives.put(name, this);
            log.add("+" + name);
            return name.startsWith("lazy") ? Start.DECLINED : Start.STARTED;
        }

        @Override
        public boolean stop(final long timeoutNs) {
            log.add("-" + name);
            return !stubborn;
        }

        @Override
        public void kill() {
            log.add("x" + name);
        }
    }

    private Supplier<Puppet> puppet(final String name) {
        return () -> new Puppet(name);
    }

    private ChildSpec permanent(final String name) {
        return ChildSpec.permanent(name, puppet(name));
    }

    private Supervisor started(final Strategy strategy, final ChildSpec... children) {
        final Supervisor supervisor = new Supervisor(SupervisorSpec.of(strategy, children), () -> nowNs);
        supervisor.start();
        log.clear();
        return supervisor;
    }

    private void exit(final String name, final @Nullable Throwable reason) {
        life(name).listener.exited(reason);
    }

    private Puppet life(final String name) {
        return Objects.requireNonNull(lives.get(name), name);
    }

    private void crash(final String name) {
        exit(name, new IllegalStateException("crash of " + name));
    }

    private static void settle(final Supervisor supervisor) {
        for (int i = 0; i < 100 && supervisor.process() > 0; i++) {
            // again
        }
    }

    @Test
    void startsInOrderAndStopsInReverse() {
        final Supervisor supervisor = new Supervisor(
                SupervisorSpec.of(Strategy.ONE_FOR_ONE, permanent("a"), permanent("b"), permanent("c")), () -> nowNs);
        supervisor.start();
        supervisor.stop();
        assertThat(log).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
        assertThat(supervisor.isRunning()).isFalse();
    }

    @Test
    void aFailingStartUndoesTheOthers() {
        failures.put("c", 1);
        final Supervisor supervisor = new Supervisor(
                SupervisorSpec.of(Strategy.ONE_FOR_ONE, permanent("a"), permanent("b"), permanent("c")), () -> nowNs);
        assertThatThrownBy(supervisor::start)
                .isInstanceOf(SupervisionException.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining("no start of c");
        assertThat(log).containsExactly("+a", "+b", "!c", "-b", "-a");
        assertThat(supervisor.isRunning()).isFalse();
    }

    @Test
    void eachStrategyRestartsItsGroup() {
        final ChildSpec[] children = {permanent("a"), permanent("b"), permanent("c")};
        final Supervisor one = started(Strategy.ONE_FOR_ONE, children);
        crash("b");
        settle(one);
        assertThat(log).containsExactly("+b");

        final Supervisor all = started(Strategy.ONE_FOR_ALL, children);
        crash("b");
        settle(all);
        assertThat(log).containsExactly("-c", "-a", "+a", "+b", "+c");

        final Supervisor rest = started(Strategy.REST_FOR_ONE, children);
        crash("b");
        settle(rest);
        assertThat(log).containsExactly("-c", "+b", "+c");
        assertThat(rest.counts()).isEqualTo(new ChildCounts(3, 3, 0, 3));
        assertThat(rest.restarts()).isEqualTo(1);
    }

    @Test
    void restartTypes() {
        final Supervisor supervisor = started(
                Strategy.ONE_FOR_ONE,
                permanent("always"),
                ChildSpec.whenFailed("failed", puppet("failed")),
                ChildSpec.temporary("once", puppet("once")));
        exit("always", null);
        exit("failed", null);
        exit("once", null);
        settle(supervisor);
        assertThat(log).containsExactly("+always");
        assertThat(supervisor.counts()).as("the temporary one is forgotten").isEqualTo(new ChildCounts(2, 1, 0, 2));

        supervisor.restart("failed");
        crash("failed");
        settle(supervisor);
        assertThat(log).containsExactly("+always", "+failed", "+failed");
    }

    @Test
    void beyondTheIntensityItGivesUp() {
        final List<Throwable> told = new ArrayList<>();
        final Supervisor supervisor = new Supervisor(
                new SupervisorSpec(Strategy.ONE_FOR_ONE, 2, SECOND, List.of(permanent("a"), permanent("b"))),
                () -> nowNs);
        supervisor.start(reason -> told.add(reason == null ? new Error("none") : reason));
        for (int i = 0; i < 5; i++) {
            crash("b");
            settle(supervisor);
            nowNs += SECOND; // one a second is within the intensity
        }
        assertThat(supervisor.isRunning()).isTrue();
        log.clear();
        for (int i = 0; i < 3; i++) {
            crash("b");
            settle(supervisor);
        }
        assertThat(supervisor.isRunning()).isFalse();
        assertThat(log).endsWith("-a");
        assertThat(told)
                .singleElement()
                .satisfies(
                        reason -> assertThat(reason.getMessage()).contains("'b'", "more than 2 times", "crash of b"));
    }

    @Test
    void aStartThatFailsInARestartIsTriedAgainAndCounts() {
        final Supervisor supervisor = started(Strategy.ONE_FOR_ONE, permanent("a"), permanent("b"));
        failures.put("b", 2);
        crash("b");
        supervisor.process();
        assertThat(supervisor.counts().active()).as("b is between two lives").isEqualTo(1);
        assertThat(supervisor.counts().specs()).isEqualTo(2);
        settle(supervisor);
        assertThat(log).containsExactly("!b", "!b", "+b");
        assertThat(supervisor.counts().active()).isEqualTo(2);

        failures.put("b", 50);
        crash("b");
        settle(supervisor);
        assertThat(supervisor.isRunning()).as("the third restart failed too").isFalse();
        assertThat(log.getLast()).isEqualTo("-a");
    }

    @Test
    void aSiblingThatFailsWhileItsGroupRestarts() {
        final Supervisor supervisor = started(Strategy.ONE_FOR_ALL, permanent("a"), permanent("b"), permanent("c"));
        final Puppet oldC = life("c");
        crash("a");
        oldC.listener.exited(new IllegalStateException("c too")); // before the supervisor has looked
        settle(supervisor);
        assertThat(log).as("one restart, c's old end means nothing").containsExactly("-c", "-b", "+a", "+b", "+c");
        assertThat(supervisor.restarts()).isEqualTo(1);

        failures.put("b", 1);
        log.clear();
        crash("c");
        settle(supervisor);
        assertThat(log).containsExactly("-b", "-a", "+a", "!b", "-a", "+a", "+b", "+c");
        assertThat(supervisor.counts().active()).isEqualTo(3);
    }

    @Test
    void theOneThatDeclinesIsLeftAlone() {
        final Supervisor supervisor = started(
                Strategy.ONE_FOR_ONE, permanent("a"), permanent("lazy"), ChildSpec.temporary("lazy2", puppet("lazy2")));
        assertThat(supervisor.counts()).isEqualTo(new ChildCounts(2, 1, 0, 2));
        crash("lazy");
        settle(supervisor);
        assertThat(log).isEmpty();
    }

    @Test
    void stoppingInTheMiddleOfARestartLoop() {
        final Supervisor supervisor = started(Strategy.ONE_FOR_ONE, permanent("a"), permanent("b"));
        failures.put("b", 1000);
        crash("b");
        supervisor.process();
        supervisor.stop();
        log.clear();
        settle(supervisor);
        assertThat(log).isEmpty();

        failures.put("b", -1);
        final Supervisor other = started(Strategy.ONE_FOR_ONE, permanent("a"), permanent("b"));
        failures.put("b", 1000);
        crash("b");
        other.process();
        other.terminate("b");
        settle(other);
        assertThat(other.counts()).isEqualTo(new ChildCounts(2, 1, 0, 2));
        failures.put("b", 0);
        other.restart("b");
        assertThat(other.counts().active()).isEqualTo(2);
    }

    @Test
    void whoDoesNotStopInTimeIsKilledAndNotListenedTo() {
        final Supervisor supervisor = started(Strategy.ONE_FOR_ALL, permanent("a"), permanent("b"));
        final Puppet stubborn = life("b");
        stubborn.stubborn = true;
        crash("a");
        settle(supervisor);
        assertThat(log).containsExactly("-b", "xb", "+a", "+b");
        stubborn.listener.exited(new IllegalStateException("at last"));
        assertThat(supervisor.process()).isZero();
    }

    @Test
    void childrenComeAndGo() {
        final Supervisor supervisor = started(Strategy.REST_FOR_ONE, permanent("a"));
        supervisor.add(permanent("b"));
        assertThatThrownBy(() -> supervisor.add(permanent("b"))).hasMessageContaining("'b' already");
        failures.put("bad", 1);
        assertThatThrownBy(() -> supervisor.add(permanent("bad"))).hasMessageContaining("no start of bad");
        assertThat(supervisor.counts().specs()).isEqualTo(2);
        assertThatThrownBy(() -> supervisor.delete("b")).hasMessageContaining("RUNNING");
        assertThatThrownBy(() -> supervisor.restart("b")).hasMessageContaining("terminate it first");
        supervisor.terminate("b");
        supervisor.delete("b");
        assertThatThrownBy(() -> supervisor.restart("b"))
                .hasMessageContaining("no child 'b'")
                .hasMessageContaining("[a]");
    }

    @Test
    void aSupervisorBelowThatGivesUpIsRestartedWhole() {
        final SupervisorSpec below = new SupervisorSpec(Strategy.ONE_FOR_ONE, 0, SECOND, List.of(permanent("leaf")));
        final Supervisor root = started(
                Strategy.ONE_FOR_ONE,
                permanent("a"),
                ChildSpec.permanent("below", () -> new Supervisor(below, () -> nowNs)));
        assertThat(root.counts()).isEqualTo(new ChildCounts(2, 2, 1, 1));
        crash("leaf");
        settle(root);
        assertThat(log).containsExactly("+leaf");
        assertThat(root.restarts()).isEqualTo(1);
        assertThat(root.tree("root").size()).isEqualTo(4);
        assertThat(root.tree("root").children().get(1).children().getFirst().state())
                .isEqualTo("running");
        root.stop();
        assertThat(log).containsExactly("+leaf", "-leaf", "-a");
    }

    @Test
    void endsBeforeItsStartReturned() {
        final int[] starts = {0};
        final Child brief = new Child() {
            @Override
            public Start start(final ExitListener exits) {
                starts[0]++;
                exits.exited(null);
                return Start.STARTED;
            }

            @Override
            public boolean stop(final long timeoutNs) {
                return true;
            }

            @Override
            public void kill() {
                // nothing runs
            }
        };
        final Supervisor supervisor = started(Strategy.ONE_FOR_ONE, ChildSpec.permanent("brief", () -> brief));
        settle(supervisor);
        assertThat(starts[0]).as("the first start and three restarts").isEqualTo(4);
        assertThat(supervisor.isRunning()).isFalse();
    }

    /** Whatever happens in whatever order: what runs is what was started and not ended, and order holds. */
    @Test
    void randomLives() {
        for (int seed = 0; seed < 500; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            lives.clear();
            failures.clear();
            final Strategy strategy = STRATEGIES.get(random.nextInt(3));
            final ChildSpec[] children = new ChildSpec[1 + random.nextInt(5)];
            for (int i = 0; i < children.length; i++) {
                children[i] = new ChildSpec("c" + i, puppet("c" + i), RESTARTS.get(random.nextInt(3)), SECOND);
            }
            final Supervisor supervisor =
                    new Supervisor(new SupervisorSpec(strategy, 4, SECOND, List.of(children)), () -> nowNs);
            supervisor.start();
            for (int step = 0; step < 60 && supervisor.isRunning(); step++) {
                final String name = "c" + random.nextInt(children.length);
                switch (random.nextInt(5)) {
                    case 0 -> crash(name);
                    case 1 -> exit(name, null);
                    case 2 -> failures.put(name, random.nextInt(3));
                    case 3 -> nowNs += random.nextLong(SECOND);
                    default -> supervisor.process();
                }
            }
            settle(supervisor);
            final ChildCounts counts = supervisor.counts();
            assertThat(counts.active()).as("seed %s", seed).isBetween(0, counts.specs());
            if (supervisor.isRunning()) {
                final long permanent = supervisor.tree("root").children().stream()
                        .filter(node -> node.kind().equals("permanent"))
                        .filter(node -> !node.state().equals("running"))
                        .count();
                assertThat(permanent)
                        .as("permanent children that do not run, seed %s", seed)
                        .isZero();
            } else {
                assertThat(counts.active()).isZero();
            }
        }
    }
}
