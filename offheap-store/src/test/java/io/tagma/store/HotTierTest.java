package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.store.TierLedger.Tier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The slab for kernels: what is in it, and whose. */
class HotTierTest {
    private static final int D = 10;
    private static final int STRIDE = 16;
    private static final int SUBJECTS = 3000;
    private static final int HOT = 200;

    @TempDir
    Path directory;

    @Test
    void aHotRowIsBitForBitTheRowWhereverThatIs() {
        final SplittableRandom random = new SplittableRandom(5);
        final Map<Long, float[]> expected = new HashMap<>();
        final ProfileStoreConfig config = config(HOT).withTiers(TierConfig.of(directory.resolve("archive"), 64));
        try (ProfileStore store = ProfileStore.open(config)) {
            final HotTier hot = Objects.requireNonNull(store.hot());
            final ProfileRow row = store.newRow();
            for (int i = 0; i < 40_000; i++) {
                final long subject = skewed(random);
                update(store, row, subject, random, expected);
                if (i % 4000 == 3999) {
                    check(hot, expected);
                }
            }
            assertThat(hot.count()).isEqualTo(HOT);
            assertThat(store.ledger().hotRows()).isEqualTo(HOT);
            assertThat(store.ledger().hotAdmissions()).isGreaterThan(HOT);
            for (final Tier tier : Tier.values()) {
                assertThat(store.ledger().peak(tier))
                        .isLessThanOrEqualTo(store.ledger().budget(tier));
            }
            assertThat(store.ledger().used(Tier.HOT)).isEqualTo((long) HOT * STRIDE * Float.BYTES);
            assertThat(hot.slab().byteSize()).isEqualTo((long) HOT * STRIDE * Float.BYTES);
            assertThat(hot.slab().address() % 64).isZero();
            // Nearly all hot rows are in the archive by now, and come back with the same bits.
            for (int slot = 0; slot < hot.count(); slot++) {
                row.wrap(store.rowAddress(hot.subject(slot)));
                for (int i = 0; i < D; i++) {
                    assertThat(Float.floatToRawIntBits(row.get(i)))
                            .isEqualTo(Float.floatToRawIntBits(hot.get(slot, i)));
                }
            }
        }
    }

    @Test
    void whatIsUsedMostIsHotAndAScanChangesLittle() {
        final SplittableRandom random = new SplittableRandom(6);
        try (ProfileStore store = ProfileStore.open(config(HOT))) {
            final HotTier hot = Objects.requireNonNull(store.hot());
            final ProfileRow row = store.newRow();
            final Map<Long, float[]> expected = new HashMap<>();
            for (int i = 0; i < 50_000; i++) {
                update(store, row, skewed(random), random, expected);
            }
            final double before = share(hot, random);
            // The best that any choice of as many rows could have.
            final double best = bestShare();
            assertThat(before).isBetween(0.85 * best, 1.02 * best);
            for (long subject = 10_000; subject < 10_000 + SUBJECTS; subject++) {
                update(store, row, subject, random, expected);
                update(store, row, skewed(random), random, expected);
            }
            assertThat(share(hot, random)).isGreaterThan(0.85 * before);
            check(hot, expected);
        }
    }

    /** A copy elsewhere that is given the slots that it is told of is the slab. */
    @Test
    void whatWasWrittenIsHandedOverOnce() {
        final SplittableRandom random = new SplittableRandom(8);
        final Map<Long, float[]> expected = new HashMap<>();
        try (ProfileStore store = ProfileStore.open(config(HOT))) {
            final HotTier hot = Objects.requireNonNull(store.hot());
            final ProfileRow row = store.newRow();
            hot.takeChanges(slot -> {
                throw new AssertionError("nobody asked for notes");
            });
            final float[][] copy = new float[HOT][D];
            hot.noteChanges();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 500; i++) {
                    update(store, row, skewed(random), random, expected);
                }
                hot.takeChanges(slot -> {
                    for (int i = 0; i < D; i++) {
                        copy[slot][i] = hot.get(slot, i);
                    }
                });
                for (int slot = 0; slot < hot.count(); slot++) {
                    for (int i = 0; i < D; i++) {
                        assertThat(Float.floatToRawIntBits(copy[slot][i]))
                                .isEqualTo(Float.floatToRawIntBits(hot.get(slot, i)));
                    }
                }
                hot.takeChanges(slot -> {
                    throw new AssertionError("handed over twice");
                });
            }
            assertThat(hot.reserveCopy()).isTrue();
            assertThat(hot.reserveCopy()).isFalse();
            assertThat(store.ledger().used(Tier.HOT_DEVICE))
                    .isEqualTo(store.ledger().budget(Tier.HOT_DEVICE))
                    .isEqualTo(hot.slab().byteSize());
            hot.releaseCopy();
            assertThat(store.ledger().used(Tier.HOT_DEVICE)).isZero();
        }
    }

    @Test
    void memoryMayComeFromElsewhere() {
        final long[] asked = new long[2];
        final SlabMemory memory = (bytes, alignment, arena) -> {
            asked[0] = bytes;
            asked[1] = alignment;
            return SlabMemory.OFF_HEAP.allocate(bytes, alignment, arena);
        };
        try (ProfileStore store = ProfileStore.open(config(1).withHot(new HotConfig(7, memory)))) {
            assertThat(asked).containsExactly(7L * STRIDE * Float.BYTES, 64);
            assertThat(Objects.requireNonNull(store.hot()).stride()).isEqualTo(STRIDE);
        }
        assertThatThrownBy(() -> HotConfig.of(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hotRows must be 1 to 16777216: 0");
    }

    private ProfileStoreConfig config(final int hot) {
        return new ProfileStoreConfig(
                        directory.resolve("rows.dat"), 4 * SUBJECTS, D, 1, 0, ProfileStoreConfig.Mode.CREATE)
                .withHot(HotConfig.of(hot));
    }

    private static void update(
            final ProfileStore store,
            final ProfileRow row,
            final long subject,
            final SplittableRandom random,
            final Map<Long, float[]> expected) {
        final float[] floats = expected.computeIfAbsent(subject, s -> new float[D]);
        row.wrap(store.acquireRow(subject));
        row.beginUpdate();
        final int i = random.nextInt(D);
        floats[i] = Float.intBitsToFloat(random.nextInt());
        row.set(i, floats[i]);
        row.endUpdate(1);
    }

    private static void check(final HotTier hot, final Map<Long, float[]> expected) {
        final Set<Long> seen = new HashSet<>();
        int wrong = 0;
        for (int slot = 0; slot < hot.count(); slot++) {
            seen.add(hot.subject(slot));
            wrong += hot.slot(hot.subject(slot)) == slot ? 0 : 1;
            final float[] floats = Objects.requireNonNull(expected.get(hot.subject(slot)));
            for (int i = 0; i < STRIDE; i++) {
                final int bits = i < D ? Float.floatToRawIntBits(floats[i]) : 0;
                wrong += Float.floatToRawIntBits(hot.get(slot, i)) == bits ? 0 : 1;
            }
        }
        assertThat(seen).hasSize(hot.count());
        assertThat(wrong).isZero();
    }

    private static double share(final HotTier hot, final SplittableRandom random) {
        int hits = 0;
        for (int i = 0; i < 20_000; i++) {
            hits += hot.slot(skewed(random)) >= 0 ? 1 : 0;
        }
        return hits / 20_000.0;
    }

    private static double bestShare() {
        final SplittableRandom random = new SplittableRandom(7);
        int hits = 0;
        for (int i = 0; i < 20_000; i++) {
            hits += skewed(random) < HOT ? 1 : 0;
        }
        return hits / 20_000.0;
    }

    /** Subjects whose frequency falls with their number: a power of an even draw. */
    private static long skewed(final SplittableRandom random) {
        return (long) (SUBJECTS * Math.pow(random.nextDouble(), 3));
    }
}
