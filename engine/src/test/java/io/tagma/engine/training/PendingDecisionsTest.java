package io.tagma.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of waiting decisions beside a map that says what must be in it. */
class PendingDecisionsTest {
    private static final int FEATURES = 4;

    @Property(tries = 300)
    void behavesLikeAMapAsLongAsNoProbeOverflows(
            @ForAll @Size(max = 400) final List<@IntRange(min = 0, max = 79) Integer> moves) {
        // 64 homes for 40 ids, so that no 8 of them compete for one place
        final PendingDecisions table = new PendingDecisions(64, FEATURES, 2, 0);
        final Map<Long, Long> oracle = new LinkedHashMap<>();
        long sequence = 0;
        for (final int move : moves) {
            final long id = 1000L + move % 40;
            if (move >= 40) {
                sequence++;
                final int slot = table.put(id, sequence, 7, 3, 2);
                table.slab()[table.featuresAt(slot)] = sequence;
                table.slab()[table.ballotsAt(slot)] = -sequence;
                oracle.put(id, sequence);
            } else {
                check(table, table.take(id), oracle.remove(id));
            }
            assertThat(table.size()).isEqualTo(oracle.size());
        }
        oracle.forEach((id, expected) -> check(table, table.take(id), expected));
        assertThat(table.size()).isZero();
        assertThat(table.expired()).isZero();
    }

    private static void check(final PendingDecisions table, final int slot, final @Nullable Long expected) {
        if (expected == null) {
            assertThat(slot).isEqualTo(PendingDecisions.NONE);
        } else {
            assertThat(table.slab()[table.featuresAt(slot)]).isEqualTo((float) expected);
            assertThat(table.slab()[table.ballotsAt(slot)]).isEqualTo((float) -expected);
            assertThat(table.intent(slot)).isEqualTo(7);
            assertThat(table.winner(slot)).isEqualTo(3);
            assertThat(table.featureCount(slot)).isEqualTo(2);
        }
    }

    /** Every put is taken, still waits, or has expired. */
    @Property(tries = 300)
    void accountsForEveryDecision(@ForAll @Size(max = 600) final List<@IntRange(min = 0, max = 4000) Integer> ids) {
        final PendingDecisions table = new PendingDecisions(16, 1, 1, 0);
        long sequence = 0;
        long taken = 0;
        for (final int id : ids) {
            sequence++;
            table.put(sequence * 10_000 + id, sequence, 0, -1, 0);
            if (id % 3 == 0 && table.take(sequence * 10_000 + id) >= 0) {
                taken++;
            }
        }
        assertThat(taken + table.size() + table.expired()).isEqualTo(sequence);
    }

    /** The short way to a free home must lead where a look at all places leads, in a table so small that most are away from home. */
    @Property(tries = 500)
    void takesTheSlotsThatAPlainLookAtAllPlacesTakes(
            @ForAll @Size(max = 300) final List<@IntRange(min = 0, max = 95) Integer> moves) {
        final PendingDecisions table = new PendingDecisions(8, 1, 1, 0);
        final long[] ids = new long[table.slots()];
        final long[] sequences = new long[table.slots()];
        long sequence = 0;
        for (final int move : moves) {
            final long id = move % 48;
            final int home = (int) (id & 7);
            int expected = -1;
            for (int slot = home; slot < home + 8 && expected < 0; slot++) {
                expected = ids[slot] == id && sequences[slot] != 0 ? slot : -1;
            }
            if (move >= 48) {
                assertThat(table.take(id)).isEqualTo(expected);
                if (expected >= 0) {
                    sequences[expected] = 0;
                }
                continue;
            }
            for (int slot = home + 1, oldest = home; expected < 0 && slot <= home + 8; slot++) {
                if (slot == home + 8) {
                    expected = oldest;
                } else if (sequences[slot] < sequences[oldest]) {
                    oldest = slot;
                }
            }
            assertThat(table.put(id, ++sequence, 0, -1, 0)).isEqualTo(expected);
            ids[expected] = id;
            sequences[expected] = sequence;
        }
    }

    @Test
    void whoWaitsAwayFromHomeIsFoundThereAfterASnapshot(@TempDir final Path folder) {
        final PendingDecisions table = new PendingDecisions(8, 1, 1, 0);
        table.put(8, 1, 0, -1, 0);
        table.put(16, 2, 0, -1, 0);
        table.take(8);
        final Path file = folder.resolve("pending");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            table.save(out);
            out.commit();
        }
        final PendingDecisions loaded = new PendingDecisions(8, 1, 1, 0);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            loaded.load(in);
        }

        assertThat(loaded.put(16, 3, 0, -1, 0)).isEqualTo(1);
        assertThat(loaded.size()).isEqualTo(1);
    }

    @Test
    void theOldestInReachMakesRoom() {
        final PendingDecisions table = new PendingDecisions(8, 1, 1, 0);
        for (int i = 0; i < 8; i++) {
            table.put(8L * i, i + 1, 0, -1, 0); // all at home in slot 0
        }
        assertThat(table.expired()).isZero();

        table.put(64, 9, 0, -1, 0);

        assertThat(table.expired()).isEqualTo(1);
        assertThat(table.take(0)).isEqualTo(PendingDecisions.NONE);
        assertThat(table.take(8)).isNotNegative();
        assertThat(table.take(64)).isNotNegative();
    }

    @Test
    void anIdThatComesAgainTakesItsOwnPlaceEvenIfOneBeforeItIsFree() {
        final PendingDecisions table = new PendingDecisions(8, 1, 1, 0);
        table.put(8, 1, 0, -1, 0);
        table.put(16, 2, 0, -1, 0);
        table.take(8);

        table.put(16, 3, 0, -1, 0);

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.take(16)).isNotNegative();
        assertThat(table.take(16)).isEqualTo(PendingDecisions.NONE);
    }

    @Test
    void theLastHomeHasNeighboursToo() {
        final PendingDecisions table = new PendingDecisions(8, 1, 1, 16);
        for (int i = 0; i < 8; i++) {
            final int slot = table.put(8L * i + 7, i + 1, 0, -1, 0);
            table.keepText(
                    slot, new UnsafeBuffer(("text-" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)), 0, 6);
        }
        for (int i = 0; i < 8; i++) {
            final int slot = table.take(8L * i + 7);
            assertThat(new String(
                            table.text(),
                            table.textAt(slot),
                            table.textLength(slot),
                            java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("text-" + i);
        }
    }

    @Test
    void textThatIsTooLongIsCut() {
        final PendingDecisions table = new PendingDecisions(4, 1, 1, 5);
        final int slot = table.put(1, 1, 0, -1, 0);
        table.keepText(slot, new UnsafeBuffer("0123456789".getBytes(java.nio.charset.StandardCharsets.UTF_8)), 2, 8);

        assertThat(table.textLength(slot)).isEqualTo(5);
        assertThat(table.text()[table.textAt(slot)]).isEqualTo((byte) '2');
    }

    @Test
    void intentsAndFeatureCountsShareAWordWithoutMeeting() {
        final PendingDecisions table = new PendingDecisions(4, 1, 1, 0);
        final int slot = table.put(-1, 1, Short.MAX_VALUE, 5, 64);

        assertThat(table.intent(slot)).isEqualTo(Short.MAX_VALUE);
        assertThat(table.featureCount(slot)).isEqualTo(64);
        table.decidedByPeer(slot, true);
        assertThat(table.decidedByPeer(table.take(-1))).isTrue();
    }
}
