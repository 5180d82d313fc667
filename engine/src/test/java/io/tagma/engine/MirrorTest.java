package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.CrashCopy;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.KilledEngine;
import io.tagma.engine.fixture.MirrorMemberProcess;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine comes back from the memory of other processes. Engine and members are children here, and are killed. */
@Timeout(300)
class MirrorTest {
    private static final Workload WORKLOAD = Workload.of(3, 900);

    @TempDir
    Path temp;

    private final List<ChildJvm> members = new ArrayList<>();
    private int copies;

    @AfterEach
    void killMembers() {
        CloseHelper.closeAll(members);
    }

    @Test
    void aKilledEngineComesBackFromMemoryAlsoWhenAMemberIsLost() throws IOException {
        final Path directory = temp.resolve("engine");
        final long whole;
        try (ChildJvm child = ChildJvm.start(KilledEngine.class, directory, 2, temp.resolve("heard"), 0, 1500)) {
            child.awaitLine("running");
            startMembers(directory, 3);
            try (Mirror mirror = Mirror.beside(KilledEngine.context(directory, 2), scratch())) {
                while (mirror.stripes() < 2) {
                    assertThat(mirror.follow()).as("the engine lives").isTrue();
                    mirror.write();
                }
                whole = mirror.written(0);
                child.kill();
            }
        }
        assertThat(whole).isPositive();
        final long expected = recover(directory, "journal", false);

        assertThat(recover(directory, "mirror", true)).isEqualTo(expected);
        members.get(0).kill();
        assertThat(recover(directory, "mirror and its parity", true)).isEqualTo(expected);
        members.get(1).kill();
        assertThat(recover(directory, "journal", true))
                .as("two of three are lost")
                .isEqualTo(expected);
    }

    /** Launches on a copy of what the killed engine left, so that each launch finds the same. */
    private long recover(final Path directory, final String source, final boolean mirror) throws IOException {
        final Path copy = CrashCopy.of(directory, temp.resolve("copy-" + copies++));
        if (!mirror) {
            for (int member = 0; member < 3; member++) {
                Files.delete(copy.resolve("mirror/member-" + member));
            }
        }
        final Engine engine = Engine.launch(KilledEngine.context(copy, 2));
        final String from = engine.shard(0).recoveredFrom();
        engine.close();
        assertThat(from).isEqualTo(source);
        return engine.stateHash();
    }

    @Test
    void withoutAnEngineTheLastOfItsStateIsInMemory() throws IOException {
        final Path directory = temp.resolve("engine");
        final long expected = Engines.run(withoutSnapshots(directory), WORKLOAD);
        startMembers(directory, 2);
        try (Mirror mirror = Mirror.beside(Team.context(directory), scratch())) {
            assertThat(mirror.present()).isEqualTo(mirror.members()).isEqualTo(2);
            assertThat(mirror.follow()).as("nobody holds the directory").isFalse();
            assertThat(mirror.isStale()).isTrue();
            assertThat(mirror.write()).isTrue();
            assertThat(mirror.isStale()).isFalse();
            assertThat(mirror.written(0)).isEqualTo(WORKLOAD.inputs().size());
        }

        final Engine engine = Engine.launch(Team.context(directory));
        assertThat(engine.shard(0).recoveredFrom()).isEqualTo("mirror");
        engine.close();
        assertThat(engine.stateHash()).isEqualTo(expected);

        // The close has left a snapshot as new as the image: disk will do.
        final Engine again = Engine.launch(Team.context(directory));
        assertThat(again.shard(0).recoveredFrom()).isEqualTo("snapshot");
        again.close();
        assertThat(again.stateHash()).isEqualTo(expected);
    }

    /** An image that is whole, and agrees with its own hash, but is of another engine's life. */
    @Test
    void anImageFromWhichTheJournalDoesNotGoOnIsPassedOver() throws IOException {
        final Path directory = temp.resolve("engine");
        final Path other = temp.resolve("other");
        final long expected = Engines.run(withoutSnapshots(directory), WORKLOAD);
        Engines.run(
                withoutSnapshots(other),
                Workload.of(4, 900),
                0,
                12 * Team.limits().maxBatch());
        startMembers(other, 2);
        try (Mirror mirror = Mirror.beside(Team.context(other), scratch())) {
            mirror.follow();
            assertThat(mirror.write()).isTrue();
        }
        Files.createDirectories(directory.resolve("mirror"));
        for (int member = 0; member < 2; member++) {
            Files.copy(other.resolve("mirror/member-" + member), directory.resolve("mirror/member-" + member));
        }

        final Engine engine = Engine.launch(Team.context(directory));
        assertThat(engine.shard(0).recoveredFrom()).isEqualTo("journal");
        engine.close();
        assertThat(engine.stateHash()).isEqualTo(expected);
    }

    private static EngineContext withoutSnapshots(final Path directory) {
        final EngineContext context = Team.context(directory);
        context.limits().snapshotsKept(0);
        return context;
    }

    private void startMembers(final Path directory, final int count) {
        for (int member = 0; member < count; member++) {
            members.add(ChildJvm.start(MirrorMemberProcess.class, directory, member));
        }
        members.forEach(member -> member.awaitLine("listening"));
    }

    private Path scratch() throws IOException {
        return Files.createDirectory(temp.resolve("scratch"));
    }
}
