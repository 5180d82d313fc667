package io.tagma.engine.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineContext;
import io.tagma.engine.FaultLimits;
import io.tagma.engine.agent.AgentQuota;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.observe.DeadLetter;
import io.tagma.engine.shard.DeadLetters;
import io.tagma.engine.shard.Replay;
import io.tagma.engine.shard.ShardView;
import io.tagma.store.StoreDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A whole engine under one seed, all of it on one thread: the seed drives what is submitted when, which shard has its turn, how the clock
 * goes, how lazily decisions are fetched, on which calls agents fail or hang, which leases end without a word, and when the process
 * dies, between two duty cycles or within a batch whose outcome is not journaled yet.
 *
 * <p>After each action: nothing is decided twice or by another shard than the owner's, the ledger is even, and every table keeps its
 * bound. After each death: what was told is in the journal. At the end: each event is decided once, the poisonous ones are dead
 * letters, no thread was made, and a replay comes to the same state. Owned by one thread.
 */
final class EngineSimulation {
    /** One seed in so many has the process die, once or twice. */
    static final int ONE_DIES_IN = 6;

    private static final int ONE_IS_TIGHT_IN = 5;
    private static final int ONE_HAS_VECTORS_IN = 7;
    private static final int ONE_HAS_QUOTA_IN = 3;
    private static final Pattern POISON = Pattern.compile("poison (\\d+)");
    private static final int EVENTS = 60;
    private static final int MOST_STEPS = 20_000;
    private static final int VOTED = Team.SCORE;
    private static final int TRADED = 2;
    private static final int ONE_TRADES_IN = 6;
    private static final int DECISION_RING = 16;
    private static final int TIGHT_ROWS = 24;
    private static final int TIGHT_PENDING = 16;

    /** A probe of the table of those that wait runs past its last home slot. */
    private static final int PROBED_BEYOND = 7;

    /** Its inputs go in without a ring. */
    private static final int ONE_IS_STAGED_IN = 4;

    private static final long MS = 1_000_000;

    /** An agent that hangs takes more than that. */
    private static final AgentQuota QUOTA = new AgentQuota(200 * MS, Long.MAX_VALUE, 1_000 * MS, 100 * MS, 1);

    private final long seed;
    private final SplittableRandom random;
    private final Path root;
    private final Workload workload;
    private final AtomicLong clock = new AtomicLong(1_000_000_000);
    private final SimulatedLeases leases = new SimulatedLeases(clock);
    private final int shards;
    private final int ring;
    private final int batch;
    private final boolean staged;
    private final BitSet told = new BitSet();
    private final BitSet journaled = new BitSet();
    private Path directory;
    private Engine engine;
    private int lives = 1;
    private int deaths;
    private int next;
    private long listened;
    private long polled;
    private @Nullable AssertionError wrong;
    private boolean diesWithin;
    private boolean dead;

    EngineSimulation(final long seed, final Path root) {
        this.seed = seed;
        this.root = root;
        this.random = new SplittableRandom(seed);
        this.workload = Workload.of(seed, EVENTS);
        this.shards = 1 + random.nextInt(3);
        this.ring = 8 << random.nextInt(4);
        this.batch = 1 + random.nextInt(ring);
        this.staged = isOneIn(ONE_IS_STAGED_IN);
        this.deaths = isOneIn(ONE_DIES_IN) ? 1 + random.nextInt(2) : 0;
        this.directory = life();
        this.engine = Engine.launch(context(directory));
    }

    private boolean isOneIn(final int many) {
        return Math.floorMod(seed, many) == 0;
    }

    private Path life() {
        return root.resolve("life-" + lives);
    }

    private EngineContext context(final Path where) {
        final AuctionTerms terms = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);
        final EngineContext context = Team.bare(where)
                .shards(shards)
                .observersStepped(true)
                .kernel(isOneIn(ONE_HAS_VECTORS_IN) ? "auto" : "scalar")
                .ringCapacity(ring)
                .decisionRingCapacity(DECISION_RING)
                .nanoClock(clock::get)
                .epochClock(clock::get)
                .faults(FaultLimits.DEFAULT.stallNs(0))
                .intent(IntentSpec.traded("deal", "deal", terms))
                .agent(Team.learner("early", 0.5f, false))
                .agent(Brittle.of(seed, 1, clock, this::within, "score", "route", "deal"))
                .agent(Brittle.of(seed, 2, clock, this::within, "score", "deal"))
                .agent(Brittle.of(seed, 3, clock, this::within, "score", "route", "deal"))
                .listener(this::listen);
        context.limits()
                .maxBatch(batch)
                .hashInterval(1 + Math.floorMod(seed, 50))
                .snapshotsKept(1)
                .agentQuota(isOneIn(ONE_HAS_QUOTA_IN) ? QUOTA : AgentQuota.NONE);
        if (isOneIn(ONE_IS_TIGHT_IN)) {
            context.limits().maxRows(TIGHT_ROWS).pendingCapacity(TIGHT_PENDING);
        }
        return context;
    }

    /** The whole run; throws where an invariant does not hold. */
    void run() {
        try {
            final int part = workload.inputs().size() / (deaths + 1);
            int steps = 0;
            while (next < workload.inputs().size() || !idle()) {
                assertThat(++steps).as("steps").isLessThan(MOST_STEPS);
                act();
                if (deaths > 0 && next > part * lives) {
                    deaths--;
                    die();
                }
                check();
            }
        } finally {
            engine.close();
        }
        checkAtTheEnd();
    }

    private void act() {
        switch (random.nextInt(9)) {
            case 0, 1 -> submit(1 + random.nextInt(2 * ring));
            case 2 -> poll();
            case 3 -> clock.addAndGet(random.nextLong(2 * MS));
            case 4 -> leases.step(engine, random);
            case 5, 6 -> engine.step(random.nextInt(shards));
            default -> engine.step();
        }
    }

    private void submit(final int most) {
        for (int i = 0; i < most && next < workload.inputs().size(); i++) {
            final int code = offer(next);
            if (code == SubmitCode.FULL) {
                return; // told, and tried again later
            }
            assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            next++;
        }
    }

    private int offer(final int i) {
        final Workload.Input input = workload.inputs().get(i);
        if (input.outcome() || intent(input) != TRADED) {
            return staged ? workload.stage(engine, i) : workload.offer(engine, i);
        }
        final Event event = workload.event(input).intent(TRADED);
        return staged ? engine.staged().add(event) : engine.submit(event);
    }

    /** Some of the workload's events are traded here. */
    private static int intent(final Workload.Input input) {
        return input.id() % ONE_TRADES_IN == 0 ? TRADED : input.intent();
    }

    private void poll() {
        polled += engine.poll(
                decision -> assertThat(told.get((int) decision.correlationId())).isTrue(), 1 + random.nextInt(20));
    }

    private void listen(final Decision decision) {
        if (dead) {
            return;
        }
        try {
            check(decision);
        } catch (final AssertionError found) {
            wrong = found; // the engine keeps a listener's trouble to itself
        }
        told.set((int) decision.correlationId());
        listened++;
    }

    private void check(final Decision decision) {
        final int event = (int) decision.correlationId();
        assertThat(told.get(event)).as("decided twice: event %d", event).isFalse();
        assertThat(journaled.get(event))
                .as("decided before the process died, and again: event %d", event)
                .isFalse();
        final Workload.Input input = workload.inputs().stream()
                .filter(one -> !one.outcome() && one.id() == event)
                .findFirst()
                .orElseThrow();
        // Where the first subject's row finds no room, the second's owner is not asked.
        final long owner = decision.status() == Decision.STORE_FULL && decision.shard() != shardOf(input.decider())
                ? input.subject()
                : input.decider();
        assertThat(decision.shard()).as("the owner of event %d", event).isEqualTo(shardOf(owner));
    }

    private int shardOf(final long subject) {
        return Subjects.shardOf(subject, shards);
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
        if (wrong != null) {
            throw wrong;
        }
        long undelivered = 0;
        for (int number = 0; number < shards; number++) {
            final ShardView shard = engine.shard(number);
            assertThat(shard.failure()).isNull();
            assertThat(shard.market().sumMicros()).as("ledger").isZero();
            assertThat(shard.listenerFaults())
                    .as("what the listener found wrong")
                    .isZero();
            assertThat(shard.store().size())
                    .as("rows")
                    .isLessThanOrEqualTo(engine.context().limits().maxRows());
            assertThat(shard.pending())
                    .as("decisions that wait for their outcome")
                    .isLessThanOrEqualTo(engine.context().limits().pendingCapacity() + PROBED_BEYOND);
            assertThat(shard.ingress().backlog()).as("ring").isLessThanOrEqualTo(ring);
            undelivered += shard.undelivered();
        }
        assertThat(engine.observers().failures()).as("failures of observers").isZero();
        assertThat(polled + undelivered).as("polled or found the ring full").isLessThanOrEqualTo(listened);
        assertThat(listened - polled - undelivered).as("waiting to be polled").isLessThanOrEqualTo(DECISION_RING);
    }

    /** As kill -9 leaves it; what was told before must be there, and what no journal has is submitted again. */
    private void die() {
        final Path before = directory;
        lives++;
        directory = life();
        diesWithin = random.nextBoolean();
        if (diesWithin) {
            engine.step();
        }
        if (!dead) {
            diesWithin = false;
            CrashCopy.of(before, directory);
            dead = true;
        }
        engine.close(); // what it still says comes from a process that is no more
        engine = Engine.launch(context(directory));
        dead = false;
        leases.forget();
        polled = 0;
        listened = 0;
        told.or(journaled);
        journaled.clear();
        for (final Journals.Decided decided : Journals.allDecisions(directory, shards)) {
            journaled.set((int) decided.correlationId());
        }
        final BitSet lost = (BitSet) told.clone();
        lost.andNot(journaled);
        assertThat(lost.isEmpty()).as("told, and gone: %s", lost).isTrue();
        told.clear();
        submitAgain();
    }

    /** Called by agents at their work: the inputs of this batch are in the journal, what comes of them is not. */
    private void within() {
        if (diesWithin) {
            diesWithin = false;
            CrashCopy.of(root.resolve("life-" + (lives - 1)), directory);
            dead = true;
        }
    }

    /** What was taken from the caller and no journal has. Which events these are, the shards tell. */
    private void submitAgain() {
        final long[] last = new long[shards];
        for (int shard = 0; shard < shards; shard++) {
            last[shard] = engine.shard(shard).lastCorrelationId();
        }
        for (int i = 0; i < next; i++) {
            final Workload.Input input = workload.inputs().get(i);
            if (!input.outcome() && input.id() > last[shardOf(input.subject())]) {
                int code = offer(i);
                while (code == SubmitCode.FULL) {
                    engine.step();
                    code = offer(i);
                }
                assertThat(code).isEqualTo(SubmitCode.ACCEPTED);
            }
        }
    }

    private void checkAtTheEnd() {
        assertThat(engine.context().threads().alive()).as("threads").isEmpty();
        final List<Journals.Decided> decisions = Journals.allDecisions(directory, shards);
        final List<Long> events = new ArrayList<>();
        final BitSet poison = new BitSet();
        for (final Workload.Input input : workload.inputs()) {
            if (!input.outcome()) {
                events.add(input.id());
                poison.set((int) input.id(), intent(input) == VOTED && Brittle.isPoison(seed, input.id()));
            }
        }
        assertThat(decisions)
                .extracting(Journals.Decided::correlationId)
                .as("each event decided once")
                .containsExactlyInAnyOrderElementsOf(events);
        // Nobody was asked about an event whose row found no room.
        decisions.stream()
                .filter(decision -> decision.status() == Decision.STORE_FULL)
                .forEach(decision -> poison.clear((int) decision.correlationId()));
        final Set<Long> met = poisonMet();
        if (!isOneIn(ONE_HAS_QUOTA_IN)) { // an agent on probation is not asked, and so does not fail
            assertThat(met).containsAll(poison.stream().asLongStream().boxed().toList());
        }
        try (StoreDirectory store = StoreDirectory.attach(directory)) {
            assertThat(DeadLetters.list(store))
                    .extracting(DeadLetter::correlationId)
                    .doesNotHaveDuplicates()
                    .containsAll(met);
        }
        try (Replay replay = Replay.open(context(directory), root)) {
            for (int shard = 0; shard < shards; shard++) {
                assertThat(replay.shard(shard).advance(Long.MAX_VALUE, true))
                        .as("replay of shard %d", shard)
                        .isNull();
            }
            assertThat(replay.stateHash()).as("state of the replay").isEqualTo(engine.stateHash());
        }
    }

    /** The poisonous events on which as many agents failed, by the journals, as make a dead letter. */
    private Set<Long> poisonMet() {
        final Map<Long, Integer> faults = new HashMap<>();
        for (int shard = 0; shard < shards; shard++) {
            for (final Journals.Fault fault : Journals.faults(directory, shard)) {
                final Matcher poison = POISON.matcher(fault.reason());
                if (poison.find()) {
                    faults.merge(Long.parseLong(poison.group(1)), 1, Integer::sum);
                }
            }
        }
        faults.values().removeIf(many -> many < engine.context().faults().poisonFaults());
        return faults.keySet();
    }
}
