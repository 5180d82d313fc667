package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two things are damaged at once, or one that others are told by. */
class DoubleDamageTest extends IntegrityFixture {
    private static final int ENTRY = IntegrityLayout.HEADER_LENGTH + 6;
    private static final int SECOND = ENTRY + IntegrityLayout.ENTRY_LENGTH; // of what begins with FIRST_EXCERPTS

    /** Nothing was compared then, so nothing is vouched for. */
    @Test
    void aLaunchThatCameToNothingKeepsADamagedSidecarAsItIs() throws IOException {
        final Path metadata = journal().resolveSibling(QueueFiles.METADATA);
        final Path sums = Integrity.sidecar(root, root.relativize(metadata).toString());
        flip(metadata, 1_000);
        flip(sums, ENTRY);
        StoreDirectory.open(root).abandon();
        assertThat(verify().byManifest()).isTrue();
        assertThat(verify().damage()).isNotEmpty();
    }

    @Test
    void aFileAndItsSidecarComeFromACopyTogether() throws IOException {
        final Path copy = copy();
        for (final int at : new int[] {ENTRY, 10}) {
            final byte[] before = head(journal());
            final Path layout = root.resolve("layout");
            flip(journal(), FIRST_EXCERPTS + 5);
            flip(Integrity.sidecar(root, root.relativize(journal()).toString()), at == ENTRY ? SECOND : at);
            flip(layout, 3);
            flip(Integrity.sidecar(root, "layout"), at);
            assertThat(verify().damage()).hasSizeGreaterThan(2);
            assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
            assertThat(verify().damage()).isEmpty();
            assertThat(head(journal())).isEqualTo(before);
            assertThat(StoreDirectory.isThisVersions(layout)).isTrue();
        }
    }

    @Test
    void aSidecarOfAnotherCloseIsNotTaken() throws IOException {
        final Path copy = copy();
        append();
        flip(journal(), FIRST_EXCERPTS + 5);
        flip(Integrity.sidecar(root, root.relativize(journal()).toString()), SECOND);
        final byte[] before = head(journal());
        assertThat(StoreRepair.run(root, copy)).anyMatch(repair -> !repair.done());
        final byte[] after = head(journal());
        assertThat(WholeExcerpts.of(journal()).count()).isGreaterThanOrEqualTo(EXCERPTS);
        assertThat(Arrays.mismatch(before, after)).isIn(-1, (int) FIRST_EXCERPTS + 5);
    }

    @Test
    void whatTheManifestKnowsAndWhatItDoesNotAreMendedAtOnce() throws IOException {
        final Path copy = copy();
        flip(journal(), FIRST_EXCERPTS + 5);
        try (StoreDirectory directory = seal()) {
            assertThat(directory.owner()).isTrue();
        }
        flip(audit(), FIRST_EXCERPTS + 5);
        assertThat(StoreRepair.run(root, copy)).hasSizeGreaterThan(1).allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().byManifest()).isTrue();
    }

    /** Killed in between, the next repair must not undo by the manifest, which knows the damage, what this one mended. */
    @Test
    void theManifestIsGoneBeforeContentsAreMended() throws IOException {
        final Path copy = copy();
        flip(journal(), FIRST_EXCERPTS + 5);
        seal().close();
        final Path other = copy.resolve(root.relativize(journal()));
        Files.delete(other);
        Files.createSymbolicLink(other, other); // which no repair gets by
        assertThatThrownBy(() -> StoreRepair.run(root, copy)).hasMessageContaining("cannot be repaired");
        assertThat(root.resolve("integrity/index")).doesNotExist();
    }

    /** Its header would say how many groups there were. */
    @Test
    void aShorterSidecarIsNotWhatADamagedOneWas() throws IOException {
        final Path data = temp.resolve("data");
        final Path before = temp.resolve("before.sums");
        final Path now = temp.resolve("now.sums");
        final byte[] bytes = new byte[2 * IntegrityLayout.GROUP];
        Arrays.fill(bytes, (byte) 7);
        Files.write(data, Arrays.copyOf(bytes, IntegrityLayout.GROUP));
        Sidecar.write(data, before);
        Files.write(data, bytes);
        Sidecar.write(data, now);
        final Path whole = Files.copy(now, temp.resolve("whole.sums"));
        flip(now, 10);
        assertThat(Sidecar.wasThat(now, before)).isFalse();
        assertThat(Sidecar.wasThat(now, whole)).isTrue();
    }

    /** As where memory or a disk's cache went wrong before the close. */
    private StoreDirectory seal() throws IOException {
        unseal();
        final StoreDirectory directory = StoreDirectory.open(root);
        Integrity.seal(directory);
        return directory;
    }

    @ParameterizedTest
    @ValueSource(ints = {4_096, 32_768})
    void aJournalThatWasCutComesFromACopy(final int length) throws IOException {
        unseal();
        final Path copy = copy();
        try (RandomAccessFile file = new RandomAccessFile(journal().toFile(), "rw")) {
            file.setLength(length);
        }
        assertThat(verify().damage()).isNotEmpty();
        assertThat(StoreRepair.run(root, null)).isNotEmpty().noneMatch(Repair::done);
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", (long) EXCERPTS);
        go(root, 1, 1, false);
        assertThat(verify().damage()).isEmpty();
    }

    @Test
    void aQueuesHeadAndItsFirstExcerptComeFromACopy() throws IOException {
        unseal();
        final Path copy = copy();
        final byte[] before = head(journal());
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        for (final int from : new int[] {6, 207, 0}) {
            final int length = from == 0 ? (int) whole.body(0) : 1;
            final byte[] damaged = new byte[length];
            damaged[0] = from == 0 ? 0 : (byte) (before[from] ^ 0x40);
            write(journal(), from, damaged);
            flip(journal(), whole.body(0) + 60);
            assertThat(verify().damage()).isNotEmpty();
            assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
            assertThat(verify().damage()).isEmpty();
            assertThat(head(journal())).isEqualTo(before);
        }
    }

    /** All by which the histories could be told apart is damaged here, but not beyond recognition. */
    @Test
    void aCopyOfAnotherHistoryIsToldByWhatIsLeftOfDamagedExcerpts() throws IOException {
        final Path other = copy();
        go(root, 1, 2, false);
        go(other, 2, 4, false);
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        flip(journal(), whole.body(EXCERPTS) + 60);
        flip(journal(), whole.body(EXCERPTS + 1) + 60);
        final byte[] before = head(journal());
        assertThat(StoreRepair.run(root, other)).noneMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
        flip(journal(), whole.body(EXCERPTS + 1) + 60);
        write(journal(), whole.body(EXCERPTS + 1) - Integer.BYTES, new byte[Integer.BYTES]);
        write(journal(), whole.body(EXCERPTS), new byte[800]);
        final byte[] hidden = head(journal());
        assertThat(StoreRepair.run(root, other)).noneMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(hidden);
    }

    /** They part with the same number and the same sequence. */
    @Test
    void aCopyOfAnotherHistoryIsToldByItsTime() throws IOException {
        final Path other = copy();
        unseal();
        append(root, 1);
        append(other, 2);
        flip(journal(), WholeExcerpts.of(journal()).body(EXCERPTS) + 60);
        final byte[] before = head(journal());
        assertThat(StoreRepair.run(root, other)).noneMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
    }

    private static void append(final Path root, final int delayNs) {
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0")))) {
            final long sequence = EXCERPTS * (long) Children.BATCH;
            journal.begin(1, sequence, sequence * 10 + delayNs);
            journal.staging().putLong(journal.claim(Long.BYTES), sequence);
            assertThat(journal.commit()).isPositive();
        }
    }

    /** Its head says where its own last excerpt is, and the queue writes behind that. */
    @Test
    void theHeadOfACopyFromBeforeIsNotTaken() throws IOException {
        final Path before = copy();
        go(root, 1, 5, false);
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        write(journal(), whole.from(EXCERPTS + 2), new byte[(int) (whole.to(EXCERPTS + 2) - whole.from(EXCERPTS + 2))]);
        final byte[] damaged = head(journal());
        assertThat(StoreRepair.run(root, before)).isNotEmpty().noneMatch(Repair::done);
        assertThat(Arrays.mismatch(head(journal()), damaged)).isNegative();
        assertThat(verify().damage()).isNotEmpty();
    }

    @Test
    void aDamagedLengthIsDamageAndNoError() throws IOException {
        unseal();
        final long last = WholeExcerpts.of(journal()).from(EXCERPTS - 1);
        final byte[] before = head(journal());
        for (int bit = 16; bit < 30; bit++) {
            flip(journal(), last + bit / 8, 1 << bit % 8);
            assertThat(verify().damage()).as("bit %d", bit).isNotEmpty();
            try {
                go(root, 1, 1, false);
                assertThat(verify().damage()).as("bit %d", bit).isNotEmpty();
            } catch (StoreException expected) {
                StoreDirectory.requireFree(root);
            }
            Files.write(journal(), before); // and a hole no more
        }
    }
}
