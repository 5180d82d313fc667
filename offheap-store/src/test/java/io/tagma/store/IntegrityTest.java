package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The manifest, what is told and mended by it, and what is told without one. */
class IntegrityTest extends IntegrityFixture {
    @Test
    void oneBlockOfAGroupComesFromParity() throws IOException {
        final byte[] before = head(journal());
        flip(journal(), FIRST_EXCERPTS + 5);
        flip(journal(), FIRST_EXCERPTS + 9);
        assertThat(verify().damage())
                .singleElement()
                .satisfies(
                        damage -> assertThat(damage.file()).isEqualTo(journal().toString()))
                .satisfies(damage -> assertThat(damage.offset()).isEqualTo(FIRST_EXCERPTS / 4096 * 4096));
        assertThat(StoreRepair.run(root, null))
                .singleElement()
                .satisfies(repair -> assertThat(repair.done()).isTrue());
        assertThat(head(journal())).isEqualTo(before);
        assertThat(verify().damage()).isEmpty();
        assertThat(StoreRepair.run(root, null)).isEmpty();
    }

    @Test
    void aLaunchThatCameToNothingLeavesAManifestWhereThereWasOne() throws IOException {
        final FileTime time = Files.getLastModifiedTime(journal());
        StoreDirectory.open(root).abandon();
        assertThat(verify().byManifest()).isTrue();
        assertThat(verify().damage()).isEmpty();
        StoreDirectory.open(root).close();
        assertThat(verify().byManifest()).isFalse();
        StoreDirectory.open(root).abandon();
        assertThat(verify().byManifest())
                .as("nothing is known of what happened meanwhile")
                .isFalse();
        assertThat(Files.getLastModifiedTime(journal())).isEqualTo(time);
    }

    @Test
    void aStaleManifestIsNotHeldAgainstAnyone() throws IOException {
        unseal();
        final VerifyReport report = verify();
        assertThat(report.byManifest()).isFalse();
        assertThat(report.damage()).isEmpty();
        assertThat(report.whole())
                .containsEntry("journal excerpts", (long) EXCERPTS)
                .containsEntry("audit records", (long) EXCERPTS)
                .containsEntry("profile rows", 100L);
        assertThat(StoreRepair.run(root, null)).isEmpty();
    }

    @Test
    void aHeldDirectoryIsNotRepaired() {
        try (StoreDirectory held = StoreDirectory.open(root)) {
            assertThat(held.owner()).isTrue();
            assertThatThrownBy(() -> StoreRepair.run(root, null))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
            assertThat(verify().live()).isTrue();
        }
    }

    @Test
    void withoutAManifestEachThingIsCheckedByItsOwnChecksum() throws IOException {
        unseal();
        flip(journal(), FIRST_EXCERPTS + 400);
        flip(audit(), FIRST_EXCERPTS + 2000);
        final Path rows = root.resolve("profiles/shard-0.dat");
        flip(rows, find(rows, 50.5f));
        final Path end = journal();
        flip(end, Files.size(end) - 10);
        final VerifyReport report = verify();
        assertThat(report.byManifest()).isFalse();
        assertThat(report.damage())
                .extracting(Damage::file)
                .contains(journal().toString(), audit().toString(), rows.toString());
        assertThat(report.damage())
                .anyMatch(damage ->
                        damage.reason().contains("behind the last excerpt") && damage.offset() == sizeOf(end) - 10);
        assertThat(report.whole()).containsEntry("profile rows", 99L);
        assertThat(report.whole().get("journal excerpts")).isBetween(EXCERPTS - 3L, EXCERPTS - 1L);
        assertThat(report.whole().get("audit records")).isBetween(EXCERPTS - 3L, EXCERPTS - 1L);
    }

    @Test
    void aDamagedManifestIsNamedAndMended() throws IOException {
        final Path sums = Integrity.sidecar(root, root.relativize(journal()).toString());
        final byte[] before = Files.readAllBytes(sums);
        flip(sums, 20); // the header
        flip(sums, IntegrityLayout.HEADER_LENGTH + 30); // the checksums of the first entry
        flip(sums, IntegrityLayout.HEADER_LENGTH + IntegrityLayout.ENTRY_LENGTH + 900); // the parity of the second
        flip(root.resolve("integrity/index"), 3);
        assertThat(verify().damage()).hasSize(4);
        assertThat(StoreRepair.run(root, null)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
        assertThat(Files.readAllBytes(sums)).isEqualTo(before);
    }

    @Test
    void anUnchangedFileKeepsItsSidecarSoThatOldDamageShows() throws IOException {
        final Path file = root.resolve("profiles/shard-0.dat.layout");
        final var long_ago = java.nio.file.attribute.FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, long_ago);
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            Integrity.seal(directory);
        }
        flip(file, 3);
        Files.setLastModifiedTime(file, long_ago); // as when the medium, not a program, changes it
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            Integrity.seal(directory);
        }
        assertThat(verify().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.file()).isEqualTo(file.toString()));
    }

    /** The next close would take what the file then holds for what the engine wrote. */
    @Test
    void aLaunchDoesNotAppendToWhatIsNotAsItWasLeft() throws IOException {
        final byte[] before = head(journal());
        final FileTime time = Files.getLastModifiedTime(journal());
        flip(journal(), FIRST_EXCERPTS + 5);
        Files.setLastModifiedTime(journal(), time);
        assertThatThrownBy(this::append)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(journal().toString())
                .hasMessageContaining("byte " + FIRST_EXCERPTS / 4096 * 4096)
                .hasMessageContaining("tagma repair " + root)
                .hasMessageContaining("integrity/index");
        assertThat(verify().byManifest()).isTrue();
        assertThat(StoreRepair.run(root, null)).singleElement().matches(Repair::done);
        assertThat(head(journal())).isEqualTo(before);
        append();
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    /** Two blocks of one group: parity makes up for one. Without the index the directory is taken as it is. */
    @Test
    void damageThatAManifestAgreesWithIsNamedAndMendedFromACopy() throws IOException {
        final Path copy = copy();
        flip(journal(), FIRST_EXCERPTS + 5);
        flip(journal(), FIRST_EXCERPTS + 5 + 4096);
        Files.delete(root.resolve("integrity/index"));
        append();
        final VerifyReport report = verify();
        assertThat(report.byManifest()).isTrue();
        assertThat(report.damage())
                .isNotEmpty()
                .allMatch(damage -> damage.file().equals(journal().toString()));
        assertThat(StoreRepair.run(root, null)).isNotEmpty().noneMatch(Repair::done);
        final Path stray = Files.writeString(root.resolve("journal/stray"), "of somebody else");
        assertThat(StoreRepair.run(root, copy))
                .anyMatch(Repair::done)
                .allMatch(repair -> repair.done() != repair.file().equals(stray.toString()));
        assertThat(verify().damage()).isEmpty();
        assertThat(verify().whole()).containsEntry("journal excerpts", EXCERPTS + 1L);
    }

    /** A file of another close would be undone by a sidecar that is not its own. */
    @Test
    void aSidecarThatIsGoneComesFromTheCopyWhereItIsTheFilesOwn() throws IOException {
        final Path copy = copy();
        final String file = root.relativize(audit()).toString();
        final FileTime time = Files.getLastModifiedTime(audit());
        Files.delete(Integrity.sidecar(root, file));
        flip(root.resolve("integrity/index"), 3);
        flip(audit(), FIRST_EXCERPTS + 5);
        assertThat(verify().damage()).hasSize(2);
        final String strange = audit().toString();
        assertThat(StoreRepair.run(root, copy))
                .anyMatch(repair -> !repair.done() && repair.file().equals(strange));
        Files.setLastModifiedTime(audit(), time);
        assertThat(StoreRepair.run(root, copy)).isNotEmpty().allMatch(Repair::done);
        assertThat(verify().damage()).isEmpty();
    }

    @Test
    void whatOtherProcessesWriteIsNotInTheManifest() throws IOException {
        for (final String name : List.of("registry", "standby", "mirror")) {
            Files.createDirectories(root.resolve(name).resolve("own"));
            Files.writeString(root.resolve(name).resolve("own/file"), name);
        }
        assertThat(verify().damage()).isEmpty();
    }

    /** Also one that is not appended to: with a new time, as in a copy of the directory, the close would compute its checksums anew. */
    @Test
    void aLaunchHoldsWhatHasAnotherTimeAgainstTheManifest() throws IOException {
        final Path old = root.resolve("published/old");
        Files.createDirectories(old.getParent());
        Files.write(old, new byte[3 << 20]);
        append();
        flip(old, 1 << 20);
        assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContaining(old + " is not as the last close");
        flip(old, 1 << 20);
        final Path journal = journal();
        final Path away = temp.resolve("away");
        Files.move(journal, away);
        assertThatThrownBy(() -> StoreDirectory.open(root)).hasMessageContaining(journal + " is missing");
        Files.move(away, journal);
        final Path view = root.resolve("profiles/shard-0.dat.layout"); // each launch makes it anew
        Files.move(view, away);
        StoreDirectory.open(root).abandon();
        Files.move(away, view);
        final Path sums = Integrity.sidecar(root, root.relativize(journal).toString());
        Files.write(sums, new byte[0]); // the manifest's own damage
        append();
        assertThat(verify().damage()).isEmpty();
        flip(audit(), FIRST_EXCERPTS + 5); // comes from the journal, and has checksums of its own
        go(root, 2, 1, true);
        assertThat(verify().damage())
                .singleElement()
                .satisfies(damage -> assertThat(damage.file()).isEqualTo(audit().toString()));
    }

    /** What is left of a row in its place in the map once it is in the archive is no row. */
    @Test
    void rowsThatWentIntoTheArchiveAreNoDamage() throws IOException {
        final Path rows;
        try (StoreDirectory directory = StoreDirectory.open(root)) {
            rows = directory.profiles(1);
            try (ProfileStore store =
                    ProfileStore.open(Children.RowWriter.config(rows, 20_000, ProfileStoreConfig.Mode.CREATE)
                            .withTiers(TierConfig.of(directory.archive(1), 4_000)))) {
                for (int i = 1; i <= 12_000; i++) {
                    final ProfileRow row = store.newRow().wrap(store.acquireRow(i));
                    row.beginUpdate();
                    row.set(0, i + 0.25f);
                    row.endUpdate(i);
                }
            }
        }
        final VerifyReport report = verify();
        assertThat(report.byManifest()).isFalse();
        assertThat(report.damage()).isEmpty();
        assertThat(report.whole()).containsEntry("profile rows", 4_100L);
        flip(rows, find(rows, 12_000.25f));
        assertThat(verify().damage()).hasSize(1);
    }

    @Test
    void aKilledRepairIsRepairedAgain() throws IOException {
        final byte[] before = head(journal());
        for (int kill = 0; kill < 3; kill++) {
            for (long group = 0; group < 5; group++) {
                flip(journal(), group * IntegrityLayout.GROUP + 4096L * (kill + 1) + 77);
            }
            try (ChildJvm child = ChildJvm.start(Children.Repairer.class, root, journal())) {
                child.lineAfter("repairing");
                child.kill("");
            }
            StoreRepair.run(root, null);
            assertThat(verify().damage()).isEmpty();
            assertThat(head(journal())).isEqualTo(before);
        }
    }
}
