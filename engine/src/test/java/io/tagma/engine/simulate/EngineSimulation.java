package io.tagma.engine.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.FaultLimits;
import io.tagma.engine.agent.AgentDescriptor;
import io.tagma.engine.agent.registry.LeaseOwner;
import io.tagma.engine.agent.registry.RegistryBackend;
import io.tagma.engine.agent.registry.RegistryConfig;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.shard.DeadLetters;
import io.tagma.store.StoreDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A whole engine under one seed, which drives what is submitted when, when shards are stepped, how the clock goes, how lazily decisions
 * are fetched, on which calls agents fail or hang, which leases tear, and whether the process dies in the middle. After each step
 * nothing may be lost or doubled and the ledger must be even; at the end a replay must come to the same state. Owned by one thread.
 */
final class EngineSimulation {
    /** One seed in so many has the process die. */
    static final int ONE_DIES_IN = 10;

    private static final int EVENTS = 60;
    private static final int MOST_STEPS = 20_000;
    private static final int VOTED = Team.SCORE;

    private final long seed;
    private final SplittableRandom random;
    private final Path root;
    private final Workload workload;
    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private final int shards;
    private final int ring;
    private final int batch;
    private final BitSet told = new BitSet();
    private final BitSet journaled = new BitSet();
    private Path directory;
    private Engine engine;
    private int next;
    private long listened;
    private long polled;
    private boolean dies;
    private boolean dead;

    EngineSimulation(final long seed, final Path root) {
        this.seed = seed;
        this.root = root;
        this.random = new SplittableRandom(seed);
        this.workload = Workload.of(seed, EVENTS);
        this.shards = 1 + random.nextInt(3);
        this.ring = 8 << random.nextInt(4);
        this.batch = 1 + random.nextInt(ring);
        this.dies = Math.floorMod(seed, ONE_DIES_IN) == 0;
        this.directory = root.resolve("life-1");
        this.engine = Engine.launch(context(directory));
    }

    private EngineContext context(final Path where) {
        final AuctionTerms terms = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);
        final EngineContext context = Team.bare(where)
                .shards(shards)
                .ringCapacity(ring)
                .decisionRingCapacity(16)
                .nanoClock(clock::get)
                .epochClock(clock::get)
                .faults(FaultLimits.DEFAULT.stallNs(0))
                .intent(IntentSpec.traded("deal", "deal", terms))
                .agent(Team.learner("early", 0.5f, false))
                .agent(Brittle.of(seed, 1, clock, "score", "route", "deal"))
                .agent(Brittle.of(seed, 2, clock, "score", "deal"))
                .agent(Brittle.of(seed, 3, clock, "score", "route", "deal"))
                .listener(this::listen);
        context.limits()
                .maxBatch(batch)
                .hashInterval(1 + Math.floorMod(seed, 50))
                .snapshotsKept(1);
        return context;
    }

    /** The whole run; throws where an invariant does not hold. */
    void run() {
        try (Leases leases = new Leases(root)) {
            int steps = 0;
            while (next < workload.inputs().size() || !idle()) {
                assertThat(++steps).as("steps").isLessThan(MOST_STEPS);
                switch (random.nextInt(8)) {
                    case 0, 1 -> submit(1 + random.nextInt(2 * ring));
                    case 2 -> poll();
                    case 3 -> clock.addAndGet(random.nextLong(2_000_000));
                    case 4 -> leases.step(random);
                    default -> engine.step();
                }
                if (dies && next > workload.inputs().size() / 2) {
                    dies = false;
                    die();
                }
                check();
            }
        } finally {
            engine.close();
        }
        checkAtTheEnd();
    }

    private void submit(final int most) {
        for (int i = 0; i < most && next < workload.inputs().size(); i++) {
            final int code = workload.offer(engine, next);
            if (code == SubmitCode.FULL) {
                return; // told, and tried again later
            }
            assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            next++;
        }
    }

    private void poll() {
        polled += engine.poll(
                decision -> assertThat(told.get((int) decision.correlationId())).isTrue(), 1 + random.nextInt(20));
    }

    private void listen(final Decision decision) {
        if (dead) {
            return;
        }
        final int event = (int) decision.correlationId();
        assertThat(told.get(event)).as("decided twice: event %d", event).isFalse();
        assertThat(journaled.get(event))
                .as("decided before the process died, and again: event %d", event)
                .isFalse();
        told.set(event);
        listened++;
    }

    private boolean idle() {
        boolean idle = true;
        for (int shard = 0; shard < shards; shard++) {
            idle &= engine.shard(shard).ingress().backlog() == 0
                    && engine.shard(shard).fromPeers().backlog() == 0;
        }
        if (idle) {
            Engines.stepUntilIdle(engine); // what waits for a way to another shard
        }
        return idle;
    }

    private void check() {
        long undelivered = 0;
        for (int shard = 0; shard < shards; shard++) {
            assertThat(engine.shard(shard).failure()).isNull();
            assertThat(engine.shard(shard).market().sumMicros()).as("ledger").isZero();
            undelivered += engine.shard(shard).undelivered();
            assertThat(engine.shard(shard).listenerFaults())
                    .as("what the listener found wrong")
                    .isZero();
        }
        assertThat(polled + undelivered).as("polled or found the ring full").isLessThanOrEqualTo(listened);
        assertThat(listened - polled - undelivered).as("waiting to be polled").isLessThanOrEqualTo(16);
    }

    /** As kill -9 leaves it; what was told before must be there, and what no journal has is submitted again. */
    private void die() {
        final Path copy = root.resolve("life-2");
        CrashCopy.of(directory, copy);
        dead = true;
        engine.close(); // what it still says comes from a process that is no more
        dead = false;
        engine = Engine.launch(context(copy));
        directory = copy;
        polled = 0;
        listened = 0;
        final long[] last = new long[shards];
        for (int shard = 0; shard < shards; shard++) {
            last[shard] = engine.shard(shard).lastCorrelationId();
        }
        for (final Journals.Decided decided : Journals.allDecisions(directory, shards)) {
            journaled.set((int) decided.correlationId());
        }
        final BitSet lost = (BitSet) told.clone();
        lost.andNot(journaled);
        assertThat(lost.isEmpty()).as("told, and gone: %s", lost).isTrue();
        told.clear();
        int again = next;
        for (int i = next - 1; i >= 0; i--) {
            final Workload.Input input = workload.inputs().get(i);
            if (!input.outcome() && input.id() > last[Subjects.shardOf(input.subject(), shards)]) {
                again = i;
            }
        }
        resubmit(again, last);
    }

    private void resubmit(final int from, final long[] last) {
        for (int i = from; i < next; i++) {
            final Workload.Input input = workload.inputs().get(i);
            if (!input.outcome() && input.id() > last[Subjects.shardOf(input.subject(), shards)]) {
                int code = workload.offer(engine, i);
                while (code == SubmitCode.FULL) {
                    engine.step();
                    code = workload.offer(engine, i);
                }
                assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            }
        }
    }

    private void checkAtTheEnd() {
        final List<Long> decided = new ArrayList<>();
        Journals.allDecisions(directory, shards).forEach(decision -> decided.add(decision.correlationId()));
        final List<Long> events = workload.inputs().stream()
                .filter(input -> !input.outcome())
                .map(Workload.Input::id)
                .toList();
        assertThat(decided).as("each event decided once").containsExactlyInAnyOrderElementsOf(events);
        final List<Long> poison = workload.inputs().stream()
                .filter(input -> !input.outcome() && input.intent() == VOTED && Brittle.isPoison(seed, input.id()))
                .map(Workload.Input::id)
                .toList();
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            assertThat(DeadLetters.list(store))
                    .extracting(DeadLetter::correlationId)
                    .doesNotHaveDuplicates()
                    .containsAll(poison);
        }
        assertThat(Engines.replay(context(directory))).as("replay").isEqualTo(engine.stateHash());
    }

    /** A registry whose owners end without a word. */
    private static final class Leases implements AutoCloseable {
        private final RegistryBackend registry;
        private final List<LeaseOwner> owners = new ArrayList<>();
        private int named;

        Leases(final Path root) {
            registry = RegistryConfig.heap().atLeast(64).open(root, () -> 1_000);
        }

        void step(final SplittableRandom random) {
            if (owners.size() < 20) {
                final LeaseOwner owner = LeaseOwner.agent("owner-" + named);
                registry.register("sim", AgentDescriptor.of("agent-" + named++), owner);
                owners.add(owner);
            }
            if (random.nextInt(3) == 0) {
                owners.remove(random.nextInt(owners.size())).end();
            }
            registry.doWork();
            registry.doWork();
            final List<LeaseOwner> there = new ArrayList<>();
            registry.forEach(entry -> there.add(entry.owner()));
            assertThat(there).as("leases").containsExactlyInAnyOrderElementsOf(owners);
        }

        @Override
        public void close() {
            registry.close();
        }
    }
}
