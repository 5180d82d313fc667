package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.OutsideTerms;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.kernel.ScalarKernels;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the state hash tells apart and what it does not. */
class StateHashTest {
    private static final float[] STANDINGS = {0.5f, 0.25f};
    private static final float[][] VOTES = {{0.1f, 0.2f, 0.3f}, {}};

    @TempDir
    Path directory;

    @Test
    void theOrderOfRowsDoesNotMatter() {
        final List<Long> subjects = new ArrayList<>();
        for (long subject = 1; subject <= 50; subject++) {
            subjects.add(subject);
        }
        final long expected = hashOf("forward", subjects, 0);

        Collections.shuffle(subjects, new Random(4));
        assertThat(hashOf("shuffled", subjects, 0)).isEqualTo(expected);
        assertThat(hashOf("other", subjects, 1)).isNotEqualTo(expected);
        assertThat(hashOf("fewer", subjects.subList(0, 49), 0)).isNotEqualTo(expected);
    }

    /** Rows that are updated twice, so that the old digest must go. */
    private long hashOf(final String name, final List<Long> subjects, final int changedBit) {
        final StateHash hash = new StateHash();
        final ProfileStore store = ProfileStore.open(
                new ProfileStoreConfig(directory.resolve(name), 100, 8, 1, 0, ProfileStoreConfig.Mode.CREATE));
        try (store) {
            final ProfileRow row = store.newRow();
            for (final long subject : subjects) {
                for (int round = 0; round < 2; round++) {
                    row.wrap(store.acquireRow(subject)).beginUpdate();
                    final float value = (float) subject * (round + 1);
                    final boolean changed = round == 1 && subject == 7;
                    row.set(3, changed ? Float.intBitsToFloat(Float.floatToIntBits(value) ^ changedBit) : value);
                    hash.rowChanged(row.endUpdate(subject));
                }
            }
            return hash.value(List.of(), STANDINGS, VOTES, 0);
        }
    }

    @Test
    void everyPartCounts() {
        final Set<Long> hashes = new HashSet<>();
        final StateHash hash = new StateHash();
        hashes.add(hash.value(contexts(0), STANDINGS, VOTES, 0));
        hashes.add(hash.value(contexts(1), STANDINGS, VOTES, 0));
        hashes.add(hash.value(contexts(2), STANDINGS, VOTES, 0));
        hashes.add(hash.value(contexts(0), new float[] {0.5f, Math.nextUp(0.25f)}, VOTES, 0));
        hashes.add(hash.value(contexts(0), new float[] {0.25f, 0.5f}, VOTES, 0));
        hashes.add(hash.value(contexts(0), STANDINGS, new float[][] {{0.1f, 0.2f, Math.nextUp(0.3f)}, {}}, 0));
        hashes.add(hash.value(contexts(0), STANDINGS, new float[][] {{}, {0.1f, 0.2f, 0.3f}}, 0));
        hashes.add(hash.value(contexts(0), STANDINGS, VOTES, 1));
        hash.rowChanged(1);
        hashes.add(hash.value(contexts(0), STANDINGS, VOTES, 0));

        assertThat(hashes).hasSize(9);
    }

    @Test
    void aChangeAndItsUndoingLeaveNoTrace() {
        final StateHash hash = new StateHash();
        final long before = hash.value(contexts(0), STANDINGS, VOTES, 0);
        hash.rowChanged(12345);
        hash.rowChanged(-12345);

        assertThat(hash.value(contexts(0), STANDINGS, VOTES, 0)).isEqualTo(before);
    }

    /** Two agents with a memory each; {@code changed} says whose memory differs, from 1. */
    private static List<CellContext> contexts(final int changed) {
        final Post post = new Post(Team.bare(Path.of("unused")), 0, 2, new ShardCounters());
        final CellContext[] made = new CellContext[2];
        for (int i = 0; i < made.length; i++) {
            made[i] = new CellContext(
                    0,
                    i,
                    new ScalarKernels(),
                    new TimerHeap(1),
                    post,
                    null,
                    new OpenAsks(OutsideTerms.NONE, 0, new ShardCounters()));
            made[i].memory(4)[2] = changed == i + 1 ? 1f : 0f;
        }
        return List.of(made);
    }

    @Test
    void shardsAreCombinedInTheirOrder() {
        assertThat(StateHashes.combine(new long[] {7})).isEqualTo(7);
        assertThat(StateHashes.combine(new long[] {7, 8})).isNotEqualTo(StateHashes.combine(new long[] {8, 7}));
        assertThat(StateHashes.format(0xabcL)).isEqualTo("0000000000000abc");
    }
}
