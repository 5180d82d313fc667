package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where manifest, journal and copy tell different things: what is whole stays, whoever is believed. */
class DoubtfulManifestTest extends IntegrityFixture {
    /** As when the files of a killed engine are copied over a closed one's, and nothing is deleted there. */
    @Test
    void whatWasWrittenSinceAnOldManifestIsNotUndone() throws IOException {
        final Path copy = copy();
        go(root, 1, 3, false);
        copy(root, copy);
        assertThat(root.resolve("integrity/index")).doesNotExist();
        root = copy;
        assertThat(root.resolve("integrity/index")).exists();
        assertThat(verify()).satisfies(report -> {
            assertThat(report.oldManifest()).isTrue();
            assertThat(report.byManifest()).isFalse();
            assertThat(report.damage()).isEmpty();
            assertThat(report.whole()).containsEntry("journal excerpts", EXCERPTS + 3L);
        });
        flip(journal(), FIRST_EXCERPTS + 5);
        assertThat(verify().damage()).hasSize(1);
        assertThat(StoreRepair.run(root, null)).anyMatch(repair -> !repair.done());
        assertThat(verify().oldManifest()).as("taken away").isFalse();
        flip(journal(), FIRST_EXCERPTS + 5);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 3L);
    }

    @Test
    void aLaunchGoesOnWhereTheManifestIsOlderThanTheJournal() throws IOException {
        final Path copy = copy();
        go(root, 1, 1, false);
        copy(root, copy);
        go(copy, 2, 1, true);
        root = copy;
        assertThat(verify().byManifest()).isTrue();
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 2L);
    }

    /** Fewer excerpts than the manifest knows of, or anything behind them, is damage and not another time. */
    @Test
    void aJournalThatLostItsEndIsNotTakenForANewerOne() throws IOException {
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        assertThat(whole.count()).isEqualTo(EXCERPTS);
        final byte[] before = Files.readAllBytes(journal());
        final int last = EXCERPTS - 1;
        final Path copy = copy();
        try (RandomAccessFile file = new RandomAccessFile(journal().toFile(), "rw")) {
            file.seek(whole.from(last));
            file.write(new byte[(int) (whole.to(last) - whole.from(last))]);
        }
        assertThat(verify().oldManifest()).isFalse();
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(Files.readAllBytes(journal())).isEqualTo(before);
        flip(journal(), whole.to(last) + 9);
        assertThat(verify().oldManifest()).isFalse();
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(Files.readAllBytes(journal())).isEqualTo(before);
    }

    /** Both go on from one backup. What is whole stays, whatever a copy says. */
    @Test
    void aCopyOfAnotherHistoryGivesNothing() throws IOException {
        final Path other = copy();
        go(root, 1, 5, false);
        go(other, 2, 9, false);
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        flip(journal(), whole.to(40) - 3);
        final byte[] before = Files.readAllBytes(journal());
        assertThat(StoreRepair.run(root, other))
                .noneMatch(Repair::done)
                .anyMatch(repair -> repair.what().contains("is of another history"));
        flip(journal(), whole.body(EXCERPTS) + 60); // also where the first that differs is damaged here
        assertThat(StoreRepair.run(root, other)).noneMatch(Repair::done);
        flip(journal(), whole.body(EXCERPTS) + 60);
        assertThat(Files.readAllBytes(journal())).isEqualTo(before);
    }

    @Test
    void aLongerCopyOfTheSameHistoryGivesWhatIsDamagedAndWhatIsLost() throws IOException {
        final Path copy = copy();
        go(copy, 1, 5, false);
        unseal();
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        flip(journal(), whole.to(40) - 3);
        flip(journal(), whole.body(77) - 3); // the length in front
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 5L);
    }

    @Test
    void aDirectoryAndAJournalMayBeSymbolicLinks() throws IOException {
        final Path disk = temp.resolve("disk");
        Files.move(root.resolve("journal"), disk);
        Files.createSymbolicLink(root.resolve("journal"), disk);
        root = Files.createSymbolicLink(temp.resolve("link"), root);
        append();
        assertThat(verify().byManifest()).isTrue();
        assertThat(verify().damage()).isEmpty();
        flip(journal(), FIRST_EXCERPTS + 5);
        assertThat(verify().damage()).hasSize(1);
        assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContaining("is not as the last close left it");
        assertThat(StoreRepair.run(root, null)).singleElement().matches(Repair::done);
    }

    @Test
    void aQueueThatCannotBeOpenedIsDamageLikeAnyOther() throws IOException {
        unseal();
        final byte[] head = head(journal());
        flip(journal(), 0x30);
        assertThat(verify().damage())
                .anyMatch(damage ->
                        damage.file().startsWith(root.resolve("journal").toString()));
        assertThat(verify().whole()).containsEntry("audit records", (long) EXCERPTS);
        flip(journal(), 0x30);
        assertThat(head(journal())).isEqualTo(head);
        final Path copy = copy();
        final Path metadata = journal().resolveSibling("metadata.cq4t");
        flip(metadata, 0);
        flip(journal(), 0x30);
        assertThat(verify().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.file())
                        .isEqualTo(root.resolve("journal/shard-0").toString()))
                .satisfies(damage -> assertThat(damage.reason()).contains("--from a copy"));
        assertThat(StoreRepair.run(root, null)).noneMatch(Repair::done);
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(head(journal())).isEqualTo(head);
        append();
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    @Test
    void aDamagedSidecarOfAWholeFileIsWrittenAnew() throws IOException {
        for (final Path file : List.of(journal(), audit())) {
            final Path sums = Integrity.sidecar(root, root.relativize(file).toString());
            final byte[] before = Files.readAllBytes(sums);
            for (final int length : new int[] {0, 64, 4240}) {
                Files.write(sums, Arrays.copyOf(before, length));
                assertThat(verify().damage()).isNotEmpty();
                assertThat(LaunchCheck.run(root)).as("none of the file's own").isNotNull();
                assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
                assertThat(verify().damage()).isEmpty();
                assertThat(Files.readAllBytes(sums)).isEqualTo(before);
            }
        }
        final Path sums = Integrity.sidecar(root, root.relativize(journal()).toString());
        Files.write(sums, new byte[0]);
        flip(journal(), FIRST_EXCERPTS + 5);
        assertThat(StoreRepair.run(root, null)).anyMatch(repair -> !repair.done());
        assertThat(verify().damage()).isNotEmpty();
    }

    @Test
    void whatIsMissingComesFromParityOrIsMadeAnew() throws IOException {
        final Path layout = root.resolve("layout");
        final byte[] before = Files.readAllBytes(layout);
        Files.delete(layout);
        Files.delete(audit());
        assertThat(verify().damage()).hasSize(2);
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(Files.readAllBytes(layout)).isEqualTo(before);
        assertThat(root.resolve("audit/shard-0")).isEmptyDirectory();
        assertThat(verify().damage()).isEmpty();
        Files.delete(journal());
        assertThat(StoreRepair.run(root, null)).noneMatch(Repair::done);
        assertThat(StoreRepair.run(root, null)).noneMatch(Repair::done);
    }

    @Test
    void aLaunchThatCameToNothingVouchesForNoDamage() throws IOException {
        final byte[] before = head(audit());
        final FileTime time = Files.getLastModifiedTime(audit());
        flip(audit(), FIRST_EXCERPTS + 5);
        Files.setLastModifiedTime(audit(), time);
        StoreDirectory.open(root).abandon();
        assertThat(verify().byManifest()).isTrue();
        assertThat(StoreRepair.run(root, null)).singleElement().matches(Repair::done);
        assertThat(head(audit())).isEqualTo(before);
        flip(audit(), FIRST_EXCERPTS + 5);
        StoreDirectory.open(root).abandon();
        assertThat(verify().byManifest()).as("it has another time").isFalse();
    }

    @Test
    void aJournalWithoutAnyFileComesBackFromACopy() throws IOException {
        final Path snapshot = SnapshotFiles.file(root.resolve("snapshots/shard-0"), EXCERPTS);
        OwnerOnly.directory(Sidecar.parent(snapshot));
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(snapshot, 0, EXCERPTS, 0, 0))) {
            out.commit();
        }
        unseal();
        final Path copy = copy();
        for (final Path file : QueueCheck.children(root.resolve("journal/shard-0"), "*.cq4*")) {
            Files.delete(file);
        }
        assertThat(verify().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.reason()).contains("has no file"));
        assertThat(StoreRepair.run(root, null)).isNotEmpty().noneMatch(Repair::done);
        final Path empty = temp.resolve("empty");
        Files.createDirectories(empty.resolve("journal/shard-0"));
        assertThat(StoreRepair.run(root, empty)).isNotEmpty().noneMatch(Repair::done);
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", (long) EXCERPTS);
    }

    @Test
    void anExcerptThatIsThereTwiceIsNotMadeWholeAgain() throws IOException {
        unseal();
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        final int last = EXCERPTS - 1;
        final int length = (int) (whole.to(last) - whole.from(last));
        final byte[] twice =
                Arrays.copyOfRange(head(journal()), (int) whole.from(last), (int) whole.from(last) + length);
        twice[3] ^= (byte) 0x80;
        write(journal(), whole.to(last), twice);
        assertThat(verify().damage()).isNotEmpty();
        assertThat(StoreRepair.run(root, null)).isNotEmpty().noneMatch(Repair::done);
    }

    @Test
    void aJournalThatEndsBeforeASnapshotLostItsEnd() throws IOException {
        final Path copy = copy();
        go(copy, 1, 1, false);
        final long sequence = (EXCERPTS + 1_000L) * Children.BATCH + 5;
        final Path snapshot = SnapshotFiles.file(root.resolve("snapshots/shard-0"), sequence);
        OwnerOnly.directory(Sidecar.parent(snapshot));
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(snapshot, 0, sequence, 0, 0))) {
            out.commit();
        }
        unseal();
        assertThat(verify().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.reason()).contains("ends before sequence " + sequence));
        assertThat(StoreRepair.run(root, null)).isNotEmpty().noneMatch(Repair::done);
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    @Test
    void aSnapshotThatWasPutAsideComesBackFromACopy() throws IOException {
        final Path snapshot = SnapshotFiles.file(root.resolve("snapshots/shard-0"), 7);
        OwnerOnly.directory(Sidecar.parent(snapshot));
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(snapshot, 0, 7, 0, 0))) {
            out.putLong(5);
            out.commit();
        }
        final byte[] before = Files.readAllBytes(snapshot);
        unseal();
        final Path copy = copy();
        flip(snapshot, 70);
        assertThat(StoreRepair.run(root, null)).singleElement().matches(Repair::done);
        assertThat(snapshot).doesNotExist();
        assertThat(StoreRepair.run(root, copy)).singleElement().matches(Repair::done);
        assertThat(snapshot).hasBinaryContent(before);
        assertThat(Sidecar.parent(snapshot))
                .isDirectoryNotContaining(file -> file.toString().endsWith("damaged"));
    }

    /** By the manifest it, and the whole ones behind it in its block, would be undone. */
    @Test
    void whatFollowsTheFirstExcerptOfLaterIsNotUndoneWithIt() throws IOException {
        final Path copy = copy();
        final long end = WholeExcerpts.of(journal()).to(EXCERPTS - 1);
        final int later = 4;
        unseal();
        try (JournalAppender journal = JournalAppender.open(JournalConfig.of(root.resolve("journal/shard-0")))) {
            for (int i = 0; i < later; i++) {
                Children.JournalWriter.append(journal, (EXCERPTS + 1L + i) * Children.BATCH, 1);
                assertThat(journal.commit()).isPositive();
            }
        }
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        assertThat(whole.to(EXCERPTS + later - 1) / IntegrityLayout.BLOCK).isEqualTo(end / IntegrityLayout.BLOCK);
        copy(root, copy);
        root = copy;
        flip(journal(), whole.body(EXCERPTS) + 60);
        final byte[] before = head(journal());
        assertThat(verify().oldManifest()).isTrue();
        flip(journal(), end - 10); // in the same block: what it was cannot be told any more
        assertThat(verify().oldManifest()).isFalse();
        assertThat(StoreRepair.run(root, null))
                .anyMatch(repair -> repair.what().contains("an excerpt that is whole lies there"));
        flip(journal(), end - 10);
        assertThat(StoreRepair.run(root, null)).anyMatch(repair -> !repair.done());
        final int first = (int) whole.from(0);
        final byte[] after = head(journal());
        assertThat(Arrays.equals(after, first, after.length, before, first, before.length))
                .as("behind what the queue itself says of its end")
                .isTrue();
    }

    /** As when a write goes astray. Its number is one that there is already. */
    @Test
    void aPieceOfTheJournalBehindItsEndMakesNoManifestOld() throws IOException {
        final byte[] before = head(journal());
        final WholeExcerpts whole = WholeExcerpts.of(journal());
        final int from = (int) whole.from(7) / IntegrityLayout.BLOCK * IntegrityLayout.BLOCK;
        final long to = (whole.to(EXCERPTS - 1) / IntegrityLayout.GROUP + 1) * IntegrityLayout.GROUP;
        write(journal(), to, Arrays.copyOfRange(before, from, from + 2 * IntegrityLayout.BLOCK));
        assertThat(WholeExcerpts.of(journal()).count()).isGreaterThan(EXCERPTS);
        assertThat(verify()).satisfies(report -> {
            assertThat(report.oldManifest()).isFalse();
            assertThat(report.damage()).hasSize(2);
        });
        assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContaining("is not as the last close left it");
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
        assertThat(verify().damage()).isEmpty();
    }

    /** It would stop the launch half way, and the manifest would be lost with it. */
    @Test
    void whatAnAuditNeedsToBeOpenedIsHeldAgainstTheManifest() throws IOException {
        for (final Path file : List.of(audit().resolveSibling(QueueFiles.METADATA), audit())) {
            flip(file, 90, 0x40);
            assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContaining("is not as the last close left");
            assertThat(verify().byManifest()).isTrue();
            assertThat(StoreRepair.run(root, null)).singleElement().matches(Repair::done);
            assertThat(verify().damage()).isEmpty();
        }
    }
}
