package io.tagma.engine.council.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.council.leader.LeaderMessage.Kind;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One leader a topic, whatever the network does; and one again when it stops doing it. */
class LeaderElectionTest {
    private static final long LONG_ENOUGH_NS = 12_000;

    @Test
    void onlyTheSideOfThreeElectsAndHealingBringsAllTogether() {
        for (int seed = 0; seed < 200; seed++) {
            final Simulation five = new Simulation(seed, 5);
            five.run(LONG_ENOUGH_NS);
            final int old = five.leader();
            assertThat(old).isNotEqualTo(LeaderElection.NOBODY);
            final long before = five.term(old);
            assertThat(five.token(old)).isEqualTo(before);

            final int[] sides = new int[5];
            sides[old] = 1;
            sides[(old + 1) % 5] = 1;
            five.cut(sides);
            five.run(Simulation.CONFIG.leaseNs());
            assertThat(five.token(old)).as("its lease is over").isEqualTo(LeaderElection.NO_TOKEN);
            five.run(LONG_ENOUGH_NS);
            final int next = five.leader();
            assertThat(next).isNotEqualTo(LeaderElection.NOBODY);
            assertThat(sides[next]).as("of the three").isZero();
            assertThat(five.term(next)).isGreaterThan(before);
            assertThat(five.term(old)).as("the two elect nobody").isEqualTo(before);

            final long term = five.term(next);
            five.heal();
            five.run(LONG_ENOUGH_NS);
            assertThat(five.leader()).as("who was cut off deposes nobody").isEqualTo(next);
            for (int i = 0; i < 5; i++) {
                assertThat(five.leaderFor(i)).isEqualTo(next);
                assertThat(five.term(i)).isEqualTo(term);
            }
        }
    }

    @Test
    void theFirstLeaderHasTermOneAndTheOneAfterThePartitionTermTwo() {
        final Simulation five = new Simulation(1, 5);
        five.run(LONG_ENOUGH_NS);
        final int old = five.leader();
        assertThat(five.term(old)).isEqualTo(1);
        final int[] sides = new int[5];
        sides[old] = 1;
        sides[(old + 1) % 5] = 1;
        five.cut(sides);
        five.run(LONG_ENOUGH_NS);
        assertThat(five.token(five.leader())).isEqualTo(2);
    }

    @Test
    void thereIsNeverASecondLeaderShort() {
        neverASecondLeader(0, 2_000);
    }

    @Test
    @Tag("slow")
    void thereIsNeverASecondLeader() {
        neverASecondLeader(0, 100_000);
    }

    // The simulation throws where two lead at once, in one term, or with a token that goes back.
    private static void neverASecondLeader(final int from, final int until) {
        long terms = 0;
        for (int seed = from; seed < until; seed++) {
            try {
                terms += harmed(seed);
            } catch (final AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(terms).as("faults bring new leaders").isGreaterThan(2L * (until - from));
    }

    private static long harmed(final int seed) {
        final int members = 3 + seed % 5;
        final Simulation simulation = new Simulation(seed, members);
        for (int faults = 0; faults < 8; faults++) {
            simulation.run(200 + simulation.random(2_500));
            simulation.harm();
        }
        simulation.heal();
        simulation.run(2 * LONG_ENOUGH_NS);
        final int leader = simulation.leader();
        assertThat(leader).as("healed, one leads").isNotEqualTo(LeaderElection.NOBODY);
        for (int i = 0; i < members; i++) {
            assertThat(simulation.leaderFor(i)).isEqualTo(leader);
            assertThat(simulation.term(i)).isEqualTo(simulation.term(leader));
        }
        return simulation.term(leader);
    }

    @Test
    void aloneAMemberLeadsAtOnceAndOfTwoNoneLeadsAlone() {
        final Simulation one = new Simulation(3, 1);
        one.run(LONG_ENOUGH_NS);
        assertThat(one.leader()).isZero();
        final Simulation two = new Simulation(3, 2);
        two.cut(0, 1);
        two.run(LONG_ENOUGH_NS);
        assertThat(two.leader()).isEqualTo(LeaderElection.NOBODY);
    }

    @Test
    void aMemberVotesOnceATermAlsoAcrossARestart(@TempDir final Path directory) {
        final List<LeaderMessage> sent = new ArrayList<>();
        final LeaderOutput output = (to, message) -> sent.add(message);
        final LeaderElection voter = new LeaderElection(7, 0, 3, Simulation.CONFIG, output, 0);
        voter.onMessage(new LeaderMessage(Kind.CANDIDACY, 7, 1, 4, 10), 5);
        assertThat(sent).containsExactly(new LeaderMessage(Kind.VOTE, 7, 0, 4, 10));

        final Path file = directory.resolve("leader");
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            voter.save(writer);
            writer.commit();
        }
        final LeaderElection again = new LeaderElection(7, 0, 3, Simulation.CONFIG, output, 0);
        try (SnapshotReader reader = SnapshotReader.open(file)) {
            again.load(reader, 0);
        }
        sent.clear();
        again.onMessage(new LeaderMessage(Kind.CANDIDACY, 7, 2, 5, 20), 999);
        assertThat(sent).as("it may have promised not to").isEmpty();
        again.onMessage(new LeaderMessage(Kind.CANDIDACY, 7, 2, 4, 20), 1_000);
        assertThat(sent).as("it voted in term 4").isEmpty();
        again.onMessage(new LeaderMessage(Kind.CANDIDACY, 7, 2, 5, 30), 1_001);
        assertThat(sent).containsExactly(new LeaderMessage(Kind.VOTE, 7, 0, 5, 30));
        again.onMessage(new LeaderMessage(Kind.CANDIDACY, 7, 1, 3, 30), 1_002);
        assertThat(sent).last().isEqualTo(new LeaderMessage(Kind.STALE, 7, 0, 5, 30));
    }

    @Test
    void topicsHaveLeadersOfTheirOwn() {
        final List<LeaderMessage> sent = new ArrayList<>();
        final TopicLeaders topics = new TopicLeaders(2, 0, 3, Simulation.CONFIG, (to, message) -> sent.add(message), 0);
        topics.onMessage(new LeaderMessage(Kind.HEARTBEAT, 1, 2, 6, 1), 10);
        topics.onMessage(new LeaderMessage(Kind.HEARTBEAT, 9, 2, 6, 1), 10);
        assertThat(topics.topic(1).leader(11)).isEqualTo(2);
        assertThat(topics.topic(0).leader(11)).isEqualTo(LeaderElection.NOBODY);
        assertThat(topics.topic(0).term()).isZero();
        assertThat(sent).hasSize(1);
        topics.onTick(2_000);
        assertThat(sent)
                .filteredOn(m -> m.kind() == Kind.PROBE && m.topic() == 0)
                .hasSize(2);
    }

    @Test
    void aFenceTakesNoTokenOlderThanTheNewest() {
        final Fence fence = new Fence();
        assertThat(fence.admit(LeaderElection.NO_TOKEN)).isFalse();
        assertThat(fence.admit(1)).isTrue();
        assertThat(fence.admit(2)).isTrue();
        assertThat(fence.admit(2)).isTrue();
        assertThat(fence.admit(1)).as("the old leader woke up").isFalse();
        assertThat(fence.newest()).isEqualTo(2);
    }

    @Test
    void timesThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new LeaderConfig(100, 0, 60, 10)).hasMessageContaining("two heartbeats");
        assertThatThrownBy(() -> new LeaderElection(0, 3, 3, Simulation.CONFIG, (to, message) -> {}, 0))
                .hasMessageContaining("member 3 is none of 3");
    }
}
