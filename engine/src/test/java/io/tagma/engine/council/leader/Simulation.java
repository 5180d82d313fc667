package io.tagma.engine.council.leader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Members of one topic over a network that loses, delays, doubles, reorders and cuts, each with a clock of its own that starts
 * anywhere and runs up to half a per cent fast or slow. Everything follows from the seed. After every event it is checked that
 * nobody leads beside another. Owned by one thread.
 */
final class Simulation {
    /** A lease of 1,000 ns, of which 20 are for drift: two clocks drift apart by 10 at most. */
    static final LeaderConfig CONFIG = new LeaderConfig(1_000, 20, 200, 400);

    private static final int TICK_NS = 40;
    private static final double MOST_DRIFT = 0.005;

    private record Event(
            long atNs, long order, int to, @Nullable LeaderMessage message) {}

    private final SplittableRandom random;
    private final int members;
    private final LeaderElection[] elections;
    private final long[] offsets;
    private final double[] rates;
    private final int[] sides;
    private final long[] stalledUntilNs;
    private final PriorityQueue<Event> network =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private final Map<Long, Integer> leaderOfTerm = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private double loss;
    private double doubled;
    private int mostDelayNs = 30;
    private long nowNs;
    private long order;
    private long newestToken;

    Simulation(final long seed, final int members) {
        this.random = new SplittableRandom(seed);
        this.members = members;
        this.elections = new LeaderElection[members];
        this.offsets = new long[members];
        this.rates = new double[members];
        this.sides = new int[members];
        this.stalledUntilNs = new long[members];
        for (int i = 0; i < members; i++) {
            offsets[i] = random.nextLong(1L << 40) - (1L << 39);
            rates[i] = 1.0 + MOST_DRIFT * (2 * random.nextDouble() - 1);
            elections[i] = election(i);
            schedule(i, null, random.nextInt(TICK_NS));
        }
    }

    private LeaderElection election(final int self) {
        return new LeaderElection(0, self, members, CONFIG, (to, message) -> send(self, to, message), clock(self));
    }

    private long clock(final int member) {
        return offsets[member] + (long) (nowNs * rates[member]);
    }

    private void send(final int from, final int to, final LeaderMessage message) {
        if (sides[from] != sides[to] || random.nextDouble() < loss) {
            return;
        }
        schedule(to, message, 1 + random.nextInt(mostDelayNs));
        if (random.nextDouble() < doubled) {
            schedule(to, message, 1 + random.nextInt(4 * mostDelayNs));
        }
    }

    private void schedule(final int to, final @Nullable LeaderMessage message, final long inNs) {
        network.add(new Event(nowNs + inNs, order++, to, message));
    }

    /** Lets {@code forNs} pass. */
    void run(final long forNs) {
        final long untilNs = nowNs + forNs;
        while (network.element().atNs <= untilNs) {
            final Event event = network.remove();
            nowNs = event.atNs;
            final int to = event.to;
            if (stalledUntilNs[to] > nowNs) {
                // A stalled member sees what came meanwhile when it goes on, and the clock has gone on without it.
                network.add(new Event(stalledUntilNs[to], order++, to, event.message));
                continue;
            }
            final LeaderMessage message = event.message;
            if (message == null) {
                elections[to].onTick(clock(to));
                schedule(to, null, TICK_NS + random.nextInt(3));
            } else {
                elections[to].onMessage(message, clock(to));
            }
            check();
        }
        nowNs = untilNs;
        check();
    }

    private void check() {
        int leader = LeaderElection.NOBODY;
        for (int i = 0; i < members; i++) {
            final long token = elections[i].token(clock(i));
            if (token == LeaderElection.NO_TOKEN) {
                continue;
            }
            if (leader != LeaderElection.NOBODY) {
                throw new AssertionError("two lead at " + nowNs + ": " + leader + " and " + i + "; " + log);
            }
            leader = i;
            final Integer before = leaderOfTerm.putIfAbsent(token, i);
            if (before != null && before != i) {
                throw new AssertionError("two leaders in term " + token + ": " + before + " and " + i + "; " + log);
            }
            if (token < newestToken) {
                throw new AssertionError("token " + token + " after " + newestToken + "; " + log);
            }
            newestToken = token;
        }
    }

    /** Cuts members into sides, one number each; same numbers hear each other. */
    void cut(final int... bySide) {
        System.arraycopy(bySide, 0, sides, 0, members);
    }

    /** Heals everything. */
    void heal() {
        Arrays.fill(sides, 0);
        Arrays.fill(stalledUntilNs, 0);
        loss = 0;
        doubled = 0;
        mostDelayNs = 30;
    }

    /** Brings a random fault, or a random mix of them. */
    void harm() {
        switch (random.nextInt(7)) {
            case 0 -> {
                for (int i = 0; i < members; i++) {
                    sides[i] = random.nextInt(3);
                }
            }
            case 1 -> Arrays.fill(sides, 0);
            case 2 -> loss = random.nextDouble() * 0.6;
            case 3 -> doubled = random.nextDouble();
            case 4 -> mostDelayNs = 1 + random.nextInt(random.nextBoolean() ? 60 : 3_000);
            case 5 -> stalledUntilNs[random.nextInt(members)] = nowNs + random.nextInt(4_000);
            default -> restart(random.nextInt(members));
        }
        log.add(nowNs + " sides " + Arrays.toString(sides) + " loss " + loss + " delay " + mostDelayNs);
    }

    private void restart(final int member) {
        final LeaderElection old = elections[member];
        offsets[member] = random.nextLong(1L << 40) - (1L << 39);
        elections[member] = election(member);
        elections[member].restore(old.term(), old.votedFor(), clock(member));
    }

    /** Who leads now, or {@link LeaderElection#NOBODY}. */
    int leader() {
        for (int i = 0; i < members; i++) {
            if (elections[i].leads(clock(i))) {
                return i;
            }
        }
        return LeaderElection.NOBODY;
    }

    /** Whom member {@code i} takes for the leader. */
    int leaderFor(final int i) {
        return elections[i].leader(clock(i));
    }

    long term(final int i) {
        return elections[i].term();
    }

    long token(final int i) {
        return elections[i].token(clock(i));
    }

    int random(final int bound) {
        return random.nextInt(bound);
    }
}
