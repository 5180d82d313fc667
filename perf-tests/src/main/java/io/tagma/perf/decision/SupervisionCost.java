package io.tagma.perf.decision;

import io.tagma.engine.FaultLimits;
import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.AgentFactory;
import io.tagma.engine.agent.Ballot;
import io.tagma.engine.agent.Task;
import io.tagma.perf.market.Alone;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.tools.fraud.FraudWorld;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What supervision costs a decision where nothing fails, ns of the deciding thread's CPU time, A and B by turns in one process: an engine that watches, limits and keeps
 * letters against one that does none of it ({@link FaultLimits#NONE}), and alone, in tight loops, what every engine pays: an agent's call
 * through its cell against the same call without, and the watchdog's beat of a duty cycle. Run by one thread.
 *
 * <p>Arguments: payments (600000), slice (20000), seed (1).
 */
public final class SupervisionCost {
    private static final int CALLS = 2_000_000;
    private static final int ROUNDS = 15;
    private static final double NS_PER_US = 1e3;

    // What this thread works, not how long it waits for a core: all of a stepped engine's decisions are made on it.
    private final NanoClock clock = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
    private final PrintStream out;

    private SupervisionCost(final PrintStream out) {
        this.out = out;
    }

    /** Measures and prints. */
    @SuppressWarnings("SystemOut")
    public static void main(final String[] args) throws IOException {
        final int count = args.length > 0 ? Integer.parseInt(args[0]) : 600_000;
        final int slice = args.length > 1 ? Integer.parseInt(args[1]) : 20_000;
        final long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        final SupervisionCost cost = new SupervisionCost(System.out);
        cost.calls();
        cost.decisions(Payments.of(FraudWorld.handbook(seed), count), slice);
        System.exit(0);
    }

    private void decisions(final Payments payments, final int slice) throws IOException {
        final Path directory = Files.createTempDirectory("supervision-");
        for (final boolean team : new boolean[] {false, true}) {
            final String name = team ? "four agents" : "one agent";
            try (TagmaDecider none = decider(payments, directory.resolve(name + "-none"), team, FaultLimits.NONE);
                    TagmaDecider other =
                            decider(payments, directory.resolve(name + "-none-2"), team, FaultLimits.NONE);
                    TagmaDecider usual = decider(payments, directory.resolve(name), team, FaultLimits.DEFAULT)) {
                final TagmaDecider[] all = {none, other, usual};
                final int rounds = payments.count() / slice;
                final double[][] ns = new double[all.length][rounds];
                for (int round = 0; round < rounds; round++) {
                    for (int turn = 0; turn < all.length; turn++) {
                        final int who = (round + turn) % all.length; // nobody is always first behind the pause
                        final long began = clock.nanoTime();
                        all[who].run((round + 1) * slice);
                        ns[who][round] = (double) (clock.nanoTime() - began) / slice;
                    }
                }
                out.printf(
                        Locale.ROOT,
                        "%-12s none %.1f ns a decision, usual %+.1f, none again %+.1f (medians of %d slices of %d; the"
                                + " first third warms)%n",
                        name,
                        median(ns[0], rounds / 3, null),
                        median(ns[2], rounds / 3, ns[0]),
                        median(ns[1], rounds / 3, ns[0]),
                        rounds - rounds / 3,
                        slice);
            }
        }
        Scratch.delete(directory);
    }

    private static TagmaDecider decider(
            final Payments payments, final Path directory, final boolean team, final FaultLimits faults) {
        return new TagmaDecider(
                payments, directory, new DecisionSink(payments.count()), team, Threading.CALLER, faults);
    }

    /** Of the values from {@code from} on, or of how much they are above another's. */
    private static double median(final double[] values, final int from, final double @Nullable [] above) {
        final double[] sorted = new double[values.length - from];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = values[from + i] - (above == null ? 0 : above[from + i]);
        }
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void calls() {
        final Task task = new Task(new UnsafeBuffer(new byte[0]), 1);
        final Ballot ballot = new Ballot();
        final AgentDescriptor descriptor = AgentDescriptor.of("one", "any");
        final Agent[] agents = {new Steady(0.1f), new Steady(0.2f), new Steady(0.3f), new Steady(0.4f)};
        final AgentCell[] cells = new AgentCell[agents.length];
        for (int i = 0; i < cells.length; i++) {
            final Agent agent = agents[i];
            cells[i] = new AgentCell(i, descriptor, AgentFactory.of(descriptor, c -> agent), new Alone(i));
        }
        final double[] nothing = new double[ROUNDS];
        final double[] direct = new double[ROUNDS];
        final double[] shielded = new double[ROUNDS];
        final double[] beats = new double[ROUNDS];
        final Beat beat = new Beat();
        for (int round = 0; round < ROUNDS; round++) {
            nothing[round] = perCall(i -> {});
            direct[round] = perCall(i -> {
                ballot.reset();
                agents[i & 3].handle(task, ballot);
            });
            shielded[round] = perCall(i -> cells[i & 3].handle(task, ballot));
            beats[round] = perCall(i -> {
                beat.begin();
                beat.end();
            });
        }
        final int warm = ROUNDS / 3;
        out.printf(
                Locale.ROOT,
                "a call       %.2f ns directly, %+.2f through its cell; a duty cycle's beat %.2f (medians of %d x %.1f"
                        + " M)%n",
                median(direct, warm, nothing),
                median(shielded, warm, direct),
                median(beats, warm, nothing),
                ROUNDS - warm,
                CALLS / (NS_PER_US * NS_PER_US));
    }

    private double perCall(final IntConsumer call) {
        final long began = clock.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            call.accept(i);
        }
        return (double) (clock.nanoTime() - began) / CALLS;
    }

    private record Steady(float logOdds) implements Agent {
        @Override
        public void handle(final Task task, final Ballot ballot) {
            ballot.logOdds(logOdds);
        }
    }

    /** The stores of the shard's own beat, which is not for others to call. */
    private static final class Beat {
        private static final VarHandle TURN;

        static {
            try {
                TURN = MethodHandles.lookup().findVarHandle(Beat.class, "turn", long.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long turn;

        @SuppressWarnings("UnusedVariable") // stored as the shard does
        private @Nullable Thread thread;

        void begin() {
            thread = Thread.currentThread();
            TURN.setRelease(this, turn + 1);
        }

        void end() {
            TURN.setRelease(this, turn + 1);
        }
    }
}
