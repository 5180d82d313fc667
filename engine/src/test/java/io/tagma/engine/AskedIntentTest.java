package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tagma.engine.agent.Agent;
import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.fixture.Bidding;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.ingest.Decision;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Outcome;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AskedCounts;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MicroCredits;
import io.tagma.engine.market.SlotWeights;
import io.tagma.engine.shard.DecisionTrace;
import io.tagma.engine.shard.Replay;
import io.tagma.store.AuditTailer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Auctions whose bids come from outside: the shard goes on, late and malformed bids never count, and a replay asks nobody. */
class AskedIntentTest {
    private static final long CREDIT = MicroCredits.PER_CREDIT;
    private static final AuctionTerms VICKREY = AuctionTerms.of(AuctionRule.VICKREY, AuctionDirection.FORWARD);

    @TempDir
    Path directory;

    private final Bidding bidding = new Bidding();
    private final List<String> decided = new ArrayList<>();
    private final Decision decision = new Decision();
    private final Outcome outcome = new Outcome();

    @Test
    void theDecisionComesWithTheLastBidAndAReplayAsksNobody() {
        final Engine engine = Engine.launch(context("engine", 2, 40));
        assertThat(engine.decide(bidding.event(1), decision)).isEqualTo(SubmitCode.DEFERRED);
        assertThat(bidding.asked())
                .extracting(Bidding.Asked::service, Bidding.Asked::feature)
                .containsExactly(tuple(0, 1f), tuple(1, 1f));
        bidding.bid(1, 70 * CREDIT);
        Engines.stepUntilIdle(engine);
        assertThat(decided).isEmpty();
        bidding.bid(0, 55 * CREDIT);
        Engines.stepUntilIdle(engine);
        assertThat(decided).containsExactly("1 decided agent 1 for 55000000 at 3");
        assertThat(balance(engine, CreditLedger.ESCROW)).isEqualTo(55 * CREDIT);

        outcome.correlationId(1)
                .owner(Subjects.of(Workload.USER, 2))
                .timeNs(2)
                .label(1f)
                .intent(Event.UNCLASSIFIED);
        assertThat(engine.submit(outcome)).isZero();
        Engines.stepUntilIdle(engine);
        assertThat(balance(engine, CreditLedger.accountOf(1))).isEqualTo((Bidding.CREDITS - 55) * CREDIT);
        engine.close();
        bidding.asked().clear();
        assertThat(Engines.replay(context("engine", 2, 40))).isEqualTo(engine.stateHash());
        assertThat(bidding.asked()).isEmpty();
    }

    @Test
    void theWindowEndsOnTheEnginesClockAndWhatComesThenIsLate() {
        final Engine engine = Engine.launch(context("engine", 3));
        bidding.submit(engine, 1);
        bidding.bid(0, 20 * CREDIT);
        bidding.pass(Bidding.WINDOW_NS - 1);
        Engines.stepUntilIdle(engine);
        assertThat(decided).isEmpty();
        bidding.pass(1);
        Engines.stepUntilIdle(engine);
        assertThat(decided).containsExactly("1 decided agent 0 for 0 at 3");
        bidding.bid(1, 90 * CREDIT);
        bidding.bid(0, 21 * CREDIT);
        Engines.stepUntilIdle(engine);
        bidding.submit(engine, 2);
        engine.close(); // ends the second's window, without a bid
        assertThat(decided).hasSize(2);
        assertThat(decided.get(1)).startsWith("2 no-candidate");

        final AskedCounts counts = counts(engine);
        assertThat(counts.opened.get()).isEqualTo(2);
        assertThat(counts.ended.get()).isEqualTo(2);
        assertThat(counts.answered.get()).isZero();
        assertThat(counts.late.get()).isEqualTo(1);
        assertThat(counts.duplicates.get()).as("it had bid").isEqualTo(1);
        assertThat(counts.bids.get()).isEqualTo(1);
        assertThat(Engines.replay(context("engine", 3))).isEqualTo(engine.stateHash());
    }

    @Test
    void badBidsAreCountedByKindAndNeverAccepted() {
        final Engine engine = Engine.launch(context("engine", 2, 3));
        bidding.submit(engine, 1);
        bidding.bid(0, Float.NaN);
        bidding.bid(0, Float.POSITIVE_INFINITY);
        bidding.bid(0, -1f);
        bidding.bid(0, 1f, 2f);
        bidding.bid(0);
        bidding.bid(0, -7L);
        bidding.bid(0, MicroCredits.MAX + 1);
        bidding.bid(0, Long.MAX_VALUE);
        final long id = bidding.asked().get(0).id();
        bidding.bid(0, id + 2, 99 * CREDIT); // who posts was not asked
        bidding.bid(0, id + 3, 99 * CREDIT); // nobody
        bidding.bid(0, id + (1L << 22), 99 * CREDIT); // the next auction
        bidding.bid(0, id + (64L << 12), 99 * CREDIT); // a slot that is not
        Engines.stepUntilIdle(engine);
        assertThat(decided).isEmpty();
        bidding.bid(0, 5.5f); // now an amount
        bidding.bid(0, 99f);
        bidding.bid(1, Agent.DECLINE);
        Engines.stepUntilIdle(engine);
        engine.close();

        assertThat(decided).hasSize(1);
        assertThat(decided.get(0)).startsWith("1 decided agent 0 for 3000000");
        assertThat(counts(engine).malformed.get()).isEqualTo(8);
        assertThat(counts(engine).unknown.get()).isEqualTo(4);
        assertThat(counts(engine).duplicates.get()).isEqualTo(1);
        assertThat(counts(engine).bids.get()).isEqualTo(2);
        assertThat(Engines.replay(context("engine", 2, 3))).isEqualTo(engine.stateHash());
    }

    @Test
    void whoFailsOrIsNotReachedIsNotAwaited() {
        final Engine engine = Engine.launch(context("engine", 2, 3));
        bidding.submit(engine, 1);
        bidding.bid(0, 9 * CREDIT);
        bidding.failed(1);
        Engines.stepUntilIdle(engine);
        bidding.takes(false);
        bidding.submit(engine, 2);
        engine.close();
        assertThat(decided.get(0)).startsWith("1 decided agent 0 for 3000000");
        assertThat(decided.get(1)).startsWith("2 decided agent 2 for 0");
        assertThat(counts(engine).unavailable.get()).isEqualTo(3);
        assertThat(Engines.replay(context("engine", 2, 3))).isEqualTo(engine.stateHash());
    }

    @Test
    void aFullTableDecidesOnPostedBidsOrSaysThatNobodyWasAsked() {
        for (final boolean posts : new boolean[] {true, false}) {
            decided.clear();
            bidding.asked().clear();
            final String name = "posts-" + posts;
            final EngineContext context = full(name, posts);
            final Engine engine = Engine.launch(context);
            bidding.submit(engine, 1);
            bidding.submit(engine, 2);
            assertThat(engine.decide(bidding.event(3), decision)).isEqualTo(SubmitCode.ACCEPTED);
            assertThat(decision.status()).isEqualTo(posts ? Decision.DECIDED : Decision.NOT_ASKED);
            assertThat(bidding.asked()).hasSize(2);
            bidding.bid(0, 1 * CREDIT);
            bidding.bid(1, 2 * CREDIT);
            Engines.stepUntilIdle(engine);
            bidding.submit(engine, 4); // there is room again
            assertThat(bidding.asked()).hasSize(3);
            engine.close();
            assertThat(decided).hasSize(4);
            assertThat(counts(engine).full.get()).isEqualTo(1);
            assertThat(Engines.replay(full(name, posts))).isEqualTo(engine.stateHash());
        }
    }

    private EngineContext full(final String name, final boolean posts) {
        final EngineContext context = posts ? context(name, 1, 6) : context(name, 1);
        context.limits().openAuctions(2);
        return context;
    }

    @Test
    void whatWasOpenAtACrashIsAskedAgainUnderItsNumberAndDecidedOnce() {
        final Engine first = Engine.launch(context("live", 2));
        bidding.submit(first, 1);
        bidding.submit(first, 2);
        bidding.bid(0, 8 * CREDIT);
        bidding.bid(2, 4 * CREDIT);
        bidding.bid(3, 5 * CREDIT);
        Engines.stepUntilIdle(first);
        final Path left = CrashCopy.of(directory.resolve("live"), directory.resolve("left"));
        final Bidding.Asked open = bidding.asked().get(1);
        first.close();

        bidding.asked().clear();
        decided.clear();
        final Engine second = Engine.launch(context("left", 2));
        Engines.stepUntilIdle(second);
        assertThat(bidding.asked()).containsExactly(open); // who has bid is not asked again
        final Path twice = CrashCopy.of(left, directory.resolve("twice"));
        bidding.bid(0, 3 * CREDIT);
        Engines.stepUntilIdle(second);
        second.close();
        assertThat(decided).containsExactly("1 decided agent 0 for 3000000 at 6");
        assertThat(Engines.replay(context("left", 2))).isEqualTo(second.stateHash());

        decided.clear();
        final Engine third = Engine.launch(context("twice", 2));
        Engines.stepUntilIdle(third);
        bidding.pass(Bidding.WINDOW_NS);
        Engines.stepUntilIdle(third);
        assertThat(decided).containsExactly("1 decided agent 0 for 0 at 6");
        third.close();
        assertThat(Journals.decisions(twice, 0))
                .extracting(Journals.Decided::correlationId)
                .containsExactly(2L, 1L);
    }

    /** The running engine's snapshots are written from a replay of its journal, with windows open. */
    @Test
    void aSnapshotHoldsWhatIsAwaited() throws IOException {
        final Engine engine = Engine.launch(context("engine", 2, 3));
        bidding.submit(engine, 1);
        bidding.submit(engine, 2);
        bidding.bid(1, 8 * CREDIT);
        bidding.bid(2, -8L);
        Engines.stepUntilIdle(engine);
        final Path scratch = Files.createDirectory(directory.resolve("scratch"));
        try (Replay replay = Replay.open(context("engine", 2, 3), scratch)) {
            assertThat(replay.shard(0).advance(Long.MAX_VALUE, true)).isNull();
            assertThat(replay.stateHash()).isEqualTo(engine.stateHash());
            replay.shard(0).snapshot();
        }
        CrashCopy.of(directory.resolve("engine"), directory.resolve("left"));
        engine.close();

        bidding.asked().clear();
        final Engine next = Engine.launch(context("left", 2, 3));
        assertThat(next.shard(0).recoveredFrom()).isEqualTo("snapshot");
        Engines.stepUntilIdle(next);
        assertThat(bidding.asked()).extracting(Bidding.Asked::service).containsExactly(0, 0, 1);
        bidding.bid(0, 2 * CREDIT);
        Engines.stepUntilIdle(next);
        assertThat(decided).last().asString().startsWith("1 decided agent 1 for 3000000");
        next.close();
        assertThat(Engines.replay(context("left", 2, 3))).isEqualTo(next.stateHash());
    }

    @Test
    void batchesMakeNoDifference() {
        long hash = 0;
        List<String> all = List.of();
        for (final int batch : new int[] {1, 64, 1024}) {
            decided.clear();
            bidding.asked().clear();
            final EngineContext context = context("batch-" + batch, 3, 30);
            context.limits().maxBatch(batch).openAuctions(128);
            final Engine engine = Engine.launch(context);
            final SplittableRandom random = new SplittableRandom(5);
            int answered = 0;
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 100; i++) {
                    assertThat(engine.submit(bidding.event(1 + round * 100L + i)))
                            .isZero();
                }
                Engines.stepUntilIdle(engine);
                for (; answered < bidding.asked().size(); answered++) {
                    final long bid = random.nextLong(-10 * CREDIT, 60 * CREDIT);
                    while (bid % 10 != 0 && bidding.bid(answered, bid) == SubmitCode.FULL) {
                        engine.step();
                    }
                }
                Engines.stepUntilIdle(engine);
                bidding.pass(Bidding.WINDOW_NS);
                Engines.stepUntilIdle(engine);
            }
            engine.close();
            assertThat(decided).hasSize(1000);
            assertThat(counts(engine).ended.get()).isPositive();
            assertThat(counts(engine).answered.get()).isPositive();
            assertThat(counts(engine).malformed.get()).isPositive();
            if (batch > 1) {
                assertThat(engine.stateHash()).isEqualTo(hash);
                assertThat(decided).isEqualTo(all);
            }
            hash = engine.stateHash();
            all = List.copyOf(decided);
        }
        assertThat(all.stream().filter(line -> line.contains(" decided ")).count())
                .isGreaterThan(900);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theOtherSubjectsShardAsksAsWell(final int shards) {
        final Engine engine = Engine.launch(context("engine", 2).shards(shards));
        for (int i = 1; i <= 40; i++) {
            assertThat(engine.submit(bidding.event(i).peer(Subjects.of(Workload.SHOP, i))))
                    .isZero();
        }
        Engines.stepUntilIdle(engine);
        assertThat(bidding.asked()).hasSize(80);
        assertThat(bidding.asked()).extracting(Bidding.Asked::shard).contains(shards - 1);
        for (int i = 0; i < 80; i++) {
            bidding.bid(i, (i % 7) * CREDIT);
        }
        Engines.stepUntilIdle(engine);
        engine.close();
        assertThat(decided).hasSize(40).allMatch(line -> line.contains(" decided "));
        assertThat(Engines.replay(context("engine", 2).shards(shards))).isEqualTo(engine.stateHash());
    }

    @Test
    void severalSlotsAreSoldToWhomHasBidInTime() {
        final AuctionTerms slots = AuctionTerms.vcg(AuctionDirection.FORWARD, 0, SlotWeights.of(1_000_000, 500_000));
        final Engine engine = Engine.launch(listening(bidding.context(directory.resolve("engine"), slots, 3)));
        bidding.submit(engine, 1);
        bidding.bid(0, 30 * CREDIT);
        bidding.bid(2, 40 * CREDIT);
        Engines.stepUntilIdle(engine);
        bidding.pass(Bidding.WINDOW_NS);
        Engines.stepUntilIdle(engine);
        engine.close();
        assertThat(decided).containsExactly("1 decided agent 2 for 15000000 at 4 awards 2 0");
        assertThat(Engines.replay(bidding.context(directory.resolve("engine"), slots, 3)))
                .isEqualTo(engine.stateHash());
    }

    @Test
    void anExplanationShowsBidsWithTheirTimesAndLateOnes() throws IOException {
        final Engine engine = Engine.launch(context("engine", 3));
        bidding.submit(engine, 1);
        bidding.pass(2_000_000);
        bidding.bid(0, 7 * CREDIT);
        Engines.stepUntilIdle(engine);
        bidding.pass(Bidding.WINDOW_NS);
        Engines.stepUntilIdle(engine);
        bidding.pass(1_000_000);
        bidding.bid(2, 9 * CREDIT);
        Engines.stepUntilIdle(engine);
        engine.close();
        for (final long sequence : new long[] {1, 3}) { // the event, and the end of its window
            final Path scratch = Files.createDirectory(directory.resolve("scratch-" + sequence));
            try (Replay replay = Replay.open(context("engine", 3), scratch)) {
                final DecisionTrace trace = replay.shard(0).explain(sequence);
                assertThat(trace.winner()).isEqualTo("asks0");
                assertThat(trace.rows()).hasSize(sequence == 1 ? 1 : 0);
                final DecisionTrace.Asked asked = Objects.requireNonNull(
                        Objects.requireNonNull(trace.deal()).asked());
                assertThat(asked.eventSequence()).isEqualTo(1);
                assertThat(asked.windowNs()).isEqualTo(Bidding.WINDOW_NS);
                assertThat(asked.end()).isEqualTo("the window had passed");
                assertThat(asked.bids())
                        .containsExactly(
                                new DecisionTrace.AskedBid("asks0", 0, 7 * CREDIT, 2, 2_000_000, false),
                                new DecisionTrace.AskedBid("asks1", 1, DecisionTrace.NO_BID, 0, 0, false),
                                new DecisionTrace.AskedBid(
                                        "asks2", 2, DecisionTrace.NO_BID, 4, Bidding.WINDOW_NS + 3_000_000, true));
            }
        }
        final Path scratch = Files.createDirectory(directory.resolve("scratch"));
        try (Replay replay = Replay.open(context("engine", 3), scratch)) {
            assertThatThrownBy(() -> replay.shard(0).explain(2)).hasMessageContaining("a bid that ended no auction");
        }
    }

    @Test
    void theAuditNamesTheSubjectOfADecisionThatWaited() {
        final Engine engine = Engine.launch(context("engine", 1).audit(true));
        for (int i = 1; i <= 3; i++) {
            bidding.submit(engine, i);
        }
        for (int i = 2; i >= 0; i--) {
            bidding.bid(i, CREDIT);
            Engines.stepUntilIdle(engine);
        }
        engine.close();
        final List<String> lines = new ArrayList<>();
        try (AuditTailer tailer = AuditTailer.open(directory.resolve("engine/audit/shard-0"))) {
            while (tailer.next()) {
                final var fields = tailer.fields();
                lines.add(fields.get("correlationId") + " " + fields.get("subject") + " " + fields.get("eventTimeNs"));
            }
        }
        assertThat(lines).containsExactly("3 user:4 3", "2 user:3 2", "1 user:2 1");
    }

    @Test
    void whatCannotWorkIsNamed() {
        assertThatThrownBy(() -> IntentSpec.asked("deal", "deal", VICKREY, 0))
                .hasMessageContaining("deal")
                .hasMessageContaining("15000000");
        assertThatThrownBy(() -> IntentSpec.asked("deal", "deal", VICKREY, IntentSpec.MAX_WINDOW_NS + 1))
                .hasMessageContaining("windowNs");
        assertThatThrownBy(() -> Engine.launch(context("engine", 1).outside(OutsideTerms.NONE)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("'deal' asks for bids");
        final EngineContext uneven = context("engine", 1);
        uneven.limits().openAuctions(48);
        assertThatThrownBy(() -> Engine.launch(uneven)).hasMessageContaining("openAuctions");
        assertThat(Decision.describe(Decision.NOT_ASKED)).isEqualTo("not-asked");
        assertThat(SubmitCode.describe(SubmitCode.DEFERRED)).contains("waits for bids");
    }

    private EngineContext context(final String name, final int bidders, final long... posted) {
        return listening(bidding.context(directory.resolve(name), VICKREY, bidders, posted));
    }

    private EngineContext listening(final EngineContext context) {
        return context.listener(one -> decided.add(one.correlationId() + " " + Decision.describe(one.status())
                + " agent " + one.agent() + " for " + one.priceMicros() + " at " + one.sequence()
                + (one.awardCount() == 0 ? "" : " awards " + one.awardAgent(0) + " " + one.awardAgent(1))));
    }

    private static AskedCounts counts(final Engine engine) {
        return engine.shard(0).market().asked();
    }

    private static long balance(final Engine engine, final int account) {
        return engine.shard(0).market().balanceMicros(account);
    }
}
